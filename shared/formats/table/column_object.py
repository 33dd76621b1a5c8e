"""A column as an object: `{"type": "text", "nullable": false, ...}`."""

from typing import Final

from sluicegate.shared.formats.table.column_text import ColumnDraft, read_only_type
from sluicegate.shared.formats.table.defaults import expression
from sluicegate.shared.formats.table.model import GENERATED, ColumnDefault, ForeignKey
from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode, shown

KEYS: Final = (
    "type", "nullable", "default", "default_expression", "generated", "primary_key", "unique", "references", "description",
)  # fmt: skip


def read_object(value: dict[str, object]) -> ColumnDraft:
    """A column. Raises `Flaw`."""
    for key in value:
        if key not in KEYS:
            raise Flaw(
                TableSchemaCode.KEY_UNKNOWN, f"The key {shown(key)} means nothing in a column. Use: {', '.join(KEYS)}"
            )
    of = value.get("type")
    if not isinstance(of, str):
        raise Flaw(
            TableSchemaCode.KEY_MISSING,
            'The column has no type. Add "type": "integer", or another type as SQL writes it',
        )
    draft = ColumnDraft(read_only_type(of))
    if "nullable" in value:
        draft.allow_null(_flag(value, "nullable"))
    _read_default(draft, value)
    draft.primary_key = _flag(value, "primary_key")
    draft.unique = _flag(value, "unique")
    if "references" in value:
        draft.references = _reference(value["references"])
    return draft


def _read_default(draft: ColumnDraft, value: dict[str, object]) -> None:
    if value.get("default") is not None:  # null is the value of a column without a default
        draft.give(ColumnDefault(value["default"]))
    if "default_expression" in value:
        text = value["default_expression"]
        if not isinstance(text, str) or not text.strip():
            raise Flaw(
                TableSchemaCode.VALUE_INVALID,
                f"{shown(text)} is no SQL expression. Write it as a string, such as now()",
            )
        draft.give(expression(text))
    if _flag(value, "generated"):
        draft.give(GENERATED)


def _flag(value: dict[str, object], key: str) -> bool:
    flag = value.get(key, False)
    if not isinstance(flag, bool):
        raise Flaw(TableSchemaCode.VALUE_INVALID, f"{key} is true or false, not {shown(flag)}")
    return flag


def _reference(value: object) -> ForeignKey:
    if isinstance(value, dict) and set(value) <= {"table", "column"}:
        table, column = value.get("table"), value.get("column")
        if isinstance(table, str) and table and (column is None or isinstance(column, str)):
            return ForeignKey(table, column)
    raise Flaw(
        TableSchemaCode.VALUE_INVALID,
        f'references is an object such as {{"table": "customers", "column": "id"}}, not {shown(value)}',
    )
