"""Messages made of files: the payload, and the attributes or the frame that name its schema."""

from dataclasses import dataclass

from sluicegate.shared import framing
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.messages.kafka import Headers
from sluicegate.shared.console.messages.schemas import KnownSchema, SchemaCache
from sluicegate.shared.console.selection import Selection
from sluicegate.shared.errors import MessageTypeUnknown, PayloadUnusable, SchemaError

SCHEMA_ID, VERSION, FORMAT, MESSAGE_TYPE = "schemaId", "versionId", "format", "messageType"
"""The attributes by which the validator finds the schema of a message."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The options of `send` that decide how a message is made.

    `frame`: Confluent's frame in place of attributes. `raw`: the bytes of the file are the payload.
    """

    schema: Selection | None
    headers: Headers = ()
    message_type: str | None = None
    frame: bool = False
    raw: bool = False


class Composer:
    """Makes messages that name one schema, or none."""

    def __init__(self, wish: Wish, schemas: SchemaCache) -> None:
        """Read the schema. Raises `ClientError` and `InputUnusable`."""
        if wish.schema is None and (wish.frame or wish.message_type):
            raise InputUnusable("--frame and --message-type belong to a schema. Name it with --schema.")
        self._wish = wish
        self.schema = None if wish.schema is None else schemas.selected(wish.schema)
        self._transcoding = None if self.schema is None or wish.raw else self.schema.transcoding
        self._parsed = None if self.schema is None else _parsed(self.schema)
        self._global_id = schemas.global_id(self.schema) if self.schema is not None and wish.frame else None

    @property
    def headers(self) -> Headers:
        """The attributes of each message."""
        if self.schema is None or self._wish.frame:
            return self._wish.headers
        named = {
            SCHEMA_ID: str(self.schema.schema_id),
            VERSION: str(self.schema.number),
            FORMAT: self.schema.format.value,
        }
        if self._wish.message_type:
            named[MESSAGE_TYPE] = self._wish.message_type
        given = {name for name, _ in self._wish.headers}
        return (*((name, text.encode()) for name, text in named.items() if name not in given), *self._wish.headers)

    def payload(self, text: bytes, where: str) -> bytes:
        """Return the payload that a text describes. Raises `InputUnusable` with `where`."""
        return self._frame() + (text if self._transcoding is None else self._encoded(text, where))

    def _encoded(self, text: bytes, where: str) -> bytes:
        assert self._transcoding is not None
        assert self.schema is not None
        try:
            return self._transcoding.encoded(self._parsed, text.decode(), self._wish.message_type)
        except (PayloadUnusable, MessageTypeUnknown) as error:
            raise InputUnusable(f"{where} is no {self.schema.name}. {error.message}. {_RAW}") from error
        except UnicodeDecodeError as error:
            raise InputUnusable(f"{where} is not JSON in UTF-8 (byte {error.start}). {_RAW}") from error

    def _frame(self) -> bytes:
        if self._global_id is None:
            return b""
        transcoding = None if self.schema is None else self.schema.transcoding
        place = None if transcoding is None else transcoding.place(self._parsed, self._wish.message_type)
        return framing.frame(self._global_id, place)


_RAW = "--raw sends the bytes as they are."


def _parsed(schema: KnownSchema) -> object:
    if schema.transcoding is None:
        return None
    try:
        return schema.parsed()
    except SchemaError as error:
        raise InputUnusable(f"The schema {schema.name} cannot be used. {error.message}") from error
