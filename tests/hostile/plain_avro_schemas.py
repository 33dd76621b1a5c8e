"""The costliest Avro schemas that count as plain, and the costliest pairs of them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sluicegate.shared.formats.avro.plainness import COMMAS_LIMIT, LENGTH_LIMIT

DEEP = 28
ORDINARY = json.dumps(
    {
        "type": "record",
        "name": "Order",
        "fields": [{"name": f"field{number}", "type": ["null", "string"], "default": None} for number in range(12)],
    }
)
"""The yardstick: a schema of the size that most teams register."""

UNITS = (
    '{"name":"f%","type":"int"}',
    '{"name":"f%","type":"R"}',
    '{"name":"f%","type":"string","default":1}',
    '{"name":"%","type":["null","int"],"default":null}',
    '{"name":"f%","type":{"type":"record","name":"N%","fields":[]}}',
    '{"name":"f%","type":{"type":"array","items":["null","long"]},"default":[1,2]}',
    '{"name":"f%","type":"int","aliases":["a%","b%"]}',
    '{"name":"f%","type":{"type":"enum","name":"E%","symbols":["A","B"]},"default":"C"}',
)
BRANCHES = (
    '{"type":"record","name":"R%","fields":[]}',
    '{"type":"fixed","name":"R%","size":%}',
    '{"type":"enum","name":"R%","symbols":["A"]}',
    '{"type":"record","name":"R%","fields":[{"name":"a","type":["null","int"],"default":null}]}',
)


def filled(opening: str, unit: str, closing: str) -> str:
    """As much of a unit as a plain text can hold; `%` in it is a number."""
    room, units = LENGTH_LIMIT - len(opening) - len(closing), list[str]()
    commas = COMMAS_LIMIT - opening.count(",") - closing.count(",")
    for number in range(commas // (1 + unit.count(","))):
        text = unit.replace("%", str(number))
        room -= len(text) + 1
        if room < 0:
            break
        units.append(text)
    return opening + ",".join(units) + closing


def texts() -> Iterator[str]:
    small = '{"type":"record","name":"R","fields":[{"name":"x","type":"int","default":0}]}'
    opening = '{"type":"record","name":"A","fields":[{"name":"r","type":' + small + "},"
    yield from (filled(opening, unit, "]}") for unit in UNITS)
    for branch in BRANCHES:
        yield filled("[", branch, "]")
        yield filled('{"type":"record","name":"A","fields":[{"name":"u","type":[', branch, '],"default":{}}]}')
    yield from _nested()
    yield from _defaults()
    yield from _long_names()
    yield filled('{"type":"enum","name":"E","symbols":[', '"S%"', "]}")
    yield filled('{"type":"record","name":"A","fields":[],"aliases":[', '"S%"', "]}")
    yield filled('{"type":"record","name":"A","fields":[],"p":[', "[[[[[]]]]]", "]}")
    yield '{"type":"record","name":"A","doc":"' + "x" * (LENGTH_LIMIT - 50) + '","fields":[]}'


def _nested() -> Iterator[str]:
    """Records inside each other, with fields beside them, and defaults that need all below."""
    for beside in (0, 3, 5):
        kind: Any = "int"
        for level in range(DEEP):
            own = [{"name": f"f{number}", "type": "int", "default": 0} for number in range(beside)]
            default: Any = {} if isinstance(kind, dict) else 0
            below = {"name": "below", "type": kind, "default": default}
            kind = {"type": "record", "name": f"R{level}", "fields": [*own, below]}
        yield json.dumps(kind)
    doubled: Any = "int"
    for level in range(7):  # as many as weigh little enough
        fields = [{"name": "a", "type": doubled}, {"name": "b", "type": f"R{level - 1}" if level else "int"}]
        doubled = {"type": "record", "name": f"R{level}", "fields": fields}
    yield json.dumps(doubled)
    yield '{"type":"array","items":' * 50 + '"int"' + "}" * 50


def _defaults() -> Iterator[str]:
    """Lists of records as defaults, each of which is compared with every branch and field."""
    for branches in (5, 20, 60):
        records = [
            {"type": "record", "name": f"R{number}", "fields": [{"name": f"f{number}", "type": "int"}]}
            for number in range(branches)
        ]
        field = {
            "name": "a",
            "type": {"type": "array", "items": records},
            "default": [{}] * (COMMAS_LIMIT - 4 * branches - 9),
        }
        yield json.dumps({"type": "record", "name": "A", "fields": [field]})
    parts = [{"name": f"f{number}", "type": "int", "default": 0} for number in range(40)]
    record = {"type": "record", "name": "R", "fields": parts}
    first = {"name": "r", "type": record, "default": {}}
    more = [
        {"name": f"m{number}", "type": {"type": "array", "items": "R"}, "default": [{}] * 20} for number in range(10)
    ]
    yield json.dumps({"type": "record", "name": "A", "fields": [first, *more]})


def _long_names() -> Iterator[str]:
    """Names that come back in each path, in each full name, and in each message."""
    long = "n" * (LENGTH_LIMIT // 2)
    for unit in ('{"name":"%","type":"int"}', '{"name":"%","type":"int","default":""}'):
        yield filled(
            f'{{"type":"record","name":"A","fields":[{{"name":"{long}","type":{{"type":"record","name":"B","fields":[',
            unit, "]}}]}",
        )  # fmt: skip
    unit = '{"name":"f%","type":{"type":"record","name":"%","fields":[]}}'
    yield filled(f'{{"type":"record","name":"A","namespace":"{long}","fields":[', unit, "]}")
    yield filled(f'{{"type":"record","name":"A","namespace":"{"n." * 4000}n","fields":[', unit, "]}")


def pairs(plain: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each text against itself with other types, and unions of many records against each other."""
    for text in plain:
        yield text, text.replace('"int"', '"string"')
        yield text.replace('"R', '"Q'), text
    for size in (20, 60, 95):
        for name in "RQ":
            ours, theirs = ([_branch(each, number) for number in range(size)] for each in ("R", name))
            yield json.dumps(ours), json.dumps(theirs)
    for size in (10, 30):
        alike = {"type": "record", "name": "X", "fields": [{"name": f"f{n}", "type": "int"} for n in range(3 * size)]}
        fewer = {**alike, "fields": [{"name": f"f{n}", "type": "string"} for n in range(3 * size)]}
        yield json.dumps(alike), json.dumps(fewer)


def _branch(name: str, number: int) -> dict[str, Any]:
    return {"type": "record", "name": f"{name}{number}", "aliases": [f"A{number}"], "fields": []}
