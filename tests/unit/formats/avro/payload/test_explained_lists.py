"""Fast skipping of long lists finds the same violations."""

import json

import pytest

from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.avro.payload import explanation
from sluicegate.shared.formats.engine import PayloadValidator, Rejection, SchemaSource
from tests.hostile.avro_schemas import record, varint

UUID = {"type": "string", "logicalType": "uuid"}
TREE = json.dumps(record("T", kids={"type": "array", "items": "T"}, id=UUID))
GOOD = b"\x48" + b"0" * 8 + b"-0000" * 3 + b"-" + b"0" * 12
BAD = b"\x02x"


def validator(schema: str) -> PayloadValidator:
    engine = AvroEngine()
    return engine.compile(engine.parse(SchemaSource(schema)))


def tree(width: int, levels: int, bad: frozenset[tuple[int, ...]], place: tuple[int, ...] = ()) -> bytes:
    """A tree whose nodes at some places have an id that is none."""
    kids = [tree(width, levels - 1, bad, (*place, n)) for n in range(width)] if levels else []
    head = varint(len(kids)) + b"".join(kids) if kids else b""
    return head + b"\0" + (BAD if place in bad else GOOD)


def slowly(monkeypatch: pytest.MonkeyPatch, schema: str, payload: bytes) -> Rejection | None:
    with monkeypatch.context() as patch:
        patch.setattr(explanation, "_FEW", 1_000_000)
        return validator(schema).explain(payload)


@pytest.mark.parametrize(
    "bad",
    [
        [(0,)], [(5,)], [(6, 6)], [(3, 5, 6), (5, 0, 1), (6, 6, 6)], [()],
        [(n, m, 6) for n in range(7) for m in range(7)], [(6, n, 6) for n in range(7)],
    ],
)  # fmt: skip
def test_the_same_is_found_with_and_without_hurry(bad: list[tuple[int, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    payload = tree(7, 3, frozenset(bad))
    found = validator(TREE).explain(payload)
    assert found is not None
    assert found == slowly(monkeypatch, TREE, payload)
    assert len(found.violations) == min(len(bad), 10)
    assert found.violations[0].path == "".join(f"/kids/{n}" for n in min(bad)) + "/id"


@pytest.mark.parametrize("cut", [1, 37, 38, 500, 5000])
def test_an_end_that_comes_too_early_is_found_where_it_is(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    payload = tree(7, 3, frozenset())[:-cut]
    found = validator(TREE).explain(payload)
    assert found is not None
    assert found == slowly(monkeypatch, TREE, payload)


def test_maps_are_gone_through_likewise(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = json.dumps({"type": "map", "values": UUID})
    entries = b"".join(b"\x02" + bytes([97 + n]) + (BAD if n in {2, 20} else GOOD) for n in range(26))
    payload = varint(26) + entries + b"\0"
    found = validator(schema).explain(payload)
    assert found is not None
    assert found == slowly(monkeypatch, schema, payload)
    assert [each.path for each in found.violations] == ["/c", "/u"]


def test_items_that_take_no_bytes_are_counted_over_all_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = json.dumps({"type": "array", "items": {"type": "array", "items": "null"}})
    payload = varint(20) + (varint(6_000) + b"\0") * 20 + b"\0"
    found = validator(schema).explain(payload)
    assert found is not None
    assert found == slowly(monkeypatch, schema, payload)
    assert found.violations[0].path == "/16"
