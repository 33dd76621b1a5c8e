"""Reads about subjects in Postgres. The statements are in `sql/queries/subjects.sql`."""

import uuid
from collections.abc import Collection, Sequence

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import LATEST, ListVersions, Part
from sluicegate.registry_api.core.model import Address, ContextId, HistoryEntry, Holder, Referrer, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import State, Tail
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.store.documents import to_settings
from sluicegate.registry_api.store.parameters import LARGEST_ID, is_number
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.queries import QUERIES
from sluicegate.registry_api.store.readable import of_readable
from sluicegate.registry_api.store.rows import Row, to_scopes, to_version
from sluicegate.registry_api.store.view import PostgresView, Rows, placed
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber


class PostgresSubjectReader:
    """The part of `StoreReader` about subjects on Postgres.

    Thread-safe. The caller that opened the database closes it.
    """

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        self._database = database
        self._view = PostgresView(database.rows)

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> Version | None:
        """See `StoreReader`."""
        if number != LATEST and not is_number(number):
            return None
        statement = QUERIES.newest_version if number == LATEST else QUERIES.subject_version
        return _first(self._database.rows(statement, {**placed(subject), "number": number}))

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> Version | None:
        """See `StoreReader`."""
        if not is_number(global_id):
            return None
        return _first(self._database.rows(QUERIES.version_with, {**placed(subject), "global_id": global_id}))

    def identified(self, context: str, global_id: GlobalId, readable: Readable = EVERYTHING) -> Version | None:
        """See `StoreReader`."""
        if not is_number(global_id):
            return None
        parameters = {"context": _context(context), "global_id": global_id, **of_readable(readable)}
        return _first(self._database.rows(QUERIES.identified, parameters))

    def holders(self, context: str, global_id: GlobalId) -> Sequence[Holder]:
        """See `StoreReader`."""
        if not is_number(global_id):
            return []
        rows = self._database.rows(QUERIES.holders, {"context": _context(context), "global_id": global_id})
        return [Holder(SubjectName(*row[:2]), VersionNumber(row[2]), row[3]) for row in rows]

    def ids_of_guid(self, guid: str) -> Sequence[ContextId]:
        """See `StoreReader`."""
        rows = self._database.rows(QUERIES.ids_of_guid, {"guid": guid}) if _is_guid(guid) else []
        return [ContextId(context, GlobalId(global_id)) for context, global_id in rows]

    def max_id(self, context: str) -> GlobalId:
        """See `StoreReader`."""
        ((highest,),) = self._database.rows(QUERIES.max_id, {"context": _context(context)})
        return GlobalId(highest)

    def resolved(self, subject: SubjectName) -> SubjectName:
        """See `StoreReader`."""
        ((context, name),) = self._database.rows(QUERIES.resolved, placed(subject))
        return SubjectName(context, name) if subject.usable_as_scope else subject

    def subjects(self, prefix: SubjectName, readable: Readable = EVERYTHING) -> Sequence[tuple[SubjectName, bool]]:
        """See `StoreReader`."""
        statement = QUERIES.subjects if readable.everything else QUERIES.readable_subjects
        rows = self._database.rows(statement, {**placed(prefix), **of_readable(readable)})
        found = [(SubjectName(context, subject), gone) for context, subject, gone in rows]
        return sorted(found, key=lambda each: each[0].qualified)

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """See `StoreReader`."""
        return [
            SubjectName(*row)
            for row in self._database.rows(QUERIES.namesakes, {"subject": placed(SubjectName("", name))["subject"]})
        ]

    def listed(self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()) -> Part[Version]:
        """See `StoreReader`."""
        parameters = {
            **placed(prefix),
            "deleted": query.deleted.value,
            "latest_only": query.latest_only,
            "rule_type": query.rule_type,
            "contexts": [placed(target)["context"] for target in targets],
            "subjects": [placed(target)["subject"] for target in targets],
            "limit": None if query.part.limit < 0 else query.part.limit,
            "offset": query.part.offset,
            "max_bytes": LARGEST_ID if query.max_bytes is None else query.max_bytes,
            **of_readable(query.readable),
        }
        rows = self._database.rows(QUERIES.listed, parameters)
        return Part(tuple(to_version(row[1:]) for row in rows), more=bool(rows) and rows[0][0])

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """See `StoreReader`."""
        return [referrer for _, referrer in self._view.referrers(schema_id, number)]

    def state(self, target: SubjectName | SchemaId) -> State:
        """See `StoreReader`."""
        return self._view.read(target)[0]

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `View`."""
        return self._view.versions(addresses)

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Address | None]:
        """See `View`."""
        return self._view.addresses(wanted)

    def candidates(
        self, schema_id: SchemaId, identities: Collection[str], fingerprint: str, *, deleted: bool = False
    ) -> Sequence[Version]:
        """See `View`."""
        return self._view.candidates(schema_id, identities, fingerprint, deleted=deleted)

    def history(self, schema_id: SchemaId, *, deleted: bool = False) -> Sequence[HistoryEntry]:
        """See `View`."""
        return self._view.history(schema_id, deleted=deleted)

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """See `View`."""
        return self._view.tail(schema_id, after)

    def published(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable = EVERYTHING
    ) -> Address | None:
        """See `View`."""
        return self._view.published(publisher_id, fingerprint, identity, readable)

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """See `StoreReader`."""
        return self._view.numbers(subject)

    def contexts(self) -> Sequence[str]:
        """See `StoreReader`."""
        return sorted({DEFAULT_CONTEXT, *(name for (name,) in self._database.rows(QUERIES.contexts, {}))})

    def scopes(self, subject: SubjectName) -> Scopes:
        """See `StoreReader`."""
        return scopes_of(self._database.rows, subject)

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """See `StoreReader`."""
        rows = self._database.rows(QUERIES.scoped, placed(prefix))
        return [(SubjectName(*row[:2]), to_settings(*row[2:])) for row in rows]


def scopes_of(rows: Rows, subject: SubjectName) -> Scopes:
    """The settings around a subject, read in any transaction."""
    ((settings, compatibility, validity, policy),) = rows(QUERIES.scopes, placed(subject))
    return to_scopes(subject, settings, compatibility, validity, policy)


def _context(context: str) -> str:
    return str(placed(SubjectName(context, ""))["context"])


def _first(rows: list[Row]) -> Version | None:
    return to_version(rows[0]) if rows else None


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
