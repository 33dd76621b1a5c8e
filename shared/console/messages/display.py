"""Messages for people and programs: Avro and Protobuf as JSON, other bytes as text or in hex."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from rich.text import Text

from sluicegate.shared import framing
from sluicegate.shared.client.errors import ClientError
from sluicegate.shared.console.errors import ConsoleError
from sluicegate.shared.console.layout import plain
from sluicegate.shared.console.messages.composition import MESSAGE_TYPE, SCHEMA_ID, VERSION
from sluicegate.shared.console.messages.kafka import KafkaRecord
from sluicegate.shared.console.messages.schemas import KnownSchema, SchemaCache
from sluicegate.shared.console.messages.watch import CODE, REASON, attribute
from sluicegate.shared.console.selection import Selection
from sluicegate.shared.errors import MessageTypeUnknown, PayloadUnusable, SchemaError
from sluicegate.shared.framing import FramingWrong
from sluicegate.shared.model import GlobalId, SchemaFormat, VersionNumber

_FORMAT: Final = "format"
_BINARY: Final = (SchemaFormat.AVRO.value, SchemaFormat.PROTOBUF.value)
_HEX_BYTES: Final = 64
_ADDED: Final = "deadLetter"


@dataclass(frozen=True, slots=True)
class DisplayedContent:
    """A payload for reading. `text` is None for bytes that are none.

    `is_decoded`: the text is the JSON of a binary format.
    """

    text: str | None
    is_decoded: bool = False


class PayloadReader:
    """Reads payloads. Asks the registry about those in Avro and Protobuf, once for each schema."""

    def __init__(self, schemas: SchemaCache, note: Callable[[str], None], *, raw: bool) -> None:
        """`note` receives the reason why payloads cannot be decoded; `raw`: decode none."""
        self._schemas = schemas
        self._note = note
        self._raw = raw
        self._known: dict[object, KnownSchema | None] = {}

    def content(self, record: KafkaRecord) -> DisplayedContent:
        """Return the payload, decoded where its schema is at hand."""
        payload = record.payload or b""
        if not self._raw:
            decoded = self._by_attributes(record, payload) or self._by_frame(record, payload)
            if decoded is not None:
                return DisplayedContent(decoded, is_decoded=True)
        try:
            return DisplayedContent(payload.decode())
        except UnicodeDecodeError:
            return DisplayedContent(None)

    def _by_attributes(self, record: KafkaRecord, payload: bytes) -> str | None:
        named, version = attribute(record, SCHEMA_ID) or "", attribute(record, VERSION) or ""
        if attribute(record, _FORMAT) not in _BINARY or not (named.isdigit() and version.isdigit()):
            return None
        chosen = Selection(named, VersionNumber(int(version)))
        schema = self._schema(chosen, lambda: self._schemas.selected(chosen))
        return _decoded(schema, payload, attribute(record, MESSAGE_TYPE))

    def _by_frame(self, record: KafkaRecord, payload: bytes) -> str | None:
        if payload[:1] != b"\0" or attribute(record, SCHEMA_ID) is not None:
            return None
        try:
            global_id = framing.global_id(payload)
            schema = self._schema(global_id, lambda: self._schemas.content(GlobalId(global_id)))
            if schema is None or schema.format is not SchemaFormat.PROTOBUF:
                return _decoded(schema, payload[framing.FRAME :], None)
            path, start = framing.path(payload, framing.FRAME)
            return _decoded(schema, payload[start:], _message_at(schema, path))
        except FramingWrong:
            return None

    def _schema(self, key: object, read: Callable[[], KnownSchema]) -> KnownSchema | None:
        if key not in self._known:
            self._known[key] = self._read(read)
        return self._known[key]

    def _read(self, read: Callable[[], KnownSchema]) -> KnownSchema | None:
        try:
            return read()
        except (ClientError, ConsoleError) as error:
            self._note(f"Payloads are shown as they are. {error.message}")
            return None


def _message_at(schema: KnownSchema, path: tuple[int, ...]) -> str | None:
    engine = schema.transcoding
    assert engine is not None
    parsed = schema.parsed()
    names = (each.full_name for each in parsed.own)
    return next((name for name in names if engine.place(parsed, name) == path), None)


def _decoded(schema: KnownSchema | None, payload: bytes, message_type: str | None) -> str | None:
    if schema is None or schema.transcoding is None:
        return None
    try:
        return schema.transcoding.decoded(schema.parsed(), payload, message_type)
    except (PayloadUnusable, MessageTypeUnknown, SchemaError):
        return None


def as_json(record: KafkaRecord, content: DisplayedContent) -> dict[str, Any]:
    """Return a message for programs. `payload` is its JSON value, or its text.

    `payload_base64` is there for other bytes.
    """
    found: dict[str, Any] = {
        "topic": record.place.topic,
        "partition": record.place.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": None if record.key is None else record.key.decode(errors="replace"),
        "headers": {name: None if value is None else value.decode(errors="replace") for name, value in record.headers},
    }
    if record.payload is None:
        return {**found, "payload": None}
    if content.text is None or content.is_decoded:
        found["payload_base64"] = base64.b64encode(record.payload).decode()
    if content.text is not None:
        found["payload"] = _value(content.text)
    return found


def lines(record: KafkaRecord, content: DisplayedContent) -> list[Text]:
    """Return a message for people: place and attributes, reason of a dead letter, payload."""
    place = f"{record.place.topic}/{record.place.partition}/{record.offset}"
    parts = [place]
    if record.timestamp:
        parts.append(f"{datetime.fromtimestamp(record.timestamp / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC")
    if record.key is not None:
        parts.append(f"key={record.key.decode(errors='replace')}")
    parts += [
        f"{name}={(value or b'').decode(errors='replace')}"
        for name, value in record.headers
        if not name.startswith(_ADDED)
    ]
    shown = [plain("  ".join(parts))]
    code = attribute(record, CODE)
    if code is not None:
        shown.append(plain(f"  {code}: {attribute(record, REASON) or ''}"))
    return [*shown, plain(f"  {_shown(record.payload, content)}")]


def _shown(payload: bytes | None, content: DisplayedContent) -> str:
    if payload is None:
        return "(null)"
    if content.text is not None:
        return content.text.rstrip("\n") or "(empty)"
    more = f"... ({len(payload)} bytes)" if len(payload) > _HEX_BYTES else ""
    return f"{payload[:_HEX_BYTES].hex(' ')}{more}"


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
