"""The store in Postgres. The statements are in `queries.sql`, the functions that they call in the migrations."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, LiteralString

from registry_api.core.errors import ReferenceGone, SchemaNotFound, StoreUnavailable, VersionReferenced
from registry_api.core.model import (
    Address,
    Caller,
    Check,
    Content,
    NewSchema,
    NewVersion,
    Order,
    Outcome,
    Page,
    Query,
    Reference,
    Registration,
    Schema,
    Version,
)
from registry_api.store.migrate import Phase, known_migrations
from registry_api.store.pool import Database, deadline
from registry_api.store.queries import QUERIES
from registry_api.store.rows import Row, to_address, to_referral, to_schemas, to_version
from registry_api.store.terms import indexed, terms_of
from shared.model import SchemaId, VersionNumber

ORDERS: Mapping[Order, tuple[LiteralString, LiteralString]] = MappingProxyType(
    {
        Order.ID: ("s.id", "s.id desc"),
        Order.NAME: ("s.name, s.id", "s.name desc, s.id desc"),
        Order.TYPE: ("s.format, s.id", "s.format desc, s.id desc"),
        Order.VERSION: ("s.top, s.id", "s.top desc, s.id desc"),
    }
)
_LARGEST_ID = 2**63 - 1
_LARGEST_NUMBER = 2**31 - 1
_TRIES = 2  # before a writer takes the lock first: each costs a check that may be in vain
_PING_SECONDS = 0.8  # twice: for a connection, and for its answer
_NOTHING = Page((), more=False)
_UNREFERABLE = "unreferable"

Rows = Callable[[LiteralString, dict[str, Any]], list[Row]]


class PostgresStore:
    """`SchemaWriter`, `SchemaReader` and `Readiness` on Postgres. Thread-safe; whoever opened the database closes it."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        self._database = database
        self._needed = [migration.name for migration in known_migrations() if migration.phase is Phase.PRE]

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        """See `SchemaWriter`."""
        parameters = {
            "name": new.name,
            "description": new.description,
            "publisher_id": new.publisher_id,
            "compatibility": new.compatibility and new.compatibility.value,
            "validity": new.validity and new.validity.value,
            "format": new.content.format.value,
            **_content(new.content),
            **_references(new.references),
            **_caller(caller),
        }
        ((outcome, schema_id, number),) = self._database.rows(QUERIES.create_schema, parameters)
        if outcome == _UNREFERABLE:
            raise ReferenceGone(to_address(schema_id, number))
        return Registration(Outcome(outcome), SchemaId(schema_id), VersionNumber(number))

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        """See `SchemaWriter`. Checks outside the database, so that a slow check locks nobody out; at last, for progress, under the lock."""
        if not _is_id(new.schema_id):
            raise SchemaNotFound(new.schema_id)
        for _ in range(_TRIES):
            added = _try_to_add(self._database.rows, new, check, caller)
            if added is not None:
                return added
        with self._database.connection() as connection, connection.transaction():
            referenced = _references(new.references)["referenced"]
            connection.rows(QUERIES.lock_schemas, {"schema_id": new.schema_id, "referenced": referenced})
            added = _try_to_add(connection.rows, new, check, caller)
        assert added is not None, "a history changed under its lock"
        return added

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """See `SchemaWriter`."""
        if not _is_id(schema_id):
            return False
        rows = self._database.rows(QUERIES.deactivate_schema, {"schema_id": schema_id, **_caller(caller)})
        return _is_done(rows, schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """See `SchemaWriter`."""
        if not (_is_id(schema_id) and _is_number(number)):
            return False
        parameters = {"schema_id": schema_id, "number": number, **_caller(caller)}
        return _is_done(self._database.rows(QUERIES.deactivate_version, parameters), schema_id)

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """See `SchemaReader`."""
        if not _is_id(schema_id):
            return None
        rows = self._database.rows(QUERIES.schema, {"schema_id": schema_id, "deactivated": deactivated})
        return next(iter(to_schemas(rows)), None)

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """See `SchemaReader`."""
        if not (_is_id(schema_id) and _is_number(number)):
            return None
        rows = self._database.rows(QUERIES.version, {"schema_id": schema_id, "number": number})
        return to_version(rows[0]) if rows else None

    def latest(self, schema_id: SchemaId) -> Version | None:
        """See `SchemaReader`."""
        if not _is_id(schema_id):
            return None
        rows = self._database.rows(QUERIES.latest, {"schema_id": schema_id})
        return to_version(rows[0]) if rows else None

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `SchemaReader`."""
        return _versions(self._database.rows, addresses)

    def search(self, query: Query) -> Page:
        """See `SchemaReader`."""
        if not _may_match(query):
            return _NOTHING
        template = QUERIES.search_by_version if query.order is Order.VERSION else QUERIES.search
        statement = template.replace("{order}", ORDERS[query.order][query.descending])
        # Planned for the filters that are there, each time: a prepared plan would have to fit all of them.
        rows = self._database.rows(statement, _filters(query), prepare=False)
        return Page(to_schemas(row[1:] for row in rows), more=rows[0][0]) if rows else _NOTHING

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
    check(history, partial(_versions, rows))
    parameters = {
        "schema_id": new.schema_id,
        "newest": max(version.version_id for version in history),
        "active": len(history),
        "description": new.description,
        **_content(new.content),
        **_references(new.references),
        **_caller(caller),
    }
    ((outcome, schema_id, number),) = rows(QUERIES.add_version, parameters)
    if outcome == "gone":
        raise SchemaNotFound(new.schema_id)
    if outcome == _UNREFERABLE:
        raise ReferenceGone(to_address(schema_id, number))
    return None if outcome == "stale" else Registration(Outcome(outcome), new.schema_id, VersionNumber(number))


def _versions(rows: Rows, addresses: Collection[Address]) -> list[Version]:
    """The versions at some addresses, read in any transaction."""
    wanted = [address for address in addresses if _is_id(address.schema_id) and _is_number(address.number)]
    if not wanted:
        return []
    parameters = {"schema_ids": [each.schema_id for each in wanted], "numbers": [each.number for each in wanted]}
    return [to_version(row) for row in rows(QUERIES.versions, parameters)]


def _is_done(rows: Sequence[Row], schema_id: SchemaId) -> bool:
    """Whether a deactivation changed something."""
    ((outcome, referrals),) = rows
    if referrals:
        raise VersionReferenced(to_referral(schema_id, row) for row in referrals)
    return bool(outcome == "done")


def _references(references: Sequence[Reference]) -> dict[str, Any]:
    for reference in references:
        if not (_is_id(reference.address.schema_id) and _is_number(reference.address.number)):
            raise ReferenceGone(reference.address)
    return {
        "names": [reference.name for reference in references],
        "referenced": [reference.address.schema_id for reference in references],
        "numbers": [reference.address.number for reference in references],
    }


def _content(content: Content) -> dict[str, Any]:
    return {
        "text": content.text,
        "fingerprint": content.fingerprint,
        "artifact": content.artifact,
        "attributes": list(content.attributes),
        "terms": sorted(terms_of(content.attributes)),
    }


def _caller(caller: Caller) -> dict[str, Any]:
    return {"actor": caller.actor, "request_id": caller.request_id}


def _filters(query: Query) -> dict[str, Any]:
    return {
        "schema_id": query.schema_id,
        "number": query.number,
        "format": query.format and query.format.value,
        "pattern": None if query.name is None else _containing(query.name),
        "terms": sorted({indexed(term) for term in query.attributes}) or None,
        "deactivated": query.deactivated,
        "limit": min(query.limit, _LARGEST_NUMBER),
        "offset": query.offset,
    }


def _containing(part: str) -> str:
    """A pattern for LIKE that takes the part letter by letter."""
    escaped = part.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"


def _may_match(query: Query) -> bool:
    """Whether anything can match at all: what no column can hold never reaches the database, which would complain."""
    return (
        (query.schema_id is None or _is_id(query.schema_id))
        and (query.number is None or _is_number(query.number))
        and all(_is_text(text) for text in (query.name or "", *query.attributes))
        and query.limit > 0
        and query.offset <= _LARGEST_NUMBER
    )


def _is_id(value: int) -> bool:
    return 0 < value <= _LARGEST_ID


def _is_number(value: int) -> bool:
    return 0 < value <= _LARGEST_NUMBER


def _is_text(value: str) -> bool:
    """Neither NUL nor half a surrogate pair, which no text in Postgres can hold."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
