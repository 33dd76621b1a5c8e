"""Changes of subjects and settings in memory."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sluicegate.registry_api.core.general import SETTINGS_CHANGED
from sluicegate.registry_api.core.model import Address, Caller, Schema, Version, VersionState
from sluicegate.registry_api.core.names import GLOBAL_SCOPE, SubjectName
from sluicegate.registry_api.core.ports import Choose
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.store.memory_reader import NOTHING, MemoryReader
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber

_EVENTS = {
    VersionState.ENABLED: "version_enabled",
    VersionState.DEPRECATED: "version_deprecated",
    VersionState.DISABLED: "version_deactivated",
}


class MemorySubjects(MemoryReader):
    """`Store` in memory. Thread-safe."""

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """See `Store`."""
        with self._tables.lock:
            state = self.state_within(subject)
            referrers = [] if state.schema_id is None else self._referrers(state.schema_id)
            numbers = choose(state, self._numbers(subject), referrers)
            if state.schema_id is None or not numbers:
                return numbers
            (self.remove if permanent else self._deactivate)(state.schema_id, numbers)
            kind = "deleted" if permanent else "deactivated"
            for number in numbers:
                self._tables.record(f"version_{kind}", state.schema_id, number, caller)
            return numbers

    def put_state(
        self, subject: SubjectName, choose: Choose, wanted: VersionState, caller: Caller
    ) -> Sequence[VersionNumber]:
        """See `Store`."""
        with self._tables.lock:
            state = self.state_within(subject)
            referrers = [] if state.schema_id is None else self._referrers(state.schema_id)
            numbers = choose(state, self._numbers(subject), referrers)
            if state.schema_id is None or not numbers:
                return numbers
            for version in self._put_state(state.schema_id, set(numbers), wanted):
                self._tables.record(_EVENTS[wanted], state.schema_id, version.number, caller)
            return numbers

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """See `Store`."""
        with self._tables.lock:
            inside = [(place, schema) for place, schema in self._places() if _holds(scope, place)]
            occupied = any(version.active for _, schema in inside for version in schema.versions)
            scopes = self.scopes_within(scope)
            settings = change(scopes, occupied)
            if clear_deleted is not None and clear_deleted(scopes):
                self._clear([schema for _, schema in inside if not any(each.active for each in schema.versions)])
            self.keep_settings(scope, settings)
            self._tables.record("settings_changed", SETTINGS_CHANGED, None, caller)
            return settings

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """See `Store`."""
        with self._tables.lock:
            for place in list(self._tables.settings):
                if place.name and _holds(context, place):
                    self.keep_settings(place, replace(self._settings(place), mode=None))
            self._tables.record("settings_changed", SETTINGS_CHANGED, None, caller)

    def delete_context(self, context: str, caller: Caller) -> bool:
        """See `Store`."""
        with self._tables.lock:
            if any(place.context == context for place, _ in self._places()):
                return False
            for scope in [scope for scope in self._tables.settings if scope.context == context]:
                del self._tables.settings[scope]
            self._tables.used.discard(context)
            self._tables.record("context_deleted", SETTINGS_CHANGED, None, caller)
            return True

    def keep_settings(self, scope: SubjectName, settings: ScopeSettings) -> None:
        """Keep the settings of a scope, for callers that hold the lock."""
        schema = self._tables.at(scope) if scope.name else None
        if schema is not None:
            mode = settings.config.compatibility if settings.config else None
            self._tables.keep_schema(replace(schema, compatibility=mode, validity=settings.validity), scope.context)
            settings = replace(settings, validity=None)
            if settings.config is not None:
                settings = replace(settings, config=replace(settings.config, compatibility=None))
        if settings == NOTHING:
            self._tables.settings.pop(scope, None)
        else:
            self._tables.settings[scope] = settings

    def _clear(self, schemas: Iterable[Schema]) -> None:
        """Remove schemas; not those that others refer to, which stay."""
        gone = {schema.schema_id: schema for schema in schemas}
        while True:
            referred = {
                reference.address.schema_id
                for schema in self._tables.schemas.values()
                if schema.schema_id not in gone
                for version in schema.versions
                for reference in version.references
            }
            if not referred & gone.keys():
                break
            gone = {schema_id: schema for schema_id, schema in gone.items() if schema_id not in referred}
        for schema_id, schema in gone.items():
            self.remove(schema_id, [version.number for version in schema.versions])

    def _put_state(self, schema_id: SchemaId, numbers: set[VersionNumber], wanted: VersionState) -> Sequence[Version]:
        """Set the state of versions, and return those that had another one. Raises `ReferenceGone`."""
        schema, now = self._tables.schemas[schema_id], self._tables.clock.now()
        changed = [each for each in schema.versions if each.number in numbers and each.state is not wanted]
        if wanted is not VersionState.DISABLED:
            among = {Address(schema_id, number) for number in numbers}
            revived = [each for version in changed if not version.active for each in version.references]
            self._tables.require_active(each for each in revived if each.address not in among)
        after = {each.version_id: _in_state(each, wanted, now) for each in changed}
        versions = tuple(after.get(each.version_id, each) for each in schema.versions)
        self._tables.schemas[schema_id] = replace(schema, versions=versions)
        return changed

    def _deactivate(self, schema_id: SchemaId, numbers: Iterable[VersionNumber]) -> None:
        schema, now, chosen = self._tables.schemas[schema_id], self._tables.clock.now(), set(numbers)
        versions = tuple(
            replace(version, deactivated_at=now) if version.number in chosen and version.active else version
            for version in schema.versions
        )
        self._tables.schemas[schema_id] = replace(schema, versions=versions)

    def remove(
        self,
        schema_id: SchemaId,
        numbers: Collection[VersionNumber],
        *,
        keep_schema: bool = False,
        keep: GlobalId | None = None,
    ) -> None:
        """Remove versions, then contents without versions, and an empty schema with its settings."""
        schema, context = self._tables.schemas[schema_id], self._tables.contexts[schema_id]
        gone = {version.global_id for version in schema.versions if version.number in numbers}
        left = tuple(version for version in schema.versions if version.number not in numbers)
        retired = self._tables.retired.setdefault(schema_id, {})
        contents = self._tables.contents[context]
        for version in schema.versions:
            if version.number in numbers:
                retired[version.number] = contents[version.global_id].identity
        self._tables.schemas[schema_id] = replace(schema, versions=left)
        for global_id in gone - {keep}:
            if not self._with_id(context, global_id):
                contents[global_id] = replace(contents[global_id], purged=True)
        if numbers and not left and not keep_schema:
            self._tables.settings.pop(self._tables.place(schema), None)
            for table in (self._tables.schemas, self._tables.contexts, self._tables.retired):
                table.pop(schema_id, None)


def _holds(scope: SubjectName, place: SubjectName) -> bool:
    """Whether settings of a scope are for a subject."""
    if scope == GLOBAL_SCOPE:
        return True
    return place == scope if scope.name else place.context == scope.context


def _in_state(version: Version, wanted: VersionState, now: datetime) -> Version:
    if wanted is VersionState.DISABLED:
        return replace(version, deactivated_at=now)
    deprecated_at = (version.deprecated_at or now) if wanted is VersionState.DEPRECATED else None
    return replace(version, deactivated_at=None, deprecated_at=deprecated_at)
