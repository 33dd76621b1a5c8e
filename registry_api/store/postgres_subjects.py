"""Subjects in Postgres. The statements are in `subject_queries.sql`, the functions that they call in the migrations."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import psycopg

from sluicegate.registry_api.core.errors import ReferenceGone, StoreUnavailable
from sluicegate.registry_api.core.model import Caller, Reference
from sluicegate.registry_api.core.subjects.errors import IdTaken, NumberTaken, ReferenceExists
from sluicegate.registry_api.core.subjects.model import SubjectVersion
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.registry_api.core.subjects.ports import Choose, Decide, NewSubjectVersion, SubjectState
from sluicegate.registry_api.core.subjects.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.store.documents import config_json, metadata_json, rules_json
from sluicegate.registry_api.store.lookups import Rows, versions_at
from sluicegate.registry_api.store.parameters import array, of_caller, of_content, of_references
from sluicegate.registry_api.store.queries import QUERIES
from sluicegate.registry_api.store.rows import to_address
from sluicegate.registry_api.store.subject_queries import SUBJECT_QUERIES
from sluicegate.registry_api.store.subject_reader import (
    PostgresSubjectReader,
    placed,
    referrers_of,
    scopes_of,
    state_of,
)
from sluicegate.shared.model import GlobalId, SchemaId, VersionId, VersionNumber

_TRIES = 2  # before a writer takes the lock first: each costs a decision that may be in vain
_LOCKED_TRIES = 20  # a subject that is not there cannot be locked, and may come and go
_ID_TAKEN = "SG001"
_NUMBER_TAKEN = "SG002"


class PostgresSubjects(PostgresSubjectReader):
    """`SubjectStore` on Postgres. Thread-safe; whoever opened the database closes it."""

    def register(self, subject: SubjectName, decide: Decide, caller: Caller) -> SubjectVersion | None:
        """See `SubjectWriter`. Decides outside the database, so that a slow decision locks nobody out; at last under locks."""
        attempt = _Attempt(subject, decide, caller)
        for _ in range(_TRIES):
            if attempt.succeeds(self._database.rows):
                return attempt.added
        for _ in range(_LOCKED_TRIES):
            with self._database.connection() as connection, connection.transaction():
                connection.rows(QUERIES.hold_settings, {})
                connection.rows(SUBJECT_QUERIES.lock_for_registration, {**placed(subject), **attempt.referenced})
                if attempt.succeeds(connection.rows):
                    return attempt.added
        raise StoreUnavailable

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """See `SubjectWriter`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.hold_settings, {})
            state = _locked(connection.rows, subject)
            referrers = [] if state.schema_id is None else referrers_of(connection.rows, state.schema_id, None)
            numbers = choose(state, referrers)
            if state.schema_id is not None and numbers:
                _delete(connection.rows, state.schema_id, numbers, caller, permanent=permanent)
            return numbers

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """See `SubjectWriter`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(SUBJECT_QUERIES.lock_settings, {})
            ((occupied,),) = connection.rows(SUBJECT_QUERIES.occupied, placed(scope))
            scopes = scopes_of(connection.rows, scope)
            settings = change(scopes, occupied)
            if clear_deleted is not None and clear_deleted(scopes):
                connection.rows(SUBJECT_QUERIES.clear_deleted, {**placed(scope), **of_caller(caller)})
            connection.rows(SUBJECT_QUERIES.put_setting, _of_settings(scope, settings, caller))
            return settings

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """See `SubjectWriter`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(SUBJECT_QUERIES.lock_settings, {})
            connection.execute(SUBJECT_QUERIES.clear_modes, {"context": context.context})
            connection.rows(
                SUBJECT_QUERIES.record_settings_event, _of_event("settings_changed", context.context, caller)
            )

    def delete_context(self, context: str, caller: Caller) -> bool:
        """See `SubjectWriter`."""
        with self._database.connection() as connection, connection.transaction():
            connection.rows(SUBJECT_QUERIES.lock_settings, {})
            connection.rows(SUBJECT_QUERIES.lock_context, {"context": context})
            ((empty,),) = connection.rows(SUBJECT_QUERIES.is_empty_context, {"context": context})
            if empty:
                connection.execute(SUBJECT_QUERIES.delete_context, {"context": context})
                connection.rows(SUBJECT_QUERIES.record_settings_event, _of_event("context_deleted", context, caller))
            return bool(empty)


