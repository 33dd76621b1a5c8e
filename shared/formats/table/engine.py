"""The engine of database tables: the protocol of `shared.formats.engine` in terms of this package."""

from decimal import Decimal, InvalidOperation

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats import strict_json
from sluicegate.shared.formats.engine import FormatEngine, PayloadValidator, SchemaSource
from sluicegate.shared.formats.json_tree import segment
from sluicegate.shared.formats.table.canonical import canonical
from sluicegate.shared.formats.table.compatibility import compare
from sluicegate.shared.formats.table.model import TableSchema
from sluicegate.shared.formats.table.payload.rows import RowValidator
from sluicegate.shared.formats.table.reader import read_table
from sluicegate.shared.model import Finding, SchemaFormat, Violation

_FURTHEST = 1000
"""Powers of ten in a number of a schema."""


class TableEngine(FormatEngine):
    """The engine of `table`: JSON documents with SQL types; payloads are rows as JSON objects."""

    @property
    def format(self) -> SchemaFormat:
        """The format that this engine serves."""
        return SchemaFormat.TABLE

    def parse(self, source: SchemaSource) -> TableSchema:
        """Read a text as strict JSON that is an object.

        References mean nothing to this format. Raises `SchemaSyntaxError`.
        """
        document = strict_json.read(source.text, _fraction)
        if not isinstance(document, dict):
            strict_json.refuse(
                "type", 'A table schema is a JSON object: {"table": "...", "columns": {"id": "integer", ...}}'
            )
        return read_table(document)

    def violations(self, schema: TableSchema) -> tuple[Violation, ...]:
        """Return the violations of names, types, constraints, defaults and keys."""
        return schema.violations

    def canonical(self, schema: TableSchema) -> str:
        """The document with one name for each type, sorted."""
        return canonical(schema)

    def compare(self, reader: TableSchema, writer: TableSchema) -> tuple[Finding, ...]:
        """Why rows of the table `writer` do not all fit into the table `reader`. Empty: compatible."""
        return compare(reader, writer)

    def attributes(self, schema: TableSchema) -> tuple[str, ...]:
        """The names of the columns, sorted."""
        columns = schema.document.get("columns")
        return tuple(sorted({segment(name) for name in columns if name})) if isinstance(columns, dict) else ()

    def compile(self, schema: TableSchema) -> PayloadValidator:
        """A validator of rows.

        Raises `SchemaUnusable` with the schema's violations when it has any.
        """
        if schema.violations:
            first = schema.violations[0]
            raise SchemaUnusable(
                f"The schema cannot be used: {first.message} (at {first.path or 'the root'})", schema.violations
            )
        return RowValidator(schema.table)


def _fraction(digits: str) -> Decimal:
    try:
        value = Decimal(digits)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > _FURTHEST:
        strict_json.refuse("number", f"The number {digits[:40]} is too small to be meant. Write a larger one")
    return value
