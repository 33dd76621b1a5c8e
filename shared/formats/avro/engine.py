"""The Avro engine: the protocol of `shared.formats.engine` in terms of this package."""

from typing import Literal

from sluicegate.shared.formats.avro import division, parser, plainness, rules, tags, transcoding
from sluicegate.shared.formats.avro.attributes import attributes
from sluicegate.shared.formats.avro.canonical import identity, java_text
from sluicegate.shared.formats.avro.findings import findings
from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.avro.payload.framed import FramedAvroValidator
from sluicegate.shared.formats.avro.payload.json_validator import AvroJsonValidator
from sluicegate.shared.formats.avro.payload.validator import AvroValidator
from sluicegate.shared.formats.division import Division
from sluicegate.shared.formats.engine import (
    Capabilities,
    FormatEngine,
    PayloadValidator,
    SchemaSource,
    Spellings,
    TagChange,
    Tags,
)
from sluicegate.shared.formats.options import AvroEncoding
from sluicegate.shared.model import Finding, SchemaFormat, Violation


class AvroEngine(FormatEngine):
    """Avro schemas with the results of Java 1.12.

    SYNTAX_ONLY has the checks of Java's parser without names and defaults, FULL those with strict
    names and defaults. The options are about payloads, not about schemas.
    """

    def __init__(
        self,
        *,
        encoding: AvroEncoding | Literal["binary", "json"] = AvroEncoding.BINARY,
        confluent_framing: bool = False,
    ) -> None:
        """Set the encoding of payloads.

        `confluent_framing` expects Confluent's five bytes before them. Raises `ValueError` for an
        unknown encoding, and for a frame around JSON.
        """
        self._encoding = AvroEncoding(encoding)
        if confluent_framing and self._encoding is not AvroEncoding.BINARY:
            raise ValueError("Confluent's frame is for the binary encoding. Use that, or do not ask for the frame")
        self._framed = confluent_framing

    @property
    def format(self) -> SchemaFormat:
        """Avro."""
        return SchemaFormat.AVRO

    @property
    def capabilities(self) -> Capabilities:
        """The optional parts that this engine has."""
        return Capabilities(foreseeing=self, weighing=self, spelled=self, taggable=self, transcoding=self)

    def is_plain(self, source: SchemaSource) -> bool:
        """Return whether a check takes milliseconds: a short text whose names stand for few types."""
        return plainness.weight(source) is not None

    def weight(self, source: SchemaSource) -> int | None:
        """See `Weighing`."""
        return plainness.weight(source)

    def divided(self, source: SchemaSource) -> Division | None:
        """See `Divisible`."""
        return division.divided(source)

    def joined(self, frame: str, member: str | None) -> SchemaSource:
        """See `Divisible`."""
        return division.joined(frame, member)

    def parse(self, source: SchemaSource) -> Schema:
        """Parse a text. Raises `SchemaSyntaxError` and nothing else."""
        return parser.parse(source)

    def violations(self, schema: Schema) -> tuple[Violation, ...]:
        """Names that are none, and defaults that do not fit their types."""
        return rules.violations(schema)

    def canonical(self, schema: Schema) -> str:
        """Return the text that is equal for every spelling.

        See `shared.formats.avro.canonical.identity` for its parts.
        """
        return identity(schema)

    def spellings(self, schema: Schema, canonical: str) -> Spellings:
        """Return Java's text, which is also the normalized one.

        The canonical one contains the references' types.
        """
        text = java_text(schema)
        return Spellings(text, text, canonical)

    def tags(self, text: str) -> Tags:
        """Return the tags in a text (`confluent:tags`)."""
        return tags.tags(text)

    def retagged(self, text: str, change: TagChange) -> str:
        """A text with other tags. Raises `EntityUnknown`."""
        return tags.retagged(text, change)

    def encoded(self, schema: Schema, text: str, message_type: str | None = None) -> bytes:
        """Return the binary datum that a JSON text describes. Raises `PayloadUnusable`."""
        return transcoding.encoded(schema, text)

    def decoded(self, schema: Schema, payload: bytes, message_type: str | None = None) -> str:
        """Return a binary datum as JSON. Raises `PayloadUnusable`."""
        return transcoding.decoded(schema, payload)

    def place(self, schema: Schema, message_type: str | None = None) -> None:
        """Avro schemas have one type."""

    def compare(self, reader: Schema, writer: Schema) -> tuple[Finding, ...]:
        """Return the reasons why `reader` cannot read data of `writer`.

        Codes are Java's incompatibility types, paths its locations.
        """
        return findings(reader, writer)

    def attributes(self, schema: Schema) -> tuple[str, ...]:
        """Paths of record fields."""
        return attributes(schema)

    def compile(self, schema: Schema) -> PayloadValidator:
        """A validator of datums in the engine's encoding."""
        if self._encoding is AvroEncoding.JSON:
            return AvroJsonValidator(schema)
        if self._framed:
            return FramedAvroValidator(schema)
        return AvroValidator(schema)
