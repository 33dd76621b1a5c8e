"""The CSV engine: the protocol of `shared.formats.engine` in terms of this package."""

from sluicegate.shared.errors import SchemaUnusable
from sluicegate.shared.formats.csv_schema import parser, printer, validity
from sluicegate.shared.formats.csv_schema.compatibility.comparison import compare
from sluicegate.shared.formats.csv_schema.model import CsvSchema
from sluicegate.shared.formats.csv_schema.payload.validator import CsvValidator
from sluicegate.shared.formats.csv_schema.skipping import without_file_rules
from sluicegate.shared.formats.engine import FormatEngine, PayloadValidator, SchemaSource
from sluicegate.shared.formats.options import FileChecks
from sluicegate.shared.model import Finding, SchemaFormat, Violation


class CsvSchemaEngine(FormatEngine):
    """The National Archives' CSV Schema Language 1.0, 1.1 and 1.2.

    Schemas refer to nothing outside themselves, and read no files.
    """

    def __init__(self, file_checks: FileChecks = FileChecks.REFUSE) -> None:
        """Choose whether schemas with file rules are refused, or checked without these rules."""
        self._skips_files = file_checks is FileChecks.SKIP

    @property
    def format(self) -> SchemaFormat:
        """CSV."""
        return SchemaFormat.CSV

    def parse(self, source: SchemaSource) -> CsvSchema:
        """Parse a text; references are ignored. Raises `SchemaSyntaxError` and nothing else."""
        return parser.parse(source.text)

    def violations(self, schema: CsvSchema) -> tuple[Violation, ...]:
        """Return the violations of the language's rules, and of this engine's limits.

        Empty exactly if `compile` can use the schema.
        """
        return validity.violations(self._checked(schema))

    def canonical(self, schema: CsvSchema) -> str:
        """The schema in its one spelling, without comments."""
        return printer.printed(schema)

    def compare(self, reader: CsvSchema, writer: CsvSchema) -> tuple[Finding, ...]:
        """Why CSV that fits `writer` cannot be shown to fit `reader`. Empty: all of it does."""
        return compare(self._checked(reader), self._checked(writer))

    def attributes(self, schema: CsvSchema) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(sorted(set(schema.names)))

    def compile(self, schema: CsvSchema) -> PayloadValidator:
        """A validator of payloads.

        Raises `SchemaUnusable` with the schema's violations when it has any.
        """
        checked = self._checked(schema)
        found = validity.violations(checked)
        if found:
            where = f" (column {found[0].path})" if found[0].path else ""
            raise SchemaUnusable(f"The schema cannot be used: {found[0].message}{where}", found)
        return CsvValidator(checked)

    def _checked(self, schema: CsvSchema) -> CsvSchema:
        return without_file_rules(schema) if self._skips_files else schema
