"""A message's attributes -> the schema that it names."""

from collections.abc import Mapping

from shared.model import SchemaFormat, SchemaId, VersionNumber
from validator.model import Code, SchemaRef, Unprocessable

SCHEMA_ID = ("schemaId", "schema_id")
VERSION = ("versionId", "version")
FORMAT = "format"
MESSAGE_TYPE = "messageType"
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
    """All that `read` looks at: messages that agree in it name the same schema. Spelt out, because every message with a trace asks."""
    get = attributes.get
    return (get("schemaId"), get("schema_id"), get("versionId"), get("version"), get("format"), get("messageType"))


def read(attributes: Attributes) -> SchemaRef | Unprocessable:
    """The schema that the attributes name, or why they name none. Of two spellings of an attribute, the first counts."""
    try:
        return SchemaRef(
            schema_id=SchemaId(_number(*_required(attributes, SCHEMA_ID))),
            version=_version(*_required(attributes, VERSION)),
            format=_format(_text(FORMAT, attributes.get(FORMAT))),
            message_type=_message_type(attributes.get(MESSAGE_TYPE)),
        )
    except _Wrong as wrong:
        return wrong.verdict


def _required(attributes: Attributes, names: tuple[str, ...]) -> tuple[str, str]:
    for name in names:
        text = _text(name, attributes.get(name))
        if text:
            return name, text
    raise _Wrong(Code.ATTRIBUTE_MISSING, f"The attribute {names[0]!r} (or {names[1]!r}) is missing or empty")


def _text(name: str, value: bytes | None) -> str:
    try:
        return (value or b"").decode().strip()
    except UnicodeDecodeError:
        raise _Wrong(Code.ATTRIBUTE_INVALID, f"The attribute {name!r} is not UTF-8 text") from None


def _message_type(value: bytes | None) -> str | None:
    """As it stands, text or not: in a message of another format it may be somebody else's attribute."""
    return (value or b"").decode(errors="replace").strip() or None


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_LIMIT):
        raise _Wrong(Code.ATTRIBUTE_INVALID, f"The attribute {name!r} is not a number: {text[:_SHOWN]!r}")
    return int(text)


def _version(name: str, text: str) -> VersionNumber | None:
    return None if text.lower() == LATEST else VersionNumber(_number(name, text))


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