class _Attempt:
    """One registration, tried until the subject stands still."""

    def __init__(self, subject: SubjectName, decide: Decide, caller: Caller) -> None:
        self.added: SubjectVersion | None = None
        self.referenced = {"referenced": array(())}
        self._subject = subject
        self._decide = decide
        self._caller = caller

    def succeeds(self, rows: Rows) -> bool:
        """Decide and do; False when the subject changed meanwhile."""
        state = state_of(rows, self._subject)
        new = self._decide(state, partial(versions_at, rows))
        if new is None:
            return True
        references = of_references(_as_written(new))
        self.referenced = {"referenced": references["referenced"]}
        parameters = {**_of_version(state, new), **references, **of_caller(self._caller)}
        outcome, schema_id, number, *kept = _registered(rows, parameters, new)
        if outcome == "unreferable":
            raise ReferenceGone(to_address(schema_id, number))
        if outcome == "referenced":
            raise ReferenceExists(state.subject, new.number)
        if outcome == "added":
            self.added = _kept(state.subject, SchemaId(schema_id), new, *kept)
        return bool(outcome == "added")


def _registered(rows: Rows, parameters: dict[str, Any], new: NewSubjectVersion) -> Sequence[Any]:
    try:
        return rows(SUBJECT_QUERIES.register_version, parameters)[0]
    except psycopg.Error as error:
        if error.sqlstate == _ID_TAKEN and new.global_id is not None:
            raise IdTaken(parameters["context"], new.global_id) from None
        if error.sqlstate == _NUMBER_TAKEN:
            raise NumberTaken(SubjectName(parameters["context"], parameters["subject"]), new.number) from None
        raise


def _as_written(new: NewSubjectVersion) -> Sequence[Reference]:
    """What it refers to, in the order in which it was written."""
    by_name = {reference.name: reference for reference in new.references}
    return [by_name[named.name] for named in new.named]


def _of_version(state: SubjectState, new: NewSubjectVersion) -> dict[str, Any]:
    versions = state.versions
    return {
        **placed(state.subject),
        "newest": max((version.version_id for version in versions), default=None),
        "versions": len(versions),
        "active": len(state.active),
        "last": state.last_version,
        "mode": state.scopes.mode.value,
        "number": new.number,
        "global_id": new.global_id,
        "format": new.content.format.value,
        **of_content(new.content),
        "guid": new.guid,
        "identity": new.identity,
        "metadata": metadata_json(new.metadata),
        "rules": rules_json(new.rules),
    }


def _kept(
    subject: SubjectName,
    schema_id: SchemaId,
    new: NewSubjectVersion,
    version_id: int,
    content_id: int,
    fingerprint: str,
    guid: str,
    created_at: datetime,
) -> SubjectVersion:
    """The version as it would be read now."""
    return SubjectVersion(
        subject=subject,
        schema_id=schema_id,
        version_id=VersionId(version_id),
        number=new.number,
        global_id=GlobalId(content_id),
        guid=guid,
        format=new.content.format,
        text=new.content.text,
        fingerprint=fingerprint,
        references=new.named,
        metadata=new.metadata,
        rules=new.rules,
        created_at=created_at,
        deleted=False,
        addresses=new.references,
        artifact=new.content.artifact,
        identity=new.identity,
    )


def _locked(rows: Rows, subject: SubjectName) -> SubjectState:
    """A subject with its row locked. The row that a transaction waited for may be gone, and another one may be there instead."""
    while True:
        locked = [schema_id for (schema_id,) in rows(SUBJECT_QUERIES.lock_subject, placed(subject))]
        state = state_of(rows, subject)
        if state.schema_id is None or state.schema_id in locked:
            return state


def _delete(
    rows: Rows, schema_id: SchemaId, numbers: Sequence[VersionNumber], caller: Caller, *, permanent: bool
) -> None:
    parameters = {"schema_id": schema_id, "numbers": array(str(number) for number in numbers), "permanent": permanent}
    rows(SUBJECT_QUERIES.delete_versions, {**parameters, **of_caller(caller)})


def _of_settings(scope: SubjectName, settings: ScopeSettings, caller: Caller) -> dict[str, Any]:
    config = settings.config
    target = scope.referred(config.alias) if config is not None and config.alias is not None else None
    return {
        **placed(scope),
        "config": config_json(config),
        "mode": settings.mode and settings.mode.value,
        "alias_context": target and target.context,
        "alias_subject": target and target.name,
        **of_caller(caller),
    }


def _of_event(kind: str, context: str, caller: Caller) -> dict[str, Any]:
    return {"kind": kind, "context": context, **of_caller(caller)}
