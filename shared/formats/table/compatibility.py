"""Whether every row of one table is a row of another, as a person who migrates databases means it."""

from collections.abc import Iterator

from sluicegate.shared.formats.json_tree import pointer
from sluicegate.shared.formats.table.findings import Change, finding
from sluicegate.shared.formats.table.model import SqlKind, Table, TableColumn, TableSchema
from sluicegate.shared.formats.table.refusals import shown
from sluicegate.shared.formats.table.widening import narrowing
from sluicegate.shared.model import Finding


def compare(reader: TableSchema, writer: TableSchema) -> tuple[Finding, ...]:
    """Return the reasons why rows of `writer` may not fit `reader`.

    The order: columns in the reader's order, missing ones, then keys.
    """
    for side, schema in (("reader", reader), ("writer", writer)):
        if schema.violations:
            sentence = f"The {side}'s schema is not valid: {schema.violations[0].message}"
            return (finding(Change.SCHEMA_NOT_COMPARABLE, schema.violations[0].path, sentence),)
    return tuple(_findings(reader.table, writer.table))


def _findings(reader: Table, writer: Table) -> Iterator[Finding]:
    for name, column in reader.columns.items():
        yield from _column(name, column, writer.columns.get(name))
    for name in writer.columns:
        if name not in reader.columns:
            yield finding(
                Change.COLUMN_REMOVED,
                pointer("columns", name),
                f"The writer has the column {shown(name)}, and the reader does not",
            )
    yield from _keys(reader, writer)


def _column(name: str, reader: TableColumn, writer: TableColumn | None) -> Iterator[Finding]:
    path = pointer("columns", name)
    if writer is None:
        if not reader.optional:
            sentence = f"The reader needs the column {shown(name)} (NOT NULL, without a default), which the writer does not have"
            yield finding(Change.REQUIRED_COLUMN_ADDED, path, sentence)
        return
    change = narrowing(reader.type, writer.type)
    if change is not None:
        yield finding(change, path, _types(name, change, reader, writer))
    if writer.nullable and not reader.nullable:
        yield finding(
            Change.NOT_NULL_ADDED,
            path,
            f"The column {shown(name)} may be null for the writer, and is NOT NULL for the reader",
        )
    elif writer.optional and not reader.optional:
        sentence = f"The writer may leave out the column {shown(name)}, which has a default, and the reader has none"
        yield finding(Change.DEFAULT_REMOVED, path, sentence)
    if reader.references is not None and reader.references != writer.references:
        sentence = f"The column {shown(name)} refers to {shown(reader.references.table)} for the reader, and not for the writer"
        yield finding(Change.REFERENCE_ADDED, path, sentence)


def _types(name: str, change: Change, reader: TableColumn, writer: TableColumn) -> str:
    if change is Change.ENUM_VALUES_REMOVED and reader.type.kind is SqlKind.ENUM:
        missing = [label for label in writer.type.labels if label not in reader.type.labels]
        return f"The column {shown(name)} may be {', '.join(map(shown, missing[:10]))} for the writer, and not for the reader"
    return f"The column {shown(name)} is {writer.type} for the writer and {reader.type} for the reader"


def _keys(reader: Table, writer: Table) -> Iterator[Finding]:
    """Require that each key of the reader contains a key of the writer.

    A key keeps its rows distinct also in more columns.
    """
    apart = [set(key) for key in (writer.primary_key, *writer.unique) if key]
    if reader.primary_key and not any(key <= set(reader.primary_key) for key in apart):
        had = f"has the key {_listed(writer.primary_key)}" if writer.primary_key else "has none"
        sentence = f"The reader's primary key is {_listed(reader.primary_key)}, and the writer {had}"
        yield finding(Change.PRIMARY_KEY_CHANGED, _place(reader.primary_key, "/primary_key"), sentence)
    for unique in reader.unique:
        wanted = set(unique)
        if not any(key <= wanted for key in apart):
            sentence = f"The reader wants rows to be unique in {_listed(unique)}, and the writer does not"
            yield finding(Change.UNIQUE_ADDED, _place(unique, "/unique"), sentence)


def _place(key: tuple[str, ...], listed: str) -> str:
    """Where a key stands: a key of one column at the column, where it may have been written."""
    return pointer("columns", key[0]) if len(key) == 1 else listed


def _listed(key: tuple[str, ...]) -> str:
    return "({})".format(", ".join(key))
