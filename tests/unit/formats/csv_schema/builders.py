"""Short ways to schemas, verdicts and findings."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from sluicegate.shared.formats.csv_schema.engine import CsvSchemaEngine
from sluicegate.shared.formats.csv_schema.model import CsvSchema
from sluicegate.shared.formats.engine import SchemaSource

ENGINE = CsvSchemaEngine()


def schema(*lines: str, version: str = "1.2") -> CsvSchema:
    """A schema from the lines below its version."""
    return ENGINE.parse(SchemaSource("\n".join([f"version {version}", *lines])))


def payload(rows: Iterable[Sequence[str]], separator: str = ",") -> bytes:
    """Rows as a message carries them."""
    text = StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def cell_fits(definition: str, cell: str) -> bool:
    """Whether a cell passes the column `a: definition`, beside a column `b` that holds an x."""
    validator = ENGINE.compile(schema(f"a: {definition}", "b:"))
    message = payload([("a", "b"), (cell, "x")])
    accepted = validator.accepts(message)
    assert accepted == (validator.explain(message) is None)
    return accepted


def fits(of: CsvSchema, rows: Iterable[Sequence[str]]) -> bool:
    """Whether rows below the right header pass."""
    validator = ENGINE.compile(of)
    message = payload(rows if of.no_header else [of.names, *rows], of.separator)
    accepted = validator.accepts(message)
    assert accepted == (validator.explain(message) is None)
    return accepted


def codes(of: CsvSchema) -> list[str]:
    """The codes of a schema's violations."""
    return [violation.code for violation in ENGINE.violations(of)]


def findings(writer: Sequence[str] | str, reader: Sequence[str] | str) -> list[tuple[str, str]]:
    """Return code and path of each incompatibility.

    A string is the definition of the column `a` beside `b`.
    """
    pair = [schema(f"a: {side}", "b:") if isinstance(side, str) else schema(*side) for side in (writer, reader)]
    return [(finding.code, finding.path) for finding in ENGINE.compare(pair[1], pair[0])]
