"""The text that is the same for every spelling of a table.

Types have one name each, keys are sorted, and so are columns: a row is a JSON object, so the order
of columns, which matters to `select *`, changes nothing about rows. Descriptions do not count. A
document with violations, which has no table, is its JSON with sorted keys.
"""

import json
from collections.abc import Callable
from decimal import Context, Decimal

from sluicegate.shared.formats.strict_json import NUMBER_LIMIT
from sluicegate.shared.formats.table.model import GENERATED, Table, TableColumn, TableSchema

_EXACT = Context(prec=2000, Emax=10**9, Emin=-(10**9))


def canonical(schema: TableSchema) -> str:
    """The canonical text of a schema."""
    if schema.violations:
        return _written(schema.document, str)  # a wrong 2.0 must not become 2, which may be right
    return _written(_table(schema.table), _number)


def document_of(table: Table) -> dict[str, object]:
    """Return a table as a hand-written document: columns in their order, without defaults."""
    return _document(
        table, {name: _column(column, name in table.primary_key) for name, column in table.columns.items()}
    )


def _table(table: Table) -> dict[str, object]:
    return _document(table, {name: _column(column, False) for name, column in table.columns.items()})


def _document(table: Table, columns: dict[str, object]) -> dict[str, object]:
    document: dict[str, object] = {"table": table.name, "columns": columns}
    if table.primary_key:
        document["primary_key"] = list(table.primary_key)
    if table.unique:
        document["unique"] = [list(key) for key in table.unique]
    return document


def _column(column: TableColumn, is_null_excluded: bool) -> str | dict[str, object]:
    """The type alone where nothing else is to be said."""
    said: dict[str, object] = {"type": str(column.type)}
    if not (column.nullable or is_null_excluded):
        said["nullable"] = False
    if column.default == GENERATED:
        said["generated"] = True
    elif column.default is not None and column.default.expression is not None:
        said["default_expression"] = column.default.expression
    elif column.default is not None:
        said["default"] = column.default.value
    if column.references is not None:
        said["references"] = {"table": column.references.table}
        if column.references.column is not None:
            said["references"] = {"table": column.references.table, "column": column.references.column}
    return said if len(said) > 1 else str(column.type)


def _written(value: object, number: Callable[[Decimal], str]) -> str:
    match value:
        case dict():
            members = (f"{json.dumps(key, ensure_ascii=False)}:{_written(value[key], number)}" for key in sorted(value))
            return "{" + ",".join(members) + "}"
        case list():
            return "[" + ",".join(_written(item, number) for item in value) + "]"
        case Decimal():
            return number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: Decimal) -> str:
    """A number by value: `1.50` and `15e-1` are one text, and so are `2.0` and `2`."""
    if value == value.to_integral_value() and value.adjusted() < NUMBER_LIMIT:
        return str(int(value))
    return str(value.normalize(_EXACT))
