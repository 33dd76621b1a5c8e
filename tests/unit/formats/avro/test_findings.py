"""Findings have the difference and the repair."""

from typing import Any

import pytest

from tests.unit.formats.avro.builders import ENGINE, parsed, record


def enum(*symbols: str) -> Any:
    return {"type": "enum", "name": "x.E", "symbols": symbols}


@pytest.mark.parametrize(
    ("reader", "writer", "code", "path", "message"),
    [
        (
            record(("a", "int")),
            record(),
            "READER_FIELD_MISSING_DEFAULT_VALUE",
            "/fields/0",
            'The reader needs the field "a", which the record x.R of the writer does not have. '
            'Give the field "a" a default, or an alias that is the name of one of the writer\'s fields',
        ),
        (
            record(("a", "int")),
            record(("a", "string")),
            "TYPE_MISMATCH",
            "/fields/0/type",
            "The reader expects int where the writer has string. Keep string, or choose a type that reads it",
        ),
        (
            record(name="x.S"),
            record(),
            "NAME_MISMATCH",
            "/name",
            "The reader has the record x.S where the writer has the record x.R. "
            "Keep the name x.R, or add it to the aliases of the reader's type",
        ),
        (
            {"type": "fixed", "name": "F", "size": 1},
            {"type": "fixed", "name": "F", "size": 2},
            "FIXED_SIZE_MISMATCH",
            "/size",
            "The fixed F has the size 1 for the reader and 2 for the writer. "
            "Keep the size 2, or put the new size into a new type and a new field",
        ),
        (
            enum("A"),
            enum("A", "B", "C"),
            "MISSING_ENUM_SYMBOLS",
            "/symbols",
            'The writer\'s enum x.E has "B" and "C", which the reader\'s enum x.E lacks. '
            'Keep "B" and "C" in the reader\'s enum, or give it a default symbol',
        ),
        (
            ["null", "string"],
            "int",
            "MISSING_UNION_BRANCH",
            "/",
            "The writer has int, which fits no branch of the union of null and string of the reader. "
            "Add int to the reader's union",
        ),
        (
            record({"name": "a", "type": "int", "aliases": ["b"]}),
            record(("a", "int"), ("b", "int")),
            "READER_FIELD_AMBIGUOUS",
            "/fields/0",
            'The name and the aliases of the reader\'s field "a" fit several fields in the record x.R of the writer. '
            'Leave one name or alias of the field "a" that fits a field of the writer',
        ),
    ],
)
def test_a_finding(reader: Any, writer: Any, code: str, path: str, message: str) -> None:
    (finding,) = ENGINE.compare(parsed(reader), parsed(writer))
    assert (finding.code, finding.path, finding.message) == (code, path, message)


def test_compatible_schemas_have_no_findings() -> None:
    assert ENGINE.compare(parsed("long"), parsed("int")) == ()
