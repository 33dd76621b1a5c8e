"""The Protobuf engine: the protocol of `shared.formats.engine` in terms of this package."""

from sluicegate.shared.errors import SchemaWithoutPayloads
from sluicegate.shared.formats.engine import Capabilities, FormatEngine, SchemaSource, Spellings
from sluicegate.shared.formats.protobuf import transcoding
from sluicegate.shared.formats.protobuf.attributes import attributes
from sluicegate.shared.formats.protobuf.canonical import canonical, normalized
from sluicegate.shared.formats.protobuf.compatibility.comparison import compare
from sluicegate.shared.formats.protobuf.compiler import CAPACITY, Compiler
from sluicegate.shared.formats.protobuf.files import gathered
from sluicegate.shared.formats.protobuf.payload.validator import ProtobufValidator
from sluicegate.shared.formats.protobuf.rules import violations
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema, loaded
from sluicegate.shared.formats.protobuf.serialization import loadable
from sluicegate.shared.model import Finding, SchemaFormat, Violation


class ProtobufEngine(FormatEngine):
    """proto2, proto3 and editions, as .proto text or as a FileDescriptorProto in base64.

    A text is compiled by protoc, in a process of its own: `parse` blocks for some milliseconds the
    first time, and raises `CompilerUnavailable` when the compiler cannot be run, which says nothing
    about the text.
    """

    def __init__(self, refuse_unknown: bool = True, capacity: int = CAPACITY) -> None:
        """`refuse_unknown`: payloads with undeclared fields are invalid.

        `capacity`: cached schemas.
        """
        self._refuse_unknown = refuse_unknown
        self._compiler = Compiler(capacity)

    @property
    def format(self) -> SchemaFormat:
        """Protobuf."""
        return SchemaFormat.PROTOBUF

    @property
    def capabilities(self) -> Capabilities:
        """The optional parts that this engine has."""
        return Capabilities(spelled=self, serialized=self, precompiled=self, transcoding=self)

    def parse(self, source: SchemaSource) -> ProtobufSchema:
        """Compile a text with those that it imports.

        Raises `SchemaSyntaxError` with the compiler's lines and columns.
        """
        return loaded(self._compiler.descriptors(gathered(source)))

    def compiled(self, schema: ProtobufSchema) -> bytes:
        """Return a serialized FileDescriptorSet, imports first.

        It is stored beside the text, so that no other process compiles it.
        """
        return schema.artifact

    def from_compiled(self, descriptors: bytes) -> ProtobufSchema:
        """The schema that `compiled` gave, without the compiler.

        Raises `SchemaSyntaxError` when the bytes are something else.
        """
        return loaded(descriptors)

    def violations(self, schema: ProtobufSchema) -> tuple[Violation, ...]:
        """Return the violation of a file without declarations; the compiler reports all others."""
        return violations(schema)

    def canonical(self, schema: ProtobufSchema) -> str:
        """Return the text of the descriptor: full names, sorted imports and options, no comments."""
        return canonical(schema)

    def spellings(self, schema: ProtobufSchema, canonical: str) -> Spellings:
        """Return the canonical text, because clients register one form and look up the other.

        The normalized text sorts more parts.
        """
        return Spellings(canonical, normalized(schema))

    def serialized(self, schema: ProtobufSchema) -> bytes:
        """Return the schema's file as a FileDescriptorProto that clients can load.

        It has no imports and options without a definition.
        """
        return loadable(schema).SerializeToString()

    def encoded(self, schema: ProtobufSchema, text: str, message_type: str | None = None) -> bytes:
        """Return the message that a JSON text describes.

        Raises `PayloadUnusable` and `MessageTypeUnknown`.
        """
        return transcoding.encoded(schema, text, message_type)

    def decoded(self, schema: ProtobufSchema, payload: bytes, message_type: str | None = None) -> str:
        """Return a message as JSON. Raises `PayloadUnusable` and `MessageTypeUnknown`."""
        return transcoding.decoded(schema, payload, message_type)

    def place(self, schema: ProtobufSchema, message_type: str | None = None) -> tuple[int, ...]:
        """Return the place of a message type in its file. Raises `MessageTypeUnknown`."""
        return transcoding.place(schema, message_type)

    def compare(self, reader: ProtobufSchema, writer: ProtobufSchema) -> tuple[Finding, ...]:
        """Why data of `writer` cannot all be read with `reader`."""
        return compare(reader, writer)

    def attributes(self, schema: ProtobufSchema) -> tuple[str, ...]:
        """Paths of fields."""
        return attributes(schema)

    def compile(self, schema: ProtobufSchema) -> ProtobufValidator:
        """A validator of the file's first message; its `for_message` gives those of the others.

        Raises `SchemaWithoutPayloads`.
        """
        if not schema.top_level:
            raise SchemaWithoutPayloads("The schema declares no message, so there are no payloads to check with it")
        return ProtobufValidator(schema, schema.top_level[0], self._refuse_unknown)
