"""The store in Postgres.

The statements are in `sql/queries`, their functions in `sql/functions`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.errors import NotPermitted, ReferenceGone, StoreUnavailable, VersionReferenced
from sluicegate.registry_api.core.model import Caller, Registration, VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import Choose, Decide, State, Target
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.store.documents import config_json
from sluicegate.registry_api.store.migration_files import Phase, known_migrations
from sluicegate.registry_api.store.parameters import array, is_id, is_number, of_caller
from sluicegate.registry_api.store.pool import Database, deadline
from sluicegate.registry_api.store.queries import QUERIES
from sluicegate.registry_api.store.registration import PostgresRegistration
from sluicegate.registry_api.store.rows import Row, to_address, to_referral
from sluicegate.registry_api.store.schema_reader import PostgresSchemaReader
from sluicegate.registry_api.store.subject_reader import PostgresSubjectReader, scopes_of
from sluicegate.registry_api.store.view import PostgresView, Rows, placed
from sluicegate.shared.model import SchemaId, VersionNumber

_PING_SECONDS = 0.8  # twice: for a connection, and for its answer


class PostgresStore(PostgresSubjectReader, PostgresSchemaReader):
    """`Store` and `Readiness` on Postgres.

    Thread-safe; the caller that opened the database closes it.
    """

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        PostgresSubjectReader.__init__(self, database)
        PostgresSchemaReader.__init__(self, database)
        self._registration = PostgresRegistration(database)
        self._needed = [migration.name for migration in known_migrations() if migration.phase is Phase.PRE]

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        """See `Store`."""
        return self._registration.register(target, decide, caller, readable)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """See `Store`."""
        if not is_id(schema_id):
            return False
        rows = self._database.rows(QUERIES.deactivate_schema, {"schema_id": schema_id, **of_caller(caller)})
        return _is_done(rows, schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """See `Store`."""
        if not (is_id(schema_id) and is_number(number)):
            return False
        parameters = {"schema_id": schema_id, "number": number, **of_caller(caller)}
        return _is_done(self._database.rows(QUERIES.deactivate_version, parameters), schema_id)

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """See `Store`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.hold_settings, {})
            view = PostgresView(connection.rows)
            state = _locked(connection.rows, view, subject)
            referrers = [] if state.schema_id is None else view.referrers(state.schema_id)
            numbers = choose(state, view.numbers(subject), referrers)
            if state.schema_id is not None and numbers:
                _delete(connection.rows, state.schema_id, numbers, caller, permanent=permanent)
            return numbers

    def put_state(
        self, subject: SubjectName, choose: Choose, wanted: VersionState, caller: Caller
    ) -> Sequence[VersionNumber]:
        """See `Store`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.hold_settings, {})
            view = PostgresView(connection.rows)
            known, _ = view.read(subject)
            connection.rows(QUERIES.lock_with_references, {"schema_id": known.schema_id})
            state = _locked(connection.rows, view, subject)
            referrers = [] if state.schema_id is None else view.referrers(state.schema_id)
            numbers = choose(state, view.numbers(subject), referrers)
            if state.schema_id is not None and numbers:
                _put_state(connection.rows, state.schema_id, numbers, wanted, caller)
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
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.lock_settings, {})
            ((occupied,),) = connection.rows(QUERIES.occupied, placed(scope))
            scopes = scopes_of(connection.rows, scope)
            settings = change(scopes, occupied)
            if clear_deleted is not None and clear_deleted(scopes):
                connection.rows(QUERIES.clear_deleted, {**placed(scope), **of_caller(caller)})
            connection.rows(QUERIES.put_setting, _of_settings(scope, settings, caller))
            return settings

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """See `Store`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.lock_settings, {})
            connection.execute(QUERIES.clear_modes, {"context": context.context})
            connection.rows(QUERIES.record_settings_event, _of_event("settings_changed", context.context, caller))

    def delete_context(self, context: str, caller: Caller) -> bool:
        """See `Store`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.lock_settings, {})
            connection.rows(QUERIES.lock_context, {"context": context})
            ((empty,),) = connection.rows(QUERIES.is_empty_context, {"context": context})
            if empty:
                connection.execute(QUERIES.delete_context, {"context": context})
                connection.rows(QUERIES.record_settings_event, _of_event("context_deleted", context, caller))
            return bool(empty)

    def ping(self) -> None:
        """See `Readiness`."""
        with self._database.connection(_PING_SECONDS) as connection, deadline(connection, _PING_SECONDS):
            ((found,),) = connection.rows(QUERIES.ready, {"names": self._needed})
        if found < len(self._needed):
            raise StoreUnavailable("The registry's database has an older version. Run `sluicegate registry migrate`")


def _locked(rows: Rows, view: PostgresView, subject: SubjectName) -> State:
    """A subject with its row locked.

    The row that a transaction waited for may be gone, and another one in its place.
    """
    while True:
        locked = [schema_id for (schema_id,) in rows(QUERIES.lock_subject, placed(subject))]
        state, _ = view.read(subject)
        if state.schema_id is None or state.schema_id in locked:
            return state


def _delete(
    rows: Rows, schema_id: SchemaId, numbers: Sequence[VersionNumber], caller: Caller, *, permanent: bool
) -> None:
    parameters = {"schema_id": schema_id, "numbers": array(str(number) for number in numbers), "permanent": permanent}
    rows(QUERIES.delete_versions, {**parameters, **of_caller(caller)})


def _put_state(
    rows: Rows, schema_id: SchemaId, numbers: Sequence[VersionNumber], wanted: VersionState, caller: Caller
) -> None:
    parameters = {"schema_id": schema_id, "numbers": array(str(number) for number in numbers), "state": wanted.value}
    ((missing, number),) = rows(QUERIES.set_version_states, {**parameters, **of_caller(caller)})
    if missing is not None:
        raise ReferenceGone(to_address(missing, number))


def _of_settings(scope: SubjectName, settings: ScopeSettings, caller: Caller) -> dict[str, Any]:
    config = settings.config
    target = scope.referred(config.alias) if config is not None and config.alias is not None else None
    return {
        **placed(scope),
        "config": config_json(config),
        "validity": settings.validity and settings.validity.value,
        "mode": settings.mode and settings.mode.value,
        "alias_context": target and target.context,
        "alias_subject": target and target.name,
        **of_caller(caller),
    }


def _of_event(kind: str, context: str, caller: Caller) -> dict[str, Any]:
    return {"kind": kind, "context": context, **of_caller(caller)}


def _require_permitted(outcome: str) -> None:
    if outcome == "forbidden":
        raise NotPermitted


def _is_done(rows: Sequence[Row], schema_id: SchemaId) -> bool:
    """Return whether a deactivation changed a row."""
    ((outcome, referrals),) = rows
    _require_permitted(outcome)
    if referrals:
        raise VersionReferenced(to_referral(schema_id, row) for row in referrals)
    return bool(outcome == "done")
