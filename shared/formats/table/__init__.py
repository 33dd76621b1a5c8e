"""Database tables: the columns of a table with their SQL types, and rows of it as JSON objects."""

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import JSON, Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(_: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.table.engine import TableEngine

    return TableEngine()


FORMAT = Format(
    name=SchemaFormat.TABLE,
    media_type=JSON,
    engine=_engine,
    extensions=(),  # its schemas are JSON, and .json is the extension of JSON Schema
    export_extension=".sql",
    example='{"table": "a", "columns": {"a": "int"}}',
    payloads=(b"", b"{}", b"[]", b'""', b"1", b"null", b'{"a": {"b": [{"c": "d"}]}}', b"[[[1]], {}]"),
)
