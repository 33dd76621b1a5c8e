"""The registration of versions in memory."""

from dataclasses import replace

from sluicegate.registry_api.core.access.grants import Readable
from sluicegate.registry_api.core.errors import NotPermitted
from sluicegate.registry_api.core.model import Address, Caller, NewSchema, NewVersion, Outcome, Registration, Schema
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import Decide, State, Target
from sluicegate.registry_api.core.scopes import Mode, Scopes
from sluicegate.registry_api.core.subject_errors import NumberTaken, ReferenceExists
from sluicegate.registry_api.store.memory_reader import NOTHING
from sluicegate.registry_api.store.memory_subjects import MemorySubjects
from sluicegate.registry_api.store.memory_tables import MemoryTables, StoredContent
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber


class MemoryRegistration:
    """Registers versions for one caller."""

    def __init__(self, store: MemorySubjects, tables: MemoryTables, caller: Caller, readable: Readable) -> None:
        """Take the store and its tables."""
        self._store = store
        self._tables = tables
        self._caller = caller
        self._readable = readable

    def register(self, target: Target, decide: Decide) -> Registration | None:
        """See `Store`."""
        while True:
            with self._tables.lock:
                state, before = self._seen(target)
            new = decide(state, self._store)
            if new is None:
                return None
            with self._tables.lock:
                again, now = self._seen(target)
                if again != state or now is not before:
                    continue
                with self._tables.all_or_nothing():
                    return self._written(target, state, new)

    def _seen(self, target: Target) -> tuple[State, Schema | None]:
        """The state of a target, and the row of its schema."""
        if isinstance(target, NewSchema):
            place = SubjectName(DEFAULT_CONTEXT, target.name)
            if self._tables.is_taken(place):
                scopes = self._store.scopes_within(place)
                return State(place, Scopes(NOTHING, scopes.context, scopes.everything, scopes.default)), None
            return State(place, self._store.scopes_within(place)), None
        state = self._store.state_within(target)
        return state, None if state.schema_id is None else self._tables.schemas[state.schema_id]

    def _written(self, target: Target, state: State, new: NewVersion) -> Registration:
        if isinstance(target, NewSchema):
            identity = None if new.by_fingerprint else new.identity
            at = self._store.published_within(target.publisher_id, new.content.fingerprint, identity, self._readable)
            if at is not None:
                return Registration(Outcome.EXISTS, *at)
            self._tables.require_active(new.references)
            schema = self._new_schema(target, state, new)
        else:
            self._tables.require_active(new.references)
            there = None if state.schema_id is None else self._tables.schemas[state.schema_id]
            schema = there or self._new_subject(state.subject, new)
        return self._kept(schema, state, new)

    def _kept(self, schema: Schema, state: State, new: NewVersion) -> Registration:
        tables, place = self._tables, self._tables.place(schema)
        stored = tables.content_for(place.context, new)
        self._make_room(place, schema.schema_id, new, stored)
        retired = [] if new.by_fingerprint else self._retire(schema, new.number, stored.global_id)
        schema = tables.schemas[schema.schema_id]
        version = tables.new_version(schema, new, stored)
        versions = tuple(sorted((*schema.versions, version), key=lambda each: each.number))
        schema = replace(
            schema,
            versions=versions,
            last_version=VersionNumber(max(schema.last_version, new.number)),
            format=versions[-1].format,
            description=new.description or schema.description,
        )
        tables.keep_schema(schema, place.context)
        for number in retired:
            tables.record("version_deleted", schema.schema_id, number, self._caller)
        kind = "schema_created" if state.schema_id is None else "version_added"
        tables.record(kind, schema.schema_id, new.number, self._caller)
        return Registration.of(version, Outcome.ADDED)

    def _new_schema(self, target: NewSchema, state: State, new: NewVersion) -> Schema:
        schema_id, subject = self._tables.free_subject(target.name)
        place = SubjectName(DEFAULT_CONTEXT, subject)
        scopes = self._store.scopes_within(place)
        if scopes.mode is not Mode.READWRITE:
            raise NotPermitted
        own = scopes.subject
        configured = own.config.compatibility if own.config else None
        schema = Schema(
            schema_id=schema_id,
            subject=subject,
            name=target.name,
            format=new.content.format,
            description=target.description,
            publisher_id=target.publisher_id,
            compatibility=target.compatibility or configured,
            validity=target.validity or own.validity,
            last_version=VersionNumber(0),
            versions=(),
            policy=target.policy,
        )
        self._tables.keep_schema(schema)
        return schema

    def _new_subject(self, subject: SubjectName, new: NewVersion) -> Schema:
        schema_id, _ = self._tables.free_subject(subject.name)
        settings = self._tables.settings.get(subject, NOTHING)
        schema = Schema(
            schema_id=schema_id,
            subject=subject.name,
            name=subject.name,
            format=new.content.format,
            description="",
            publisher_id="",
            compatibility=settings.config.compatibility if settings.config else None,
            validity=settings.validity,
            last_version=VersionNumber(0),
            versions=(),
        )
        self._tables.keep_schema(schema, subject.context)
        self._store.keep_settings(subject, settings)
        return self._tables.schemas[schema_id]

    def _make_room(self, place: SubjectName, schema_id: SchemaId, new: NewVersion, stored: StoredContent) -> None:
        """Take a soft-deleted version out that an import brings back.

        Raises `NumberTaken` if the number is another content's.
        """
        schema, retired = self._tables.schemas[schema_id], self._tables.retired.get(schema_id, {})
        there = self._tables.version(Address(schema_id, new.number))
        if there is None:
            if retired.pop(new.number, new.identity) != new.identity:
                raise NumberTaken(place, new.number)
            return
        if self._tables.is_referred(there.address):
            raise ReferenceExists(place, new.number)
        if there.active or there.global_id != stored.global_id:
            raise NumberTaken(place, new.number)
        left = tuple(version for version in schema.versions if version.number != new.number)
        self._tables.schemas[schema_id] = replace(schema, versions=left)

    def _retire(self, schema: Schema, number: VersionNumber, global_id: GlobalId) -> list[VersionNumber]:
        """Remove soft-deleted versions that a new one takes the place of; their numbers."""
        versions = self._tables.schemas[schema.schema_id].versions
        gone = [
            version.number
            for version in versions
            if not version.active
            and version.global_id == global_id
            and version.number < number
            and not self._tables.is_referred(version.address)
        ]
        self._store.remove(schema.schema_id, gone, keep_schema=True, keep=global_id)
        return gone
