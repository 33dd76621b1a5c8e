"""What stands in Postgres about subjects. The statements are in `subject_queries.sql`."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from sluicegate.registry_api.core.model import Reference
from sluicegate.registry_api.core.subjects.model import LATEST, ContextId, ListVersions, Part, SubjectVersion
from sluicegate.registry_api.core.subjects.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.subjects.ports import Holder, Referrer, SubjectState
from sluicegate.registry_api.core.subjects.scopes import Scopes, ScopeSettings
from sluicegate.registry_api.store.documents import to_settings
from sluicegate.registry_api.store.lookups import Rows
from sluicegate.registry_api.store.parameters import LARGEST_ID, is_number
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.rows import Row, to_address
from sluicegate.registry_api.store.subject_queries import SUBJECT_QUERIES
from sluicegate.registry_api.store.subject_rows import to_scopes, to_state, to_subject_version
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber

_NOBODY = SubjectName(DEFAULT_CONTEXT, "\x01")


class PostgresSubjectReader:
    """`SubjectReader` on Postgres. Thread-safe; whoever opened the database closes it."""

    def __init__(self, database: Database) -> None:
        """Take the database; nothing is asked of it yet."""
        self._database = database

    def state(self, subject: SubjectName) -> SubjectState:
        """See `SubjectReader`."""
        return state_of(self._database.rows, subject)

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> SubjectVersion | None:
        """See `SubjectReader`."""
        if number != LATEST and not is_number(number):
            return None
        statement = SUBJECT_QUERIES.newest_version if number == LATEST else SUBJECT_QUERIES.subject_version
        return _first(self._database.rows(statement, {**placed(subject), "number": number}))

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """See `SubjectReader`."""
        rows = self._database.rows(SUBJECT_QUERIES.numbers, placed(subject))
        return [(VersionNumber(number), deleted) for number, deleted in rows]

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> SubjectVersion | None:
        """See `SubjectReader`."""
        if not is_number(global_id):
            return None
        return _first(self._database.rows(SUBJECT_QUERIES.version_with, {**placed(subject), "global_id": global_id}))

    def identified(self, context: str, global_id: GlobalId) -> SubjectVersion | None:
        """See `SubjectReader`."""
        if not is_number(global_id):
            return None
        return _first(
            self._database.rows(SUBJECT_QUERIES.identified, {"context": _context(context), "global_id": global_id})
        )

    def holders(self, context: str, global_id: GlobalId) -> Sequence[Holder]:
        """See `SubjectReader`."""
        if not is_number(global_id):
            return []
        rows = self._database.rows(SUBJECT_QUERIES.holders, {"context": _context(context), "global_id": global_id})
        return [Holder(SubjectName(*row[:2]), VersionNumber(row[2]), row[3]) for row in rows]

    def ids_of_guid(self, guid: str) -> Sequence[ContextId]:
        """See `SubjectReader`."""
        rows = self._database.rows(SUBJECT_QUERIES.ids_of_guid, {"guid": guid}) if _is_guid(guid) else []
        return [ContextId(context, GlobalId(global_id)) for context, global_id in rows]

    def max_id(self, context: str) -> GlobalId:
        """See `SubjectReader`."""
        ((highest,),) = self._database.rows(SUBJECT_QUERIES.max_id, {"context": _context(context)})
        return GlobalId(highest)

    def subjects(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, bool]]:
        """See `SubjectReader`."""
        rows = self._database.rows(SUBJECT_QUERIES.subjects, placed(prefix))
        found = [(SubjectName(context, subject), gone) for context, subject, gone in rows]
        return sorted(found, key=lambda each: each[0].qualified)

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """See `SubjectReader`."""
        return [
            SubjectName(*row)
            for row in self._database.rows(
                SUBJECT_QUERIES.namesakes, {"subject": placed(SubjectName("", name))["subject"]}
            )
        ]

    def listed(
        self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()
    ) -> Part[SubjectVersion]:
        """See `SubjectReader`."""
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
        }
        rows = self._database.rows(SUBJECT_QUERIES.listed, parameters)
        return Part(tuple(to_subject_version(row[1:]) for row in rows), more=bool(rows) and rows[0][0])

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """See `SubjectReader`."""
        return [referrer for _, referrer in referrers_of(self._database.rows, schema_id, number)]

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Reference | None]:
        """See `SubjectReader`."""
        asked = [(subject, number if number == LATEST or is_number(number) else 0) for subject, number in wanted]
        parameters = {
            "contexts": [placed(subject)["context"] for subject, _ in asked],
            "subjects": [placed(subject)["subject"] for subject, _ in asked],
            "numbers": [number for _, number in asked],
        }
        rows = self._database.rows(SUBJECT_QUERIES.addresses, parameters)
        found = {place: Reference("", to_address(schema_id, number)) for place, schema_id, number in rows}
        return [found.get(place) for place in range(1, len(asked) + 1)]

    def contexts(self) -> Sequence[str]:
        """See `SubjectReader`."""
        return sorted({DEFAULT_CONTEXT, *(name for (name,) in self._database.rows(SUBJECT_QUERIES.contexts, {}))})

    def scopes(self, subject: SubjectName) -> Scopes:
        """See `SubjectReader`."""
        return scopes_of(self._database.rows, subject)

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """See `SubjectReader`."""
        rows = self._database.rows(SUBJECT_QUERIES.scoped, placed(prefix))
        return [(SubjectName(*row[:2]), to_settings(*row[2:])) for row in rows]


def placed(subject: SubjectName) -> dict[str, Any]:
    """The parameters that name a subject, a scope or a prefix. What no subject can be called becomes what none is called."""
    found = subject if subject.usable_as_scope else _NOBODY
    return {"context": found.context, "subject": found.name}


def _context(context: str) -> str:
    return str(placed(SubjectName(context, ""))["context"])


def state_of(rows: Rows, subject: SubjectName) -> SubjectState:
    """A subject, read in any transaction."""
    return to_state(rows(SUBJECT_QUERIES.state, placed(subject)))


def scopes_of(rows: Rows, subject: SubjectName) -> Scopes:
    """The settings around a subject, read in any transaction."""
    ((compatibility, policy, settings),) = rows(SUBJECT_QUERIES.scopes, placed(subject))
    return to_scopes(subject, compatibility, settings, policy)


def referrers_of(rows: Rows, schema_id: SchemaId, number: VersionNumber | None) -> list[tuple[VersionNumber, Referrer]]:
    """Who refers to which version of a schema, or to one of them, read in any transaction."""
    found = rows(SUBJECT_QUERIES.referrers, {"schema_id": schema_id, "number": number})
    return [(VersionNumber(row[0]), Referrer(SubjectName(*row[1:3]), GlobalId(row[3]), row[4])) for row in found]


def _first(rows: list[Row]) -> SubjectVersion | None:
    return to_subject_version(rows[0]) if rows else None


def _is_guid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
