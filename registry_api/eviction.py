"""Keeps the cache of answers true: what this process deletes is forgotten at once, what others delete when the feed tells."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sluicegate.registry_api.answers import AnswerCache
from sluicegate.registry_api.core.model import Caller, Check, NewSchema, NewVersion, Registration
from sluicegate.registry_api.core.ports import ChangeFeed, SchemaWriter
from sluicegate.registry_api.core.subjects.general import GeneralCompatibility
from sluicegate.registry_api.core.subjects.model import SubjectVersion
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.registry_api.core.subjects.ports import Choose, Decide, SubjectState, SubjectStore
from sluicegate.registry_api.core.subjects.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.registry_id import RegistryId
from sluicegate.shared.model import SchemaId, VersionNumber


def follow(feed: ChangeFeed, cache: AnswerCache, general: GeneralCompatibility, registry_id: RegistryId) -> None:
    """Let a feed of changes rule what is remembered."""

    def on_change(schema_id: SchemaId) -> None:
        cache.evict(schema_id)
        general.on_change(schema_id)

    def on_gap() -> None:
        cache.on_gap()
        general.on_gap()

    def on_live() -> None:
        registry_id.refresh()
        cache.on_live()
        general.on_live()

    feed.subscribe(on_change, on_gap, on_live)


class EvictingWriter:
    """A `SchemaWriter` that forgets what it deletes before it says so: who deletes a version reads 404 next."""

    def __init__(self, writer: SchemaWriter, cache: AnswerCache) -> None:
        """Take the writer that does the work."""
        self._writer = writer
        self._cache = cache

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        """Keep a new schema: nothing to forget."""
        return self._writer.create(new, caller)

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        """Keep a new version: the others stay as they are."""
        return self._writer.add_version(new, check, caller)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """Deactivate every active version."""
        try:
            return self._writer.delete_schema(schema_id, caller)
        finally:
            self._cache.evict(schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """Deactivate one version."""
        try:
            return self._writer.delete_version(schema_id, number, caller)
        finally:
            self._cache.evict(schema_id)


def evicting(store: SubjectStore, cache: AnswerCache) -> SubjectStore:
    """A store of subjects that forgets what it removes before it says so."""
    return cast("SubjectStore", _EvictingSubjects(store, cache))


class _EvictingSubjects:
    """What a store of subjects changes, with its traces in a cache; all that it reads is the store's own."""

    def __init__(self, store: SubjectStore, cache: AnswerCache) -> None:
        self._store = store
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def register(self, subject: SubjectName, decide: Decide, caller: Caller) -> SubjectVersion | None:
        """Keep a version, and remove older ones of the same content that were deleted softly."""
        kept = self._store.register(subject, decide, caller)
        if kept is not None:
            self._cache.evict(kept.schema_id)
        return kept

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """Delete versions."""
        touched: list[SchemaId | None] = []

        def noted(state: SubjectState, referrers: Any) -> Sequence[VersionNumber]:
            touched.append(state.schema_id)
            return choose(state, referrers)

        try:
            return self._store.delete(subject, noted, caller, permanent=permanent)
        finally:
            for schema_id in set(touched):
                if schema_id is not None:
                    self._cache.evict(schema_id)

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """Keep settings; what this removes by the way is not named, so that everything is forgotten."""
        try:
            return self._store.put_settings(scope, change, caller, clear_deleted=clear_deleted)
        finally:
            if clear_deleted is not None:
                self._cache.clear()
