"""Compatibility of tables as in a database migration."""

import pytest

from sluicegate.shared.formats.table.findings import REMEDIES, Change
from tests.unit.formats.table.builders import changes, compared, parsed

ID = {"id": "int"}

TYPES = [
    # reader, writer, incompatibilities
    ("varchar(300)", "varchar(255)", None),
    ("varchar(200)", "varchar(255)", "LENGTH_REDUCED"),
    ("text", "varchar(255)", None),
    ("varchar", "text", None),
    ("varchar(255)", "text", "LENGTH_REDUCED"),
    ("varchar(5)", "char(5)", None),
    ("char(5)", "varchar(6)", "LENGTH_REDUCED"),
    ("bigint", "int", None),
    ("int", "bigint", "RANGE_REDUCED"),
    ("smallint", "int", "RANGE_REDUCED"),
    ("numeric", "bigint", None),
    ("numeric(19)", "bigint", None),
    ("numeric(18)", "bigint", "PRECISION_REDUCED"),
    ("numeric(12, 2)", "int", None),
    ("numeric(11, 2)", "int", "PRECISION_REDUCED"),
    ("numeric(12, -1)", "int", "SCALE_REDUCED"),
    ("bigint", "numeric(18)", None),
    ("bigint", "numeric(19)", "RANGE_REDUCED"),
    ("int", "numeric(4, 0)", None),
    ("int", "numeric(9)", None),
    ("int", "numeric(10)", "RANGE_REDUCED"),
    ("smallint", "numeric(4)", None),
    ("smallint", "numeric(5)", "RANGE_REDUCED"),
    ("int", "numeric(7, -2)", None),
    ("int", "numeric(7, -3)", "RANGE_REDUCED"),
    ("int", "numeric(4, 2)", "TYPE_CHANGED"),
    ("bigint", "numeric", "TYPE_CHANGED"),
    ("int[]", "numeric(4, 0)[]", None),
    ("numeric(12, 2)", "numeric(10, 2)", None),
    ("numeric(12, 4)", "numeric(10, 2)", None),
    ("numeric(11, 4)", "numeric(10, 2)", "PRECISION_REDUCED"),
    ("numeric(12, 1)", "numeric(10, 2)", "SCALE_REDUCED"),
    ("numeric(10, 2)", "numeric", "PRECISION_REDUCED"),
    ("numeric", "numeric(10, 2)", None),
    ("double precision", "real", None),
    ("real", "double precision", "EXACTNESS_LOST"),
    ("double precision", "int", None),
    ("double precision", "bigint", "EXACTNESS_LOST"),
    ("real", "int", "EXACTNESS_LOST"),
    ("real", "smallint", None),
    ("double precision", "numeric(5, 2)", "EXACTNESS_LOST"),
    ("numeric", "double precision", None),
    ("numeric(10, 2)", "real", "PRECISION_REDUCED"),
    ("int", "double precision", "TYPE_CHANGED"),
    ("text", "int", "TYPE_CHANGED"),
    ("int", "text", "TYPE_CHANGED"),
    ("text", "uuid", None),
    ("varchar(36)", "uuid", "TYPE_CHANGED"),
    ("uuid", "text", "TYPE_CHANGED"),
    ("text", "boolean", "TYPE_CHANGED"),
    ("timestamp", "date", None),
    ("date", "timestamp", "TIME_OF_DAY_LOST"),
    ("timestamptz", "date", "TYPE_CHANGED"),
    ("timestamptz", "timestamp", "TIME_ZONE_CHANGED"),
    ("timestamp", "timestamptz", "TIME_ZONE_CHANGED"),
    ("time", "timetz", "TIME_ZONE_CHANGED"),
    ("timestamp(3)", "timestamp", "SCALE_REDUCED"),
    ("timestamp", "timestamp(3)", None),
    ("enum('a','b','c')", "enum('c','a')", None),
    ("enum('a')", "enum('a','b')", "ENUM_VALUES_REMOVED"),
    ("text", "enum('a')", None),
    ("varchar(2)", "enum('a','bb')", None),
    ("varchar(1)", "enum('a','bb')", "LENGTH_REDUCED"),
    ("enum('a')", "text", "TYPE_CHANGED"),
    ("bit(4)", "bit(3)", "TYPE_CHANGED"),
    ("varbit(4)", "bit(3)", None),
    ("varbit(4)", "varbit", "LENGTH_REDUCED"),
    ("bit(3)", "varbit(3)", "TYPE_CHANGED"),
    ("inet", "cidr", None),
    ("cidr", "inet", "TYPE_CHANGED"),
    ("macaddr8", "macaddr", None),
    ("jsonb", "json", None),
    ("jsonb", "int", None),
    ("json", "int[]", None),
    ("int", "json", "TYPE_CHANGED"),
    ("bigint[]", "int[]", None),
    ("int[]", "bigint[]", "RANGE_REDUCED"),
    ("int[]", "int", "TYPE_CHANGED"),
    ("int", "int[]", "TYPE_CHANGED"),
    ("jsonb[]", "text[]", None),
    ("text", "text[]", "TYPE_CHANGED"),
]  # fmt: skip


