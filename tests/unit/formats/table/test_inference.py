"""The schema of a table, from a database's catalogue."""

import json
from typing import Any

import pytest

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.table.inference import CatalogColumn, CatalogKey, from_database
from tests.unit.formats.table.builders import parsed


def described(*columns: CatalogColumn, keys: tuple[CatalogKey, ...] = ()) -> Any:
    """The schema as a document; it is valid."""
    text = from_database("orders", columns, keys)
    assert parsed(text).violations == ()
    return json.loads(text)


def test_columns_stay_in_their_order_and_say_no_more_than_they_must() -> None:
    found = described(
        CatalogColumn("id", "bigint", is_nullable=False, is_generated=True),
        CatalogColumn("customer", "integer", is_nullable=False),
        CatalogColumn("note", "character varying(255)"),
        keys=(
            CatalogKey("p", ("id",)),
            CatalogKey("f", ("customer",), "customers", ("id",)),
            CatalogKey("u", ("note", "customer")),
        ),
    )
    assert list(found["columns"].items()) == [
        ("id", {"type": "bigint", "generated": True}),
        ("customer", {"type": "integer", "nullable": False, "references": {"table": "customers", "column": "id"}}),
        ("note", "varchar(255)"),
    ]
    assert (found["table"], found["primary_key"], found["unique"]) == ("orders", ["id"], [["note", "customer"]])


@pytest.mark.parametrize(
    ("of", "default", "expected"),
    [
        ("integer", "5", {"default": 5}),
        ("integer", "nextval('s'::regclass)", {"generated": True}),
        ("text", "'it''s'::text", {"default": "it's"}),
        ("text", "E'a\\nb'::text", {"default_expression": "E'a\\nb'::text"}),
        ("numeric(10,2)", "1.50", {"default": 1.5}),
        ("numeric", "0.123456789012345678901234567890", {"default_expression": "0.123456789012345678901234567890"}),
        ("real", "'-0.5'::numeric", {"default": -0.5}),
        ("timestamp with time zone", "now()", {"default_expression": "now()"}),
        ("date", "'2024-01-01'::date", {"default": "2024-01-01"}),
        ("interval", "'1 day'::interval", {"default": "1 day"}),
        ("interval", "'1 fortnight'::interval", {"default_expression": "'1 fortnight'::interval"}),
        ("jsonb", "'{\"a\": 1}'::jsonb", {"default": {"a": 1}}),
        ("boolean", "false", {"default": False}),
        ("integer[]", "'{}'::integer[]", {"default": []}),
        ("integer[]", "'{1}'::integer[]", {"default_expression": "'{1}'::integer[]"}),
        ("integer[]", "ARRAY[1, 2]", {"default_expression": "ARRAY[1, 2]"}),
        ("text", "NULL::text", {}),
    ],
)
def test_a_default_is_a_value_where_it_is_one(of: str, default: str, expected: dict[str, object]) -> None:
    column = described(CatalogColumn("a", of, default=default))["columns"]["a"]
    assert (
        {} if isinstance(column, str) else {key: value for key, value in column.items() if key != "type"}
    ) == expected


def test_an_enumerated_type_is_its_values() -> None:
    assert described(CatalogColumn("a", "mood", labels=("sad", "it's")))["columns"]["a"] == "enum('sad', 'it''s')"
    assert described(CatalogColumn("a", "mood[]", labels=("sad",)))["columns"]["a"] == "enum('sad')[]"


@pytest.mark.parametrize(
    ("of", "expected"), [("point", "text"), ("tsvector[]", "text[]"), ("interval year to month", "text")]
)
def test_a_type_that_schemas_do_not_have_becomes_text(of: str, expected: str) -> None:
    assert described(CatalogColumn("a", of))["columns"]["a"] == expected


def test_a_key_that_refers_to_several_columns_is_left_out() -> None:
    key = CatalogKey("f", ("a", "b"), "other", ("a", "b"))
    found = described(CatalogColumn("a", "integer"), CatalogColumn("b", "integer"), keys=(key,))
    assert found["columns"] == {"a": "integer", "b": "integer"}


def test_a_table_without_columns_is_refused_in_a_sentence() -> None:
    with pytest.raises(SampleUnusable, match="The table 'orders' has no columns"):
        from_database("orders", ())
