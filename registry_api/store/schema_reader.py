"""Reads about schemas by number in Postgres. The statements are in `sql/queries/schemas.sql`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import LiteralString

from sluicegate.registry_api.core.access.grants import Readable
from sluicegate.registry_api.core.commands import Order, Page, Query
from sluicegate.registry_api.core.model import Schema, Version
from sluicegate.registry_api.store.parameters import is_id, is_number, may_match, of_query
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.queries import QUERIES
from sluicegate.registry_api.store.readable import of_readable
from sluicegate.registry_api.store.rows import to_schemas, to_version
from sluicegate.shared.model import SchemaId, VersionNumber

ORDERS: Mapping[Order, tuple[LiteralString, LiteralString]] = MappingProxyType(
    {
        Order.ID: ("s.id", "s.id desc"),
        Order.NAME: ("s.name, s.id", "s.name desc, s.id desc"),
        Order.TYPE: ("s.format, s.id", "s.format desc, s.id desc"),
        Order.VERSION: ("s.top, s.id", "s.top desc, s.id desc"),
    }
)
_FEW = 2_000  # schemas that are sooner sorted than found in their order
_MAX_REMEMBERED = 1_000
_NOTHING = Page((), more=False)


class PostgresSchemaReader:
    """The part of `StoreReader` about schemas by number on Postgres. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        self._database = database
        self._many: dict[Readable, None] = {}

    def registry_id(self) -> str:
        """See `StoreReader`."""
        ((found,),) = self._database.rows(QUERIES.registry_id, {})
        return str(found)

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """See `StoreReader`."""
        if not is_id(schema_id):
            return None
        rows = self._database.rows(QUERIES.schema, {"schema_id": schema_id, "deactivated": deactivated})
        return next(iter(to_schemas(rows)), None)

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """See `StoreReader`."""
        if not (is_id(schema_id) and is_number(number)):
            return None
        rows = self._database.rows(QUERIES.version, {"schema_id": schema_id, "number": number})
        return to_version(rows[0]) if rows else None

    def latest(self, schema_id: SchemaId) -> Version | None:
        """See `StoreReader`."""
        if not is_id(schema_id):
            return None
        rows = self._database.rows(QUERIES.latest, {"schema_id": schema_id})
        return to_version(rows[0]) if rows else None

    def search(self, query: Query) -> Page:
        """See `StoreReader`."""
        if not may_match(query):
            return _NOTHING
        template = QUERIES.search_by_version if query.order is Order.VERSION else QUERIES.search
        statement = template.replace("{order}", ORDERS[query.order][query.descending])
        parameters = {**of_query(query), **of_readable(query.readable), "few": self._few(query)}
        # Planned for the filters that are there, each time: a prepared plan would have to fit all
        # of them.
        rows = self._database.rows(statement, parameters, prepare=False)
        return Page(to_schemas(row[2:] for row in rows), more=rows[0][0], split=rows[0][1]) if rows else _NOTHING

    def _few(self, query: Query) -> list[int] | None:
        """Return the ids of readable or matching schemas; None if the filter is not selective.

        Postgres knows neither how rare a term is nor that similar names are adjacent: without this
        list it may scan all schemas in their order until a page is full.
        """
        if query.schema_id is None:
            few = self._few_readable(query.readable)
            if few is not None:
                return few
        parameters = of_query(query)
        for statement, name in ((QUERIES.with_terms, "terms"), (QUERIES.with_name, "pattern")):
            if parameters[name] is not None:
                found = self._database.rows(statement, {name: parameters[name], "most": _FEW + 1}, prepare=False)
                if len(found) <= _FEW:
                    return [schema_id for (schema_id,) in found]
        return None

    def _few_readable(self, readable: Readable) -> list[int] | None:
        """Return the readable schemas; None where they are many, which is remembered: it seldom changes, and costs time only."""
        if readable.everything or readable in self._many:
            return None
        found = self._database.rows(QUERIES.readable_schemas, {**of_readable(readable), "most": _FEW + 1})
        if len(found) <= _FEW:
            return [schema_id for (schema_id,) in found]
        if len(self._many) >= _MAX_REMEMBERED:
            self._many.clear()
        self._many[readable] = None
        return None
