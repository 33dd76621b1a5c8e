"""Format name -> engine: the only place that lists the engines.

An engine is imported when it is first asked for: a program that needs one format must not wait for all of them.
"""

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

from sluicegate.shared import extras
from sluicegate.shared.errors import FormatUnsupported
from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _avro(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.avro.engine import AvroEngine

    return AvroEngine(encoding=options.avro_encoding)


def _csv(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.csv_schema.engine import CsvSchemaEngine

    return CsvSchemaEngine(options.csv_file_checks)


def _json(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine

    return JsonSchemaEngine(
        options.json_engine,
        options.json_policy,
        strict_json=options.strict_json,
        default_draft=options.json_default_draft,
        unknown_draft=options.json_unknown_draft,
        assert_format=options.json_assert_format,
    )


def _protobuf(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.protobuf.engine import ProtobufEngine

    return ProtobufEngine(refuse_unknown=not options.unknown_fields)


def _table(_: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.table.engine import TableEngine

    return TableEngine()


def _xml(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.xsd.engine import XsdEngine

    return XsdEngine(options.xml_engine)


_MAKERS: Mapping[SchemaFormat, Callable[[FormatOptions], FormatEngine]] = MappingProxyType(
    {
        SchemaFormat.JSON: _json,
        SchemaFormat.AVRO: _avro,
        SchemaFormat.PROTOBUF: _protobuf,
        SchemaFormat.XML: _xml,
        SchemaFormat.CSV: _csv,
        SchemaFormat.TABLE: _table,
    }
)
FORMATS: tuple[SchemaFormat, ...] = tuple(_MAKERS)
"""The formats that have an engine."""


_USUAL = FormatOptions()


class Catalog:
    """The engines, with some options. Thread-safe."""

    def __init__(self, options: FormatOptions = _USUAL) -> None:
        """Nothing is imported yet."""
        self._options = options
        self._lock = threading.RLock()
        self._engines: dict[SchemaFormat, FormatEngine] = {}

    def engine(self, schema_format: SchemaFormat) -> FormatEngine:
        """The engine of a format, always the same. Raises `FormatUnsupported`, naming those that there are."""
        found = self._engines.get(schema_format)
        return self._make(schema_format) if found is None else found

    def _make(self, schema_format: SchemaFormat) -> FormatEngine:
        maker = _MAKERS.get(schema_format)
        if maker is None:
            names = ", ".join(FORMATS)
            raise FormatUnsupported(f"Format {schema_format.value!r} is not supported. Use one of: {names}")
        with self._lock:
            if schema_format not in self._engines:
                self._engines[schema_format] = self._made(schema_format, maker)
            return self._engines[schema_format]

    def _made(self, schema_format: SchemaFormat, maker: Callable[[FormatOptions], FormatEngine]) -> FormatEngine:
        try:
            return maker(self._options)
        except ModuleNotFoundError as error:
            absence = extras.absence(error.name or "")
            raise FormatUnsupported(f"Format {schema_format.value!r} is not supported here. {absence}.") from error


engine = Catalog().engine
"""The engine of a format, with nothing chosen otherwise."""
