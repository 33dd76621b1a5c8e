"""The store in Postgres. The statements are in `queries.sql`, the functions that they call in the migrations."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import LiteralString

from sluicegate.registry_api.core.errors import (
    NotPermitted,
    ReferenceGone,
    SchemaNotFound,
    StoreUnavailable,
    VersionReferenced,
)
from sluicegate.registry_api.core.model import (
    Address,
    Caller,
    Check,
    NewSchema,
    NewVersion,
    Order,
    Outcome,
    Page,
    Query,
    Registration,
    Schema,
    Version,
)
from sluicegate.registry_api.store.lookups import Rows, versions_at
from sluicegate.registry_api.store.migrate import Phase, known_migrations
from sluicegate.registry_api.store.parameters import (
    is_id,
    is_number,
    may_match,
    of_caller,
    of_native,
    of_query,
    of_references,
    of_schema,
)
from sluicegate.registry_api.store.pool import Database, deadline
from sluicegate.registry_api.store.queries import CREATE_SCHEMA, QUERIES
from sluicegate.registry_api.store.rows import Row, to_address, to_referral, to_schemas, to_version
from sluicegate.shared.model import SchemaId, VersionNumber

ORDERS: Mapping[Order, tuple[LiteralString, LiteralString]] = MappingProxyType(
    {
        Order.ID: ("s.id", "s.id desc"),
        Order.NAME: ("s.name, s.id", "s.name desc, s.id desc"),
        Order.TYPE: ("s.format, s.id", "s.format desc, s.id desc"),
        Order.VERSION: ("s.top, s.id", "s.top desc, s.id desc"),
    }
)
_TRIES = 2  # before a writer takes the lock first: each costs a check that may be in vain
_FEW = 2_000  # schemas that are sooner sorted than found in their order
_PING_SECONDS = 0.8  # twice: for a connection, and for its answer
_NOTHING = Page((), more=False)
_UNREFERABLE = "unreferable"
REFORMATTED = "The schema was given another type meanwhile. Try again."


class PostgresStore:
    """`SchemaWriter`, `SchemaReader` and `Readiness` on Postgres. Thread-safe; whoever opened the database closes it."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        self._database = database
        self._needed = [migration.name for migration in known_migrations() if migration.phase is Phase.PRE]

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        """See `SchemaWriter`."""
        parameters = {
            **of_schema(new),
            **of_native(new),
            **of_caller(caller),
        }
        outcome, schema_id, number = self._database.call(CREATE_SCHEMA, parameters)
        if outcome == _UNREFERABLE:
            raise ReferenceGone(to_address(int(schema_id), int(number)))
        _require_permitted(outcome)
        return Registration(Outcome(outcome), SchemaId(int(schema_id)), VersionNumber(int(number)))

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        """See `SchemaWriter`. Checks outside the database, so that a slow check locks nobody out; at last, for progress, under the lock."""
        if not is_id(new.schema_id):
            raise SchemaNotFound(new.schema_id)
        for _ in range(_TRIES):
            added = _try_to_add(self._database.rows, new, check, caller)
            if added is not None:
                return added
        with self._database.connection() as connection, connection.transaction():
            connection.rows(QUERIES.hold_settings, {})
            referenced = of_references(new.references)["referenced"]
            connection.rows(QUERIES.lock_schemas, {"schema_id": new.schema_id, "referenced": referenced})
            added = _try_to_add(connection.rows, new, check, caller)
        assert added is not None, "a history changed under its lock"
        return added

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """See `SchemaWriter`."""
        if not is_id(schema_id):
            return False
        rows = self._database.rows(QUERIES.deactivate_schema, {"schema_id": schema_id, **of_caller(caller)})
        return _is_done(rows, schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """See `SchemaWriter`."""
        if not (is_id(schema_id) and is_number(number)):
            return False
        parameters = {"schema_id": schema_id, "number": number, **of_caller(caller)}
        return _is_done(self._database.rows(QUERIES.deactivate_version, parameters), schema_id)

    def registry_id(self) -> str:
        """See `SchemaReader`."""
        ((found,),) = self._database.rows(QUERIES.registry_id, {})
        return str(found)

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """See `SchemaReader`."""
        if not is_id(schema_id):
            return None
        rows = self._database.rows(QUERIES.schema, {"schema_id": schema_id, "deactivated": deactivated})
        return next(iter(to_schemas(rows)), None)

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """See `SchemaReader`."""
        if not (is_id(schema_id) and is_number(number)):
            return None
        rows = self._database.rows(QUERIES.version, {"schema_id": schema_id, "number": number})
        return to_version(rows[0]) if rows else None

    def latest(self, schema_id: SchemaId) -> Version | None:
        """See `SchemaReader`."""
        if not is_id(schema_id):
            return None
        rows = self._database.rows(QUERIES.latest, {"schema_id": schema_id})
        return to_version(rows[0]) if rows else None

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `SchemaReader`."""
        return versions_at(self._database.rows, addresses)

    def search(self, query: Query) -> Page:
        """See `SchemaReader`."""
        if not may_match(query):
            return _NOTHING
        template = QUERIES.search_by_version if query.order is Order.VERSION else QUERIES.search
        statement = template.replace("{order}", ORDERS[query.order][query.descending])
        parameters = {**of_query(query), "few": self._few(query)}
        # Planned for the filters that are there, each time: a prepared plan would have to fit all of them.
        rows = self._database.rows(statement, parameters, prepare=False)
        return Page(to_schemas(row[2:] for row in rows), more=rows[0][0], split=rows[0][1]) if rows else _NOTHING

    def _few(self, query: Query) -> list[int] | None:
        """Which schemas have the terms, or the part of a name, that are searched for; None when that narrows nothing down.

        Postgres cannot know how rare a term is, nor that names which are alike stand together: it may look through all schemas in their
        order until a page is full.
        """
        parameters = of_query(query)
        for statement, name in ((QUERIES.with_terms, "terms"), (QUERIES.with_name, "pattern")):
            if parameters[name] is not None:
                found = self._database.rows(statement, {name: parameters[name], "most": _FEW + 1}, prepare=False)
                if len(found) <= _FEW:
                    return [schema_id for (schema_id,) in found]
        return None

    def ping(self) -> None:
        """See `Readiness`."""
        with self._database.connection(_PING_SECONDS) as connection, deadline(connection, _PING_SECONDS):
            ((found,),) = connection.rows(QUERIES.ready, {"names": self._needed})
        if found < len(self._needed):
            raise StoreUnavailable(
                "The registry's database lacks what this release needs. Run `sluicegate registry migrate`"
            )


def _try_to_add(rows: Rows, new: NewVersion, check: Check, caller: Caller) -> Registration | None:
    """Add a version to the history that was checked; None when that changed meanwhile."""
    history = [to_version(row) for row in rows(QUERIES.history, {"schema_id": new.schema_id})]
    if not history:
        raise SchemaNotFound(new.schema_id)
    for version in history:
        if version.fingerprint == new.content.fingerprint:
            return Registration(Outcome.EXISTS, new.schema_id, version.number)
    check(history, partial(versions_at, rows))
    parameters = {
        "schema_id": new.schema_id,
        "newest": max(version.version_id for version in history),
        "active": len(history),
        "description": new.description,
        "format": new.content.format.value,
        **of_native(new),
        **of_caller(caller),
    }
    ((outcome, schema_id, number),) = rows(QUERIES.add_version, parameters)
    if outcome == "gone":
        raise SchemaNotFound(new.schema_id)
    if outcome == _UNREFERABLE:
        raise ReferenceGone(to_address(schema_id, number))
    if outcome == "reformatted":
        raise StoreUnavailable(REFORMATTED)
    _require_permitted(outcome)
    return None if outcome == "stale" else Registration(Outcome(outcome), new.schema_id, VersionNumber(number))


def _require_permitted(outcome: str) -> None:
    if outcome == "forbidden":
        raise NotPermitted


def _is_done(rows: Sequence[Row], schema_id: SchemaId) -> bool:
    """Whether a deactivation changed something."""
    ((outcome, referrals),) = rows
    _require_permitted(outcome)
    if referrals:
        raise VersionReferenced(to_referral(schema_id, row) for row in referrals)
    return bool(outcome == "done")