@pytest.mark.parametrize(("reader", "writer", "change"), TYPES)
def test_types(reader: str, writer: str, change: str | None) -> None:
    assert changes({"a": reader}, {"a": writer}) == ([] if change is None else [(change, "/columns/a")])


@pytest.mark.parametrize("column", ["text", "text default 'x'", "text not null default 'x'", "serial"])
def test_a_column_that_rows_may_leave_out_can_be_added(column: str) -> None:
    assert changes({**ID, "a": column}, ID) == []


def test_a_column_that_rows_must_have_cannot_be_added() -> None:
    assert changes({**ID, "a": "text not null"}, ID) == [("REQUIRED_COLUMN_ADDED", "/columns/a")]


def test_a_column_cannot_be_dropped_because_rows_with_it_are_refused() -> None:
    (found,) = compared(ID, {**ID, "a": "text"})
    assert (found.code, found.path) == ("COLUMN_REMOVED", "/columns/a")
    assert "rows with an unknown column are refused" in found.message


@pytest.mark.parametrize(
    ("reader", "writer", "change"),
    [
        ("int", "int not null", None),
        ("int not null", "int", "NOT_NULL_ADDED"),
        ("int not null default 1", "int", "NOT_NULL_ADDED"),
        ("int not null", "int not null default 1", "DEFAULT_REMOVED"),
        ("int", "int default 1", None),
        ("int default 2", "int default 1", None),
        ("int not null default 2", "int not null", None),
    ],
)
def test_nullability_and_defaults(reader: str, writer: str, change: str | None) -> None:
    assert changes({"a": reader}, {"a": writer}) == ([] if change is None else [(change, "/columns/a")])


def keyed(**keys: list[object]) -> dict[str, object]:
    """A table of three NOT NULL columns with keys."""
    return {"table": "t", "columns": dict.fromkeys("abc", "int not null"), **keys}


@pytest.mark.parametrize(
    ("reader", "writer", "expected"),
    [
        (keyed(), keyed(primary_key=["a"]), []),
        (keyed(primary_key=["a"]), keyed(), [("PRIMARY_KEY_CHANGED", "/columns/a")]),
        (keyed(primary_key=["a"]), keyed(primary_key=["a"]), []),
        (keyed(primary_key=["b", "a"]), keyed(primary_key=["a", "b"]), []),
        (keyed(primary_key=["a", "b"]), keyed(primary_key=["a"]), []),
        (keyed(primary_key=["a"]), keyed(primary_key=["a", "b"]), [("PRIMARY_KEY_CHANGED", "/columns/a")]),
        (keyed(primary_key=["a", "c"]), keyed(primary_key=["a", "b"]), [("PRIMARY_KEY_CHANGED", "/primary_key")]),
        (keyed(primary_key=["b"]), keyed(primary_key=["a"], unique=[["b"]]), []),
        (keyed(unique=[["a"]]), keyed(), [("UNIQUE_ADDED", "/columns/a")]),
        (keyed(unique=[["a", "b"]]), keyed(), [("UNIQUE_ADDED", "/unique")]),
        (keyed(unique=[["a", "b"]]), keyed(unique=[["a"]]), []),
        (keyed(unique=[["a", "b"]]), keyed(primary_key=["b"]), []),
        (keyed(), keyed(unique=[["a"]]), []),
    ],
)
def test_keys(reader: dict[str, object], writer: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert changes(reader, writer) == expected


def test_a_nullable_column_taken_into_the_primary_key_is_told_of() -> None:
    assert changes({"a": "int primary key"}, {"a": "int unique"}) == [("NOT_NULL_ADDED", "/columns/a")]


def test_references() -> None:
    assert changes({"a": "int references b"}, {"a": "int"}) == [("REFERENCE_ADDED", "/columns/a")]
    assert changes({"a": "int references b(x)"}, {"a": "int references b(y)"}) == [("REFERENCE_ADDED", "/columns/a")]
    assert changes({"a": "int"}, {"a": "int references b"}) == []


def test_the_order_of_columns_and_the_name_of_the_table_do_not_count() -> None:
    assert (
        changes(
            {"table": "u", "columns": {"b": "int", "a": "int"}}, {"table": "t", "columns": {"a": "int", "b": "int"}}
        )
        == []
    )


def test_a_table_that_is_not_valid_cannot_be_compared() -> None:
    (found,) = compared(ID, {"table": "t", "columns": {"a": "strng"}})
    assert (found.code, found.path) == ("SCHEMA_NOT_COMPARABLE", "/columns/a")
    assert not parsed({"table": "t", "columns": ID}).violations


def test_the_sentence_names_both_types_and_what_is_missing() -> None:
    (types,) = compared({"price": "numeric(10, 2)"}, {"price": "numeric(12, 2)"})
    assert types.message == (
        'The column "price" is numeric(12, 2) for the writer and numeric(10, 2) for the reader. '
        "Keep at least as many digits before the point: precision minus scale"
    )
    (labels,) = compared({"state": "enum('new')"}, {"state": "enum('new', 'paid')"})
    assert '"paid"' in labels.change


def test_every_change_has_a_remedy() -> None:
    assert set(REMEDIES) == set(Change)
