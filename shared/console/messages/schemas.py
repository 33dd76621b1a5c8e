"""The schemas of messages, read from a registry: by name, by attributes, by Confluent's frame."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from pydantic import Field, TypeAdapter

from sluicegate.shared.client import RegistryClient, specification
from sluicegate.shared.client.exchange import parsed, refusal
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.references import ReferencedVersions
from sluicegate.shared.console.selection import Selection, schema_id
from sluicegate.shared.console.transfer.wire import VersionBody as SubjectVersionBody
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.formats.engine import NamedSource, SchemaSource, Transcoding
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionNumber
from sluicegate.shared.wire import Answer

_DEEPEST: Final = 32


class _Content(Answer):
    """`GET /schemas/ids/{id}`."""

    text: str = Field(validation_alias="schema")
    kind: str = Field(default="AVRO", validation_alias="schemaType")
    references: tuple["_Reference", ...] = ()


class _Reference(Answer):
    name: str
    subject: str
    version: int


_CONTENT = TypeAdapter(_Content)
_SUBJECT_VERSION = TypeAdapter(SubjectVersionBody)


@dataclass(frozen=True, slots=True)
class KnownSchema:
    """A version of a schema, or a content with a global id, with all that it refers to."""

    name: str
    format: SchemaFormat
    source: SchemaSource
    schema_id: SchemaId | None = None
    number: VersionNumber | None = None

    @property
    def transcoding(self) -> Transcoding | None:
        """The engine's part that makes payloads from JSON; None for formats that are text."""
        return engine(self.format).capabilities.transcoding

    def parsed(self) -> Any:
        """Return the schema as its engine reads it. Raises `SchemaError`."""
        return engine(self.format).parse(self.source)


class SchemaCache:
    """Reads schemas, each once. Every method blocks and raises `ClientError`."""

    def __init__(self, client: RegistryClient) -> None:
        """Nothing is asked yet."""
        self._client = client
        self._references = ReferencedVersions(client)

    def selected(self, chosen: Selection) -> KnownSchema:
        """Return the schema that a person named, or its latest version. Raises `InputUnusable`."""
        number = schema_id(self._client, chosen.schema)
        version = self._client.version(number, chosen.version or "latest")
        kind = version.schema_type or self._client.schema(number).schema_type
        text = specification(version).decode(errors="replace")
        source = SchemaSource(text, self._references.named(version.references))
        return KnownSchema(chosen.schema, kind, source, number, VersionNumber(int(version.version)))

    def global_id(self, known: KnownSchema) -> GlobalId:
        """Return the id for Confluent's frame. Raises `InputUnusable` where no subject has one."""
        assert known.schema_id is not None
        name = self._client.schema(known.schema_id, deactivated=True).name
        for subject in (name, f"{name}.{known.schema_id}", f"schema.{known.schema_id}"):
            path = f"/subjects/{quote(subject, safe='')}/versions/{known.number}"
            response = self._client.exchange.read("GET", path)
            if response.is_success:
                found = parsed(response, _SUBJECT_VERSION)
                if found.schema_ == known.source.text:
                    return GlobalId(found.id)
        raise InputUnusable(
            f"No subject of Confluent's API has schema {known.schema_id} version {known.number}, so it has no id for a frame. "
            "Send attributes instead: leave out --frame."
        )

    def content(self, global_id: GlobalId) -> KnownSchema:
        """Return the content with a global id."""
        response = self._client.exchange.read("GET", f"/schemas/ids/{global_id}")
        if not response.is_success:
            raise refusal(response)
        found = parsed(response, _CONTENT)
        source = SchemaSource(found.text, self._named(found.references, 1))
        return KnownSchema(f"id {global_id}", SchemaFormat(found.kind.lower()), source)

    def _named(self, references: tuple[_Reference, ...], depth: int) -> tuple[NamedSource, ...]:
        if depth > _DEEPEST:
            raise InputUnusable(f"References lead through more than {_DEEPEST} schemas.")
        return tuple(NamedSource(each.name, self._subject_source(each, depth)) for each in references)

    def _subject_source(self, reference: _Reference, depth: int) -> SchemaSource:
        path = f"/subjects/{quote(reference.subject, safe='')}/versions/{reference.version}?deleted=true"
        response = self._client.exchange.read("GET", path)
        if not response.is_success:
            raise refusal(response)
        found = parsed(response, _SUBJECT_VERSION)
        inner = tuple(
            _Reference(name=each.name, subject=each.subject, version=each.version) for each in found.references
        )
        return SchemaSource(found.schema_, self._named(inner, depth + 1))
