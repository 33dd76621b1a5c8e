"""A table of a live PostgreSQL, from its catalogue -> schema.

Pure: the caller reads the catalogue.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from sluicegate.shared.errors import SampleUnusable
from sluicegate.shared.formats.json_tree import nodes
from sluicegate.shared.formats.table.canonical import document_of
from sluicegate.shared.formats.table.column_text import read_only_type
from sluicegate.shared.formats.table.defaults import default_of, expression
from sluicegate.shared.formats.table.model import (
    GENERATED,
    ColumnDefault,
    ForeignKey,
    SqlKind,
    SqlType,
    Table,
    TableColumn,
)
from sluicegate.shared.formats.table.payload.checks import check_of
from sluicegate.shared.formats.table.refusals import Flaw
from sluicegate.shared.formats.table.tokens import Pieces


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """A column as the catalogue has it.

    `type` is as `format_type` writes it, of a domain the type below; `labels` are the values of an
    enumerated type; `default` is as `pg_get_expr` writes it; `is_generated` says that the column is
    an identity or computed.
    """

    name: str
    type: str
    is_nullable: bool = True
    default: str | None = None
    is_generated: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogKey:
    """A constraint: `kind` is `p`, `u` or `f`, as in `pg_constraint`.

    The last has a referenced table and columns.
    """

    kind: str
    columns: tuple[str, ...]
    table: str = ""
    referred: tuple[str, ...] = ()


def from_database(table: str, columns: Sequence[CatalogColumn], keys: Sequence[CatalogKey] = ()) -> str:
    """The schema of a table.

    A column of a type that schemas do not have becomes text, as which JSON shows such values. Keys
    that refer to several columns, and CHECK constraints, are left out. Raises `SampleUnusable` for
    a table without columns.
    """
    if not columns:
        raise SampleUnusable(f"The table {table!r} has no columns, so there is no schema of its rows. Add a column")
    references = _references(keys)
    described = Table(
        table,
        MappingProxyType({each.name: _column(each, references.get(each.name)) for each in columns}),
        next((key.columns for key in keys if key.kind == "p"), ()),
        tuple(key.columns for key in keys if key.kind == "u"),
    )
    return json.dumps(document_of(described), indent=2, ensure_ascii=False, default=float) + "\n"


def _references(keys: Sequence[CatalogKey]) -> Mapping[str, ForeignKey]:
    return {
        key.columns[0]: ForeignKey(key.table, key.referred[0])
        for key in keys
        if key.kind == "f" and len(key.columns) == 1
    }


def _column(column: CatalogColumn, references: ForeignKey | None) -> TableColumn:
    of = _type(column)
    return TableColumn(of, column.is_nullable, _default(of, column), references)


def _type(column: CatalogColumn) -> SqlType:
    if column.labels:
        return SqlType(SqlKind.ENUM, labels=column.labels, is_array=column.type.endswith("[]"))
    try:
        return read_only_type(column.type)
    except Flaw:
        return SqlType(SqlKind.TEXT, is_array=column.type.endswith("[]"))


def _default(of: SqlType, column: CatalogColumn) -> ColumnDefault | None:
    """A default that is no value of the type as JSON holds it is an expression."""
    text = column.default
    if column.is_generated or (text is not None and text.startswith("nextval(")):
        return GENERATED
    if text is None:
        return None
    try:
        default = default_of(of, Pieces(text).until(frozenset()), text)
    except Flaw:
        return expression(text)
    if default is None or default.expression is not None:
        return default
    fits = check_of(of)(default.value) is None and all(_is_double(node) for _, node in nodes(default.value))
    return default if fits else expression(text)


def _is_double(value: object) -> bool:
    """Whether JSON's writer, which makes doubles of decimals, writes just this number."""
    return not isinstance(value, Decimal) or Decimal(repr(float(value))) == value
