"""Rows as a whole: which columns there are, which there must be, and payloads that are no rows."""

import json

import pytest

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.engine import Fault
from tests.unit.formats.table.builders import ENGINE, SEED, parsed, table

ORDERS = {
    "id": "bigserial primary key",
    "customer": "int not null references customers(id)",
    "state": "text not null default 'new'",
    "note": "text",
}


def verdict(row: bytes, schema: dict[str, str] = ORDERS) -> list[tuple[str, str]]:
    """Path and code of each violation; both ways of asking agree."""
    validator = ENGINE.compile(table(schema))
    found = validator.explain(row)
    assert validator.accepts(row) is (found is None)
    return [] if found is None else [(each.path, str(each.code)) for each in found.violations]


@pytest.mark.parametrize(
    "row",
    [
        {"id": 1, "customer": 2, "state": "paid", "note": "x"},
        {"customer": 2},
        {"customer": 2, "note": None},
    ],
)
def test_columns_that_may_be_null_or_have_a_default_may_be_left_out(row: object) -> None:
    assert verdict(json.dumps(row).encode()) == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({}, [("/customer", "column_missing")]),
        ({"customer": None}, [("/customer", "null")]),
        ({"customer": 1, "state": None}, [("/state", "null")]),
        ({"customer": 1, "id": None}, [("/id", "null")]),
        ({"customer": 1, "Note": ""}, [("/Note", "column_unknown")]),
        ({"a/b": 1, "customer": "x"}, [("/a~1b", "column_unknown"), ("/customer", "type")]),
    ],
)
def test_a_row_that_does_not_fit_is_refused_with_every_reason(row: object, expected: list[tuple[str, str]]) -> None:
    assert verdict(json.dumps(row).encode()) == expected


def test_the_row_of_the_seed_fits() -> None:
    row = b'{"id": 7, "name": "Lamp", "price": 19.90, "created_at": "2024-05-01T12:00:00Z", "updated_at": null}'
    assert ENGINE.compile(parsed(SEED)).explain(row) is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"\xff",
        b'{"customer": NaN}',
        b'{"customer": 1}x',
        b'\xef\xbb\xbf{"customer": 1}',
        b'{"note": "\\ud800"}',
        b"{'a': 1}",
    ],
)
def test_what_is_not_json_is_malformed(payload: bytes) -> None:
    found = ENGINE.compile(table(ORDERS)).explain(payload)
    assert found is not None
    assert (found.fault, found.violations[0].code) == (Fault.MALFORMED, "json_malformed")


@pytest.mark.parametrize("payload", [b"[]", b"1", b"null", b'"x"', b'[{"customer": 1}]'])
def test_what_is_no_object_is_malformed(payload: bytes) -> None:
    found = ENGINE.compile(table(ORDERS)).explain(payload)
    assert found is not None
    assert (found.fault, found.violations[0].code) == (Fault.MALFORMED, "not_a_row")


def test_numbers_past_a_double_are_exact_in_every_column() -> None:
    columns = {"n": "numeric(20, 2)", "i": "bigint", "j": "jsonb"}
    assert verdict(b'{"n": 123456789012345678.99, "i": 9007199254740993, "j": 1e999}', columns) == []
    assert verdict(b'{"n": 123456789012345678.991}', columns) == [("/n", "scale")]
    assert verdict(b'{"n": 1000000000000000000}', columns) == [("/n", "precision")]


def test_a_payload_read_again_for_its_numbers_is_as_strict() -> None:
    columns = {"j": "jsonb", "n": "numeric"}
    assert verdict(b'{"n": 1e999, "j": "\\ud800"}', columns) == [("", "json_malformed")]
    assert verdict(b'{"n": 1e999, "j": NaN}', columns) == [("", "json_malformed")]
    assert verdict(b'{"n": 1e999, "j": "\\ud83d\\ude00"}', columns) == []


@pytest.mark.parametrize(
    "payload",
    [
        b'{"n": 1' + b"0" * 200_000 + b"}",
        b'{"n": 0.' + b"3" * 200_000 + b"}",
        b'{"j": ' + b"[" * 500 + b"1234567890123456789012" + b"]" * 500 + b"}",
        b'{"n": 1e999, "j": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_what_would_take_too_long_is_refused(payload: bytes) -> None:
    assert verdict(payload, {"n": "numeric", "j": "json"}) == [("", "too_complex")]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"n": 1e999999999999999999}',
        b'{"n": 1e9999999999999999999999}',
        b'{"n": "1e999999"}',
        b'{"n": "' + b"9" * 1_000_000 + b'"}',
        b'{"n": 0.' + b"0" * 140_000 + b"}",
        b'{"j": ' + b"[" * 1_000_000 + b"}",
        b'{"t": "' + b"1 day " * 100_000 + b'"}',
        b'{"u": "' + b"{" * 1_000_000 + b'"}',
        b'{"a": ' + b"[[],[]," * 50_000 + b"[]]" + b"}",
    ],
)
def test_hostile_payloads_get_a_verdict(payload: bytes) -> None:
    validator = ENGINE.compile(table({"n": "numeric", "j": "json", "t": "interval", "u": "uuid", "a": "int[]"}))
    assert validator.accepts(payload) is (validator.explain(payload) is None)


def test_no_more_violations_are_told_than_asked_for() -> None:
    found = ENGINE.compile(table({"a": "int"})).explain(b'{"b": 1, "c": 2, "d": 3}', limit=2)
    assert found is not None
    assert len(found.violations) == 2


def test_the_last_of_two_equal_names_counts_as_in_postgres() -> None:
    assert verdict(b'{"customer": "x", "customer": 1}') == []


def test_a_schema_with_violations_is_unusable() -> None:
    with pytest.raises(SchemaUnusable, match="strng") as caught:
        ENGINE.compile(parsed({"table": "t", "columns": {"a": "strng"}}))
    assert caught.value.violations[0].path == "/columns/a"
