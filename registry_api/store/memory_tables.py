"""The content of a memory store: the tables of Postgres, as far as both of its sides use them."""

import hashlib
import secrets
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from sluicegate.registry_api.core.errors import ReferenceGone
from sluicegate.registry_api.core.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.model import Address, Caller, Content, NewVersion, Reference, Schema, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.scopes import ScopeSettings
from sluicegate.registry_api.core.subject_errors import IdTaken
from sluicegate.shared.clock import Clock, SystemClock
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId, VersionId, VersionNumber

IMPORTED_IDS = 2**30
"""Global ids from here on come with imports alone."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Event:
    """One change, as the table `event` keeps it. No version: all of the schema's."""

    kind: str
    schema_id: SchemaId
    version: VersionNumber | None
    actor: str
    request_id: str


@dataclass(frozen=True, slots=True)
class StoredContent:
    """A content as the table `content` keeps it."""

    global_id: GlobalId
    guid: str
    identity: str
    content: Content
    metadata: Metadata | None = None
    rules: RuleSet | None = None
    purged: bool = False
    """Removed for good: its id stays taken."""


class MemoryTables:
    """Rows, and their invariants. The caller of a method holds `lock`."""

    def __init__(self, clock: Clock | None = None) -> None:
        """Start empty."""
        self.lock = threading.Lock()
        self.clock = clock or SystemClock()
        self.events: list[Event] = []
        self.listeners: list[Callable[[SchemaId], None]] = []
        self.schemas: dict[SchemaId, Schema] = {}  # with all their versions
        self.contexts: dict[SchemaId, str] = {}  # of schemas
        self.contents: dict[str, dict[GlobalId, StoredContent]] = {}  # by context
        self.used: set[str] = set()  # contexts
        # numbers of removed versions -> their contents
        self.retired: dict[SchemaId, dict[VersionNumber, str]] = {}
        self.settings: dict[SubjectName, ScopeSettings] = {}
        self._last_schema_id = 0
        self._last_version_id = 0

    def place(self, schema: Schema) -> SubjectName:
        """The subject that a schema is."""
        return SubjectName(self.contexts[schema.schema_id], schema.subject)

    def at(self, subject: SubjectName) -> Schema | None:
        """The schema that a subject is."""
        return next((schema for schema in self.schemas.values() if self.place(schema) == subject), None)

    def free_subject(self, name: str) -> tuple[SchemaId, str]:
        """The next id, and the name if that is free, or else the name with the id."""
        schema_id = self._last_schema_id + 1
        if not self.is_taken(SubjectName(DEFAULT_CONTEXT, name)):
            return SchemaId(schema_id), name
        while self.is_taken(SubjectName(DEFAULT_CONTEXT, f"{name}.{schema_id}")):
            schema_id += 1
        return SchemaId(schema_id), f"{name}.{schema_id}"

    def is_taken(self, place: SubjectName) -> bool:
        """Whether a subject has a schema, is an alias, or has a name that no subject may have."""
        config = self.settings[place].config if place in self.settings else None
        return place.reserved or self.at(place) is not None or (config is not None and config.alias is not None)

    def is_referred(self, address: Address) -> bool:
        """Whether a version refers to the one at an address, deleted or not."""
        return any(
            reference.address == address
            for schema in self.schemas.values()
            for version in schema.versions
            for reference in version.references
        )

    def in_default(self, schema: Schema) -> bool:
        """Return whether a schema is in the default context."""
        return self.contexts[schema.schema_id] == DEFAULT_CONTEXT

    def version(self, address: Address) -> Version | None:
        """The version at an address."""
        schema = self.schemas.get(address.schema_id)
        versions = schema.versions if schema else ()
        return next((version for version in versions if version.number == address.number), None)

    def require_active(self, references: Iterable[Reference]) -> None:
        """Raise `ReferenceGone` unless all that is referred to is there."""
        for reference in references:
            version = self.version(reference.address)
            if version is None or not version.active:
                raise ReferenceGone(reference.address)

    def keep_schema(self, schema: Schema, context: str = DEFAULT_CONTEXT) -> None:
        """Keep a schema, new or changed."""
        self._last_schema_id = max(self._last_schema_id, schema.schema_id)
        self.schemas[schema.schema_id] = schema
        self.contexts[schema.schema_id] = context

    def content_for(self, context: str, new: NewVersion) -> StoredContent:
        """The content under the requested id, or the same content under its own id, or a new one."""
        contents = self.contents.setdefault(context, {})
        found = self._found(contents, new)
        if found is not None and found.identity != new.identity:
            raise IdTaken(context, found.global_id)
        if found is not None and not found.purged:
            return found
        global_id = new.global_id or self.next_id(context)
        made = StoredContent(global_id, new.guid, new.identity, new.content, new.metadata, new.rules)
        return self._add_content(context, made)

    def _found(self, contents: Mapping[GlobalId, StoredContent], new: NewVersion) -> StoredContent | None:
        if new.global_id is not None:
            return contents.get(new.global_id)
        there = [contents[global_id] for global_id in sorted(contents) if not contents[global_id].purged]
        return next((each for each in there if each.identity == new.identity), None)

    def next_id(self, context: str) -> GlobalId:
        """An id that was never given out. High ids come with imports and do not move it."""
        taken = self.contents.get(context, {})
        following = max((each for each in taken if each < IMPORTED_IDS), default=0) + 1
        while following >= IMPORTED_IDS or following in taken:
            following = 1 + secrets.randbelow(IMPORTED_IDS - 1)
        return GlobalId(following)

    def _add_content(self, context: str, stored: StoredContent) -> StoredContent:
        """Keep a content under its id."""
        contents = self.contents.setdefault(context, {})
        stored = replace(stored, guid=self._free_guid(stored))
        contents[stored.global_id] = stored
        self.used.add(context)
        return stored

    def _free_guid(self, stored: StoredContent) -> str:
        """The guid, unless it is another content's: then one made of the identity."""
        others = (each for contents in self.contents.values() for each in contents.values())
        if any(each.guid == stored.guid and each.identity != stored.identity for each in others):
            return str(
                uuid.UUID(hashlib.md5(f"sluicegate:{stored.identity}".encode(), usedforsecurity=False).hexdigest())
            )
        return stored.guid

    def new_version(self, schema: Schema, new: NewVersion, stored: StoredContent) -> Version:
        """A version of a schema, not kept yet."""
        self._last_version_id += 1
        return Version(
            version_id=VersionId(self._last_version_id),
            schema_id=schema.schema_id,
            number=new.number,
            global_id=stored.global_id,
            format=stored.content.format,
            text=new.content.text,
            fingerprint=new.content.fingerprint,
            description=new.description,
            attributes=new.content.attributes,
            autogenerated=False,
            created_at=self.clock.now(),
            deactivated_at=None,
            references=new.references,
            artifact=stored.content.artifact,
            subject=self.place(schema),
            guid=stored.guid,
            identity=stored.identity,
            metadata=stored.metadata,
            rules=stored.rules,
        )

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """Leave everything as it was when something is refused half way."""
        schemas, contexts = dict(self.schemas), dict(self.contexts)
        contents = {name: dict(kept) for name, kept in self.contents.items()}
        settings, used = dict(self.settings), set(self.used)
        retired = {schema_id: dict(numbers) for schema_id, numbers in self.retired.items()}
        try:
            yield
        except Exception:
            _restore(self.schemas, schemas)
            _restore(self.contexts, contexts)
            _restore(self.contents, contents)
            _restore(self.settings, settings)
            _restore(self.retired, retired)
            self.used = used
            raise

    def record(self, kind: str, schema_id: SchemaId, version: VersionNumber | None, caller: Caller) -> None:
        """Write an event, and report it, unless the schema is new: no cache can have it."""
        self.events.append(Event(kind, schema_id, version, caller.actor, caller.request_id))
        for listener in self.listeners if kind != "schema_created" else ():
            listener(schema_id)


def looked_up(version: Version) -> Version:
    """A version as look-ups of several give it: only JSON schemas have their artifacts, which are small."""
    return version if version.format is SchemaFormat.JSON else replace(version, artifact=None)


def _restore(table: dict[K, V], rows: Mapping[K, V]) -> None:
    table.clear()
    table.update(rows)
