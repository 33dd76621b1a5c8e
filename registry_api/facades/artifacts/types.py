"""Artifact types: the names of formats in this API, and the format of a text without one.

`PROTOBUF_FD` is a Protobuf schema as a serialized descriptor.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import orjson

from sluicegate.shared.model import SchemaFormat

DESCRIPTOR: Final = "PROTOBUF_FD"

_NAMES: Final[Mapping[SchemaFormat, str]] = MappingProxyType({SchemaFormat.XML: "XSD"})
_FORMATS: Final[Mapping[str, SchemaFormat]] = MappingProxyType(
    {
        **{each.value.upper(): each for each in SchemaFormat},
        "XSD": SchemaFormat.XML,
        DESCRIPTOR: SchemaFormat.PROTOBUF,
    }
)
TYPES: Final = ("AVRO", "PROTOBUF", DESCRIPTOR, "JSON", "XSD", "CSV", "TABLE")
"""The names that requests use."""

_AVRO_NAMES: Final = frozenset({"record", "enum", "fixed", "error"})
_JSON_SCHEMA_WORDS: Final = frozenset(
    {"$schema", "$id", "$ref", "$defs", "definitions", "properties", "allOf", "anyOf", "oneOf", "const", "enum"}
)
_JSON_TYPES: Final = frozenset({"object", "integer", "number"})
"""Types that Avro does not have."""

_PROTOBUF_COMMENT: Final = re.compile(r"(?:\s+|//[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_PROTOBUF_START: Final = re.compile(r"(?:syntax|edition)\s*=|(?:package|import|option|message|enum|extend|service)\s")
_CSV_START: Final = re.compile(r"version\s+1\.[0-9]")


def type_name(schema_format: SchemaFormat) -> str:
    """Return the artifact type of a format."""
    return _NAMES.get(schema_format, schema_format.value.upper())


def named_format(name: str) -> SchemaFormat | None:
    """Return the format of an artifact type in any case; None where there is no such type."""
    return _FORMATS.get(name.strip().upper())


def guessed_format(text: str) -> SchemaFormat:
    """Return the format of a text by its first characters and the keys of its object.

    Avro if both are inconclusive.
    """
    body = text.lstrip("\ufeff \t\r\n")
    if body.startswith("<"):
        return SchemaFormat.XML
    if _CSV_START.match(body):
        return SchemaFormat.CSV
    if body.startswith("{"):
        return _format_of_object(body)
    comment = _PROTOBUF_COMMENT.match(body)
    if _PROTOBUF_START.match(body, comment.end() if comment else 0):
        return SchemaFormat.PROTOBUF
    return SchemaFormat.AVRO


def _format_of_object(text: str) -> SchemaFormat:
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        return SchemaFormat.AVRO
    kind = document.get("type")
    named = kind if isinstance(kind, str) else ""
    if named in _AVRO_NAMES and "name" in document:
        return SchemaFormat.AVRO
    if "table" in document and "columns" in document:
        return SchemaFormat.TABLE
    is_json = named in _JSON_TYPES or bool(_JSON_SCHEMA_WORDS & document.keys())
    return SchemaFormat.JSON if is_json else SchemaFormat.AVRO
