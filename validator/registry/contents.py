"""Schemas by global id and by GUID, over Confluent's API, which is the one that knows them.

Kept, because they never change.
"""

from typing import Annotated, Final
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import AliasChoices, BeforeValidator, Field, TypeAdapter, ValidationError

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId
from sluicegate.shared.wire import DEPRECATION_HEADER, DRAFT_HEADER, Answer
from sluicegate.validator.model import CONTENT, MAX_GLOBAL_ID, NotFound, StoredSchema
from sluicegate.validator.pipeline.lru import LruCache
from sluicegate.validator.registry.client import (
    EXAMPLES,
    Example,
    RegistryClient,
    RegistryUnavailable,
    answered,
    any_readable,
    unreadable,
)
from sluicegate.validator.registry.reading import MAX_DEPTH, Budget

_NOT_FOUND: Final = 404
_DEFAULT_CONTEXT: Final = "."
_CODES: Final = frozenset({40401, 40402, 40403})
"""Confluent's codes for a subject, a version, and a schema that is not there."""


class _Refusal(Answer):
    error_code: int
    message: str


class _Reference(Answer):
    name: str
    subject: str
    version: int


class _Content(Answer):
    """The schema in an answer. `draft` comes from a header that only Sluicegate sends."""

    format: Annotated[SchemaFormat, BeforeValidator(str.lower)] = Field(
        default=SchemaFormat.AVRO, validation_alias=AliasChoices("schemaType")
    )
    text: str = Field(validation_alias=AliasChoices("schema"))
    references: Annotated[tuple[_Reference, ...], BeforeValidator(lambda given: given or ())] = ()
    draft: str | None = Field(default=None, validation_alias=DRAFT_HEADER)
    deprecated: bool = Field(default=False, validation_alias=DEPRECATION_HEADER)


class _Identity(Answer):
    context: str
    id: int


class _Latest(Answer):
    id: int


class _Place(Answer):
    subject: str


_Identities = TypeAdapter(tuple[_Identity, ...])
_Places = TypeAdapter(tuple[_Place, ...])
_Names = TypeAdapter(tuple[str, ...])


