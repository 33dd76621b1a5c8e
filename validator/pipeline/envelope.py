"""A message's attributes -> the schema that it names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import Code, SchemaRef, Unprocessable

SCHEMA_ID = ("schemaId", "schema_id")
VERSION = ("versionId", "version")
FORMAT = "format"
MESSAGE_TYPE = "messageType"
VALIDATE_HEADER = "validate_header"
HEADER_SCHEMA_ID = ("header_schema_id",)
HEADER_VERSION = ("header_version",)
LATEST = "latest"
_DIGITS_LIMIT = 18  # fits into 64 bits
_SHOWN = 60

Attributes = Mapping[str, bytes | None]
Naming = tuple[bytes | None, bytes | None, bytes | None, bytes | None, bytes | None, bytes | None]


class _Wrong(Exception):
    """An attribute that cannot be used."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.verdict = Unprocessable(code, reason)


def naming(attributes: Attributes) -> Naming:
    """All that `read` looks at: messages that agree in it name the same schema.

    Spelt out, because every message with a trace asks.
    """
    get = attributes.get
    return (get("schemaId"), get("schema_id"), get("versionId"), get("version"), get("format"), get("messageType"))


def read(attributes: Attributes) -> SchemaRef | Unprocessable:
    """The schema that the attributes name, or why they name none.

    Of two spellings of an attribute, the first counts.
    """
    named = read_named(attributes)
    if isinstance(named, Unprocessable):
        return named
    if named.schema_id is None:
        return missing(SCHEMA_ID)
    if named.version is None and not named.latest:
        return missing(VERSION)
    return SchemaRef(named.schema_id, named.version, named.format, named.message_type)


@dataclass(frozen=True, slots=True)
class NamedReference:
    """The schema id and version in attributes.

    `version` is None without a version, and for the latest.
    """

    schema_id: SchemaId | None
    version: VersionNumber | None
    latest: bool


@dataclass(frozen=True, slots=True)
class Named(NamedReference):
    """The attributes about the payload's schema."""

    format: SchemaFormat | None
    message_type: str | None


def read_named(attributes: Attributes) -> Named | Unprocessable:
    """Parse the attributes about the payload's schema; `Unprocessable` if one is invalid."""
    try:
        schema_id, version, latest = _reference(attributes, SCHEMA_ID, VERSION)
        schema_format = _format(_text(FORMAT, attributes.get(FORMAT)))
        return Named(schema_id, version, latest, schema_format, _message_type(attributes.get(MESSAGE_TYPE)))
    except _Wrong as wrong:
        return wrong.verdict


def read_header_schema(attributes: Attributes) -> NamedReference | Unprocessable:
    """Parse the attributes about the schema of the attributes themselves."""
    try:
        return NamedReference(*_reference(attributes, HEADER_SCHEMA_ID, HEADER_VERSION))
    except _Wrong as wrong:
        return wrong.verdict


def missing(names: Sequence[str]) -> Unprocessable:
    """None of these attributes, which are different spellings of one, says anything."""
    spellings = " (or ".join(map(repr, names)) + ")" * (len(names) - 1)
    return Unprocessable(Code.ATTRIBUTE_MISSING, f"The attribute {spellings} is missing or empty")


def _reference(
    attributes: Attributes, ids: Sequence[str], versions: Sequence[str]
) -> tuple[SchemaId | None, VersionNumber | None, bool]:
    schema_id, version = _first(attributes, ids), _first(attributes, versions)
    latest = version is not None and version[1].lower() == LATEST
    return (
        None if schema_id is None else SchemaId(_number(*schema_id)),
        None if version is None or latest else VersionNumber(_number(*version)),
        latest,
    )


def _first(attributes: Attributes, names: Sequence[str]) -> tuple[str, str] | None:
    """Return the first of these attributes with a value, and its value."""
    for name in names:
        text = _text(name, attributes.get(name))
        if text:
            return name, text
    return None


def _text(name: str, value: bytes | None) -> str:
    try:
        return (value or b"").decode().strip()
    except UnicodeDecodeError:
        raise _Wrong(Code.ATTRIBUTE_INVALID, f"The attribute {name!r} is not UTF-8 text") from None


def _message_type(value: bytes | None) -> str | None:
    """Decode the attribute leniently: it may belong to another program if the format is another."""
    return (value or b"").decode(errors="replace").strip() or None


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_LIMIT):
        raise _Wrong(Code.ATTRIBUTE_INVALID, f"The attribute {name!r} is not a number: {text[:_SHOWN]!r}")
    return int(text)


def _format(text: str) -> SchemaFormat | None:
    if not text:
        return None
    try:
        return SchemaFormat(text.lower())
    except ValueError:
        names = ", ".join(SchemaFormat)
        raise _Wrong(
            Code.FORMAT_UNSUPPORTED, f"The format {text[:_SHOWN]!r} is not known; it must be one of: {names}"
        ) from None
