"""The National Archives' CSV Schema Language, versions 1.0, 1.1 and 1.2."""

from collections.abc import Sequence

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import PLAIN_TEXT, Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.csv_schema.engine import CsvSchemaEngine

    return CsvSchemaEngine(options.csv_file_checks)


def _infer(samples: Sequence[bytes]) -> str:
    from sluicegate.shared.formats.csv_schema.inference import infer

    return infer(samples)


FORMAT = Format(
    name=SchemaFormat.CSV,
    media_type=PLAIN_TEXT,
    engine=_engine,
    extensions=(".csvs",),
    export_extension=".csvs",
    example="version 1.1\n@totalColumns 1\na: notEmpty\n",
    payloads=(b"", b"\n", b"a,b\r\n1,2\r\n", b'"a","b\n', b",,,,\n,,,,\n"),
    sample_extensions=(".csv",),
    infer=_infer,
)