class ContentReader:
    """Reads through a client, and caches the last used texts.

    Only `known` and `id_of` may be called from several threads.
    """

    def __init__(self, client: RegistryClient, capacity: int) -> None:
        """Nothing is known yet."""
        self._client = client
        self._contents: LruCache[tuple[str, GlobalId], StoredSchema] = LruCache(capacity)
        self._ids: LruCache[tuple[str, UUID], GlobalId] = LruCache(capacity)

    def known(self, global_id: GlobalId) -> StoredSchema | None:
        """Return the cached text. Any thread."""
        return self._contents.peek((self._client.registry or "", global_id))

    def id_of(self, guid: UUID) -> GlobalId | None:
        """The global id of a GUID that was asked for before. Any thread."""
        return self._ids.peek((self._client.registry or "", guid))

    def known_by_guid(self, guid: UUID) -> StoredSchema | None:
        """Return the cached text. Any thread."""
        global_id = self.id_of(guid)
        return None if global_id is None else self.known(global_id)

    def read(self, global_id: GlobalId) -> StoredSchema | NotFound:
        """Return the text with a global id, and its references. Raises `RegistryUnavailable`."""
        found = self._content(f"schemas/ids/{global_id}")
        if isinstance(found, NotFound):
            return found
        source = self._source(found, 0, Budget())
        if isinstance(source, NotFound):
            return source
        stored = StoredSchema(SchemaId(global_id), CONTENT, found.format, source, found.deprecated)
        known = self.known(global_id)
        if known is not None and known == stored and known.deprecated == stored.deprecated:
            return known
        return self._contents.put((self._client.registry or "", global_id), stored)

    def read_by_guid(self, guid: UUID) -> StoredSchema | NotFound:
        """The text with a GUID, by the id that it has in the default context.

        Raises `RegistryUnavailable`.
        """
        ids = self._ids_with(guid)
        if isinstance(ids, NotFound):
            return ids
        if not ids:
            return NotFound(f"The schema with the GUID {guid} is in other contexts than the default one")
        return self.read(self._ids.put((self._client.registry or "", guid), GlobalId(ids[0])))

    def probe(self) -> None:
        """Ask about an id that does not exist.

        Raises `RegistryUnavailable` when even that has no clear answer.
        """
        self._content(f"schemas/ids/{MAX_GLOBAL_ID}")

    def probe_guid(self) -> None:
        """Ask about a GUID that does not exist. Raises `RegistryUnavailable`."""
        self._ids_with(UUID(int=0))

    def probe_subjects(self) -> None:
        """Ask about the subjects of an id that does not exist. Raises likewise."""
        self.subjects(GlobalId(MAX_GLOBAL_ID))

    def example(self, without: GlobalId | None) -> Example:
        """Read some other schema by its global id. Its path becomes the client's `last_found`."""
        try:
            listed = _Names.validate_json(self._client.ask(f"subjects?limit={EXAMPLES + 1}").content)
        except (RegistryUnavailable, ValidationError):
            return Example.UNLISTED
        return any_readable(listed, lambda subject: self._read_latest(subject, without))

    def _read_latest(self, subject: str, without: GlobalId | None) -> _Content | NotFound:
        answer = self._client.ask(f"subjects/{quote(subject, safe='')}/versions/latest")
        if answer.status_code == _NOT_FOUND:
            return NotFound(_refusal(answer))
        try:
            found = _Latest.model_validate_json(answer.content).id
        except ValidationError as error:
            raise unreadable(answer, error) from error
        if found == without:
            return NotFound("this is the schema that failed")
        return self._content(f"schemas/ids/{found}")

    def subjects(self, global_id: GlobalId) -> frozenset[str]:
        """The subjects that have a version with a global id, deleted ones included.

        Raises `RegistryUnavailable`.
        """
        answer = self._client.ask(f"schemas/ids/{global_id}/versions?deleted=true")
        if answer.status_code == _NOT_FOUND:
            _refusal(answer)
            return frozenset()
        try:
            return frozenset(each.subject for each in _Places.validate_json(answer.content))
        except ValidationError as error:
            raise unreadable(answer, error) from error

    def _ids_with(self, guid: UUID) -> list[int] | NotFound:
        """Return the ids in the default context of a GUID."""
        answer = self._client.ask(f"schemas/guids/{guid}/ids")
        if answer.status_code == _NOT_FOUND:
            return NotFound(_refusal(answer))
        try:
            return [each.id for each in _Identities.validate_json(answer.content) if each.context == _DEFAULT_CONTEXT]
        except ValidationError as error:
            raise unreadable(answer, error) from error

    def _source(self, content: _Content, depth: int, budget: Budget) -> SchemaSource | NotFound:
        named: list[NamedSource] = []
        for reference in content.references:
            if depth == MAX_DEPTH or budget.left == 0:
                raise RegistryUnavailable(f"{reference.subject} has references of references without end")
            budget.left -= 1
            target = self._content(
                f"subjects/{quote(reference.subject, safe='')}/versions/{reference.version}?deleted=true"
            )
            source = target if isinstance(target, NotFound) else self._source(target, depth + 1, budget)
            if isinstance(source, NotFound):
                return NotFound(f"The schema refers to what is gone: {source.detail}")
            named.append(NamedSource(reference.name, source))
        return SchemaSource(content.text, tuple(named), content.draft.encode() if content.draft else None)

    def _content(self, path: str) -> _Content | NotFound:
        answer = self._client.ask(path)
        if answer.status_code == _NOT_FOUND:
            return NotFound(_refusal(answer))
        try:
            content = _Content.model_validate_json(answer.content)
        except ValidationError as error:
            raise unreadable(answer, error) from error
        self._client.last_found = path
        return content.model_copy(
            update={"draft": answer.headers.get(DRAFT_HEADER), "deprecated": DEPRECATION_HEADER in answer.headers}
        )


def _refusal(answer: httpx.Response) -> str:
    """The registry's own words; any other 404 says nothing about schemas."""
    try:
        refusal = _Refusal.model_validate_json(answer.content)
    except ValidationError as error:
        raise unreadable(answer, error) from error
    if refusal.error_code not in _CODES:
        raise RegistryUnavailable(f"{answered(answer)}: {refusal.message}", status=answer.status_code)
    return refusal.message
