"""Referenced versions, read from the registry for comparisons on this machine."""

from collections.abc import Iterable
from typing import Final

from sluicegate.shared.client.errors import AnswerUnintelligible
from sluicegate.shared.client.registry import RegistryClient, specification
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import SchemaId
from sluicegate.shared.wire import ReferenceBody, SchemaBody, VersionBody

DEEPEST: Final = 32
"""Versions on one way through references: the registry's own limit."""


class ReferencedVersions:
    """Reads references, each schema once.

    Deactivated versions are included: a comparison can be repeated.
    """

    def __init__(self, client: RegistryClient) -> None:
        """Nothing is asked yet."""
        self._client = client
        self._schemas: dict[str, SchemaBody] = {}
        self._sources: dict[tuple[str, str], SchemaSource] = {}

    def named(self, references: Iterable[ReferenceBody], depth: int = 1) -> tuple[NamedSource, ...]:
        """Return the texts of references, with their references in turn. Raises `ClientError`."""
        if depth > DEEPEST:
            raise AnswerUnintelligible(f"The registry gives references that lead through more than {DEEPEST} schemas.")
        return tuple(NamedSource(reference.name, self._source(reference, depth)) for reference in references)

    def _source(self, reference: ReferenceBody, depth: int) -> SchemaSource:
        key = reference.schema_id, reference.version
        if key not in self._sources:
            found = self._version(reference)
            text = specification(found).decode(errors="replace")
            self._sources[key] = SchemaSource(text, self.named(found.references, depth + 1))
        return self._sources[key]

    def _version(self, reference: ReferenceBody) -> VersionBody:
        schema = self._schemas.get(reference.schema_id)
        if schema is None:
            schema = self._client.schema(SchemaId(int(reference.schema_id)), deactivated=True)
            self._schemas[reference.schema_id] = schema
        found = next((version for version in schema.schemas if version.version == reference.version), None)
        if found is None:
            raise AnswerUnintelligible(
                f"The registry says that {reference.name!r} is schema {reference.schema_id} version {reference.version}, "
                "and has no such version."
            )
        return found
