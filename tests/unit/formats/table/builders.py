"""Short ways to tables, rows and their verdicts."""

import json
from typing import Any

from sluicegate.shared.formats.engine import Rejection, SchemaSource
from sluicegate.shared.formats.table.engine import TableEngine
from sluicegate.shared.formats.table.model import TableSchema
from sluicegate.shared.model import Finding, Violation

ENGINE = TableEngine()

SEED = {
    "table": "products",
    "columns": {
        "id": "INT",
        "name": "VARCHAR(255)",
        "price": "DECIMAL(10, 2)",
        "created_at": "TIMESTAMP",
        "updated_at": "TIMESTAMP",
    },
}


def parsed(schema: Any) -> TableSchema:
    """A schema from a JSON value, or from a text."""
    return ENGINE.parse(SchemaSource(schema if isinstance(schema, str) else json.dumps(schema)))


def table(columns: dict[str, Any], **others: Any) -> TableSchema:
    """A table that is valid."""
    schema = parsed({"table": "t", "columns": columns, **others})
    assert schema.violations == ()
    return schema


def violations(columns: dict[str, Any], **others: Any) -> tuple[Violation, ...]:
    """Return the violations of a table."""
    return parsed({"table": "t", "columns": columns, **others}).violations


def type_of(text: str) -> str:
    """The canonical name of a column's type."""
    return str(table({"a": text}).table.columns["a"].type)


def rejection(column: Any, value: str) -> Rejection | None:
    """Return the rejection of a row with one JSON value; both methods agree."""
    validator = ENGINE.compile(table({"a": column}))
    payload = f'{{"a":{value}}}'.encode()
    found = validator.explain(payload)
    assert validator.accepts(payload) is (found is None)
    return found


def code(column: Any, value: str) -> str | None:
    """The code of the first violation of a row with one column."""
    found = rejection(column, value)
    return None if found is None else str(found.violations[0].code)


def changes(reader: dict[str, Any], writer: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and path of each finding between two documents; columns alone will do."""
    found = compared(reader, writer)
    return [(each.code, each.path) for each in found]


def compared(reader: dict[str, Any], writer: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings between two documents; columns alone will do."""
    schemas = [parsed(each) if "columns" in each else table(each) for each in (reader, writer)]
    return ENGINE.compare(*schemas)
