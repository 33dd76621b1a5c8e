"""The costliest JSON schemas that count as plain, and their cost in a process of its own.

`python -m tests.hostile.plain_schemas` prints one line of JSON for each validity mode.
"""

import gc
import json
import time
from collections.abc import Iterator
from contextlib import suppress

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource, is_plain
from sluicegate.shared.formats.json_schema.plainness import COMMAS_LIMIT, LENGTH_LIMIT
from sluicegate.shared.model import SchemaFormat, ValidityMode

DEEP = 48
WIDE = ("allOf", "anyOf", "oneOf", "prefixItems", "enum", "required", "type")
NAMED = ("properties", "$defs", "definitions", "dependentSchemas", "dependentRequired", "dependencies")
ALONE = ("not", "if", "items", "additionalProperties", "contains", "propertyNames", "contentSchema", "unevaluatedItems")
ITEMS = ("{}", "true", "1", '"a"', '"%"', '{"type":[1]}', '{"properties":{"a":{"items":{}}}}', '{"minLength":-1}')
MEMBERS = (
    "{}",
    "1",
    "[1]",
    '{"type":1}',
    '{"$id":"%"}',
    '{"$id":"../../a/%"}',
    '{"$anchor":"a%"}',
    '{"multipleOf":0.001}',
)


def filled(opening: str, unit: str, closing: str) -> str:
    """As much of a unit as a plain text can hold; `%` in it is a number."""
    room, units = LENGTH_LIMIT - len(opening) - len(closing), list[str]()
    for number in range(COMMAS_LIMIT // (1 + unit.count(","))):
        room -= len(unit) + len(str(number)) + 1
        if room < 0:
            break
        units.append(unit.replace("%", str(number)))
    return opening + ",".join(units) + closing


def texts() -> Iterator[str]:
    for draft in ("", '"$schema":"http://json-schema.org/draft-04/schema#",'):
        for keyword in WIDE:
            yield from (filled(f'{{{draft}"{keyword}":[', unit, "]}") for unit in ITEMS)
        for keyword in NAMED:
            yield from (filled(f'{{{draft}"{keyword}":{{', f'"%":{unit}', "}}") for unit in MEMBERS)
    for keyword in ALONE:
        yield f'{{"{keyword}":' * DEEP + "{}" + "}" * DEEP
        beside = ",".join(f'"p{number}":{{}}' for number in range(8))
        yield f'{{"$id":"a/","properties":{{{beside}}},"{keyword}":' * DEEP + "1" + "}" * DEEP
    for keyword in WIDE[:4]:
        yield f'{{"{keyword}":[{"{}," * 8}' * DEEP + "{}" + "]}" * DEEP
    yield '{"title":"' + "x" * (LENGTH_LIMIT - 12) + '"}'
    yield '{"$id":"' + "../" * (LENGTH_LIMIT // 3 - 4) + '"}'


def plain_texts() -> list[str]:
    """Return the texts that skip the sandbox."""
    engine = catalog.engine(SchemaFormat.JSON)
    return [text for text in texts() if is_plain(engine, SchemaSource(text))]


ORDINARY = json.dumps(
    {
        "type": "object",
        "properties": {f"field{number}": {"type": "string", "maxLength": 40} for number in range(12)},
        "required": ["field0", "field1"],
    }
)
"""The yardstick: a schema of the size that most teams register."""

_YARDSTICK_ROUNDS = 200
_ROUNDS = 3


def _seconds(examiner: EngineExaminer, text: str, validity: ValidityMode) -> float:
    """Return the processor seconds of one examination."""
    started = time.thread_time()
    with suppress(SchemaInvalid):
        examiner.content(SchemaFormat.JSON, SchemaSource(text), validity)
    return time.thread_time() - started


def worst_ratio(validity: ValidityMode) -> tuple[float, str]:
    """Return the cost of the costliest plain text in examinations of `ORDINARY`, and that text.

    Both are measured in this process, and each is the least of several rounds, so a busy machine
    slows both alike.
    """
    examiner = EngineExaminer(catalog.engine)
    ordinary = min(_seconds(examiner, ORDINARY, validity) for _ in range(_YARDSTICK_ROUNDS))
    worst, text = max((min(_seconds(examiner, text, validity) for _ in range(_ROUNDS)), text) for text in plain_texts())
    return worst / ordinary, text


def main() -> None:
    """Print the worst ratio of each validity mode."""
    gc.disable()  # a full collection costs as much as the worst text, and is no cost of that text
    for validity in ValidityMode:
        ratio, text = worst_ratio(validity)
        print(json.dumps({"validity": validity, "ratio": ratio, "text": text[:200]}))


if __name__ == "__main__":
    main()
