"""What the ending of a schema file says about its format."""

from collections.abc import Mapping
from types import MappingProxyType

from sluicegate.shared.model import SchemaFormat

ENDINGS: Mapping[str, SchemaFormat] = MappingProxyType(
    {
        ".json": SchemaFormat.JSON,
        ".avsc": SchemaFormat.AVRO,
        ".proto": SchemaFormat.PROTOBUF,
        ".xsd": SchemaFormat.XML,
        ".csvs": SchemaFormat.CSV,
    }
)
"""A table's schema is JSON, too: it must be named."""
