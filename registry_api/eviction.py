"""Eviction of cached answers: own changes at once, others' changes from the feed."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

from sluicegate.registry_api.answers import AnswerCache
from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.deletion import Numbers, Referrers
from sluicegate.registry_api.core.general import GeneralModes
from sluicegate.registry_api.core.model import Caller, Registration, VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import ACCESS_CHANGED, ChangeFeed, Choose, Decide, State, Store, Target
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.registry_id import RegistryId
from sluicegate.shared.model import SchemaId, VersionNumber


class Remembering(Protocol):
    """Remembered callers."""

    def forget(self) -> None:
        """Keys or grants have changed."""
        ...

    def on_gap(self) -> None:
        """Changes may be missed from now on."""
        ...

    def on_live(self) -> None:
        """Changes are seen again."""
        ...


def follow(
    feed: ChangeFeed, cache: AnswerCache, general: GeneralModes, registry_id: RegistryId, callers: Remembering
) -> None:
    """Let a feed of changes evict cached answers."""

    def on_change(schema_id: SchemaId) -> None:
        if schema_id == ACCESS_CHANGED:
            callers.forget()
            return
        cache.evict(schema_id)
        general.on_change(schema_id)

    def on_gap() -> None:
        cache.on_gap()
        general.on_gap()
        callers.on_gap()

    def on_live() -> None:
        registry_id.refresh()
        cache.on_live()
        general.on_live()
        callers.on_live()

    feed.subscribe(on_change, on_gap, on_live)


def evicting(store: Store, cache: AnswerCache) -> Store:
    """A store that drops the answers about a schema before it reports the change: a read of a deleted version is then 404."""
    return cast("Store", _EvictingStore(store, cache))


class _EvictingStore:
    """The changes of a store, each with its eviction; every read is the store's own."""

    def __init__(self, store: Store, cache: AnswerCache) -> None:
        self._store = store
        self._cache = cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        """Keep a version, and remove older ones of the same content that were deleted softly."""
        done = self._store.register(target, decide, caller, readable)
        if done is not None and done.added:
            self._cache.evict(done.schema_id)
        return done

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """Deactivate every active version."""
        try:
            return self._store.delete_schema(schema_id, caller)
        finally:
            self._cache.evict(schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """Deactivate one version."""
        try:
            return self._store.delete_version(schema_id, number, caller)
        finally:
            self._cache.evict(schema_id)

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """Delete versions."""
        touched: set[SchemaId] = set()

        def noted(state: State, numbers: Numbers, referrers: Referrers) -> Sequence[VersionNumber]:
            if state.schema_id is not None:
                touched.add(state.schema_id)
            return choose(state, numbers, referrers)

        try:
            return self._store.delete(subject, noted, caller, permanent=permanent)
        finally:
            for schema_id in touched:
                self._cache.evict(schema_id)

    def put_state(
        self, subject: SubjectName, choose: Choose, wanted: VersionState, caller: Caller
    ) -> Sequence[VersionNumber]:
        """Set the state of versions."""
        touched: set[SchemaId] = set()

        def noted(state: State, numbers: Numbers, referrers: Referrers) -> Sequence[VersionNumber]:
            if state.schema_id is not None:
                touched.add(state.schema_id)
            return choose(state, numbers, referrers)

        try:
            return self._store.put_state(subject, noted, wanted, caller)
        finally:
            for schema_id in touched:
                self._cache.evict(schema_id)

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """Store settings. Removed schemas are not named, so everything is evicted."""
        try:
            return self._store.put_settings(scope, change, caller, clear_deleted=clear_deleted)
        finally:
            if clear_deleted is not None:
                self._cache.clear()
