"""Format name -> engine: the only place that lists the engines."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.errors import FormatUnsupported
from shared.formats.avro.engine import AvroEngine
from shared.formats.csv_schema.engine import CsvSchemaEngine
from shared.formats.engine import FormatEngine
from shared.formats.json_schema.engine import JsonSchemaEngine
from shared.formats.protobuf.engine import ProtobufEngine
from shared.formats.table.engine import TableEngine
from shared.model import SchemaFormat

ENGINES: Mapping[SchemaFormat, FormatEngine] = MappingProxyType(
    {
        engine.format: engine
        for engine in (JsonSchemaEngine(), AvroEngine(), ProtobufEngine(), CsvSchemaEngine(), TableEngine())
    }
)


def engine(schema_format: SchemaFormat) -> FormatEngine:
    """The engine of a format. Raises `FormatUnsupported`, naming those that there are."""
    found = ENGINES.get(schema_format)
    if found is None:
        names = ", ".join(ENGINES)
        raise FormatUnsupported(f"Format {schema_format.value!r} is not supported. Use one of: {names}")
    return found
