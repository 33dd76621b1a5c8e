"""The facts that decisions need, read from Postgres in any transaction."""

from collections.abc import Callable, Collection, Sequence
from typing import Any, LiteralString

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import LATEST
from sluicegate.registry_api.core.model import Address, HistoryEntry, Referrer, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import State, Tail
from sluicegate.registry_api.store.parameters import is_id, is_number
from sluicegate.registry_api.store.queries import QUERIES
from sluicegate.registry_api.store.readable import of_readable_contents
from sluicegate.registry_api.store.rows import Basis, Row, to_address, to_entry, to_state, to_tail, to_version
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber

Rows = Callable[[LiteralString, dict[str, Any]], list[Row]]
"""Runs a statement in some transaction."""

_TAIL = 500
"""Versions of a history that are read at once, with their texts."""

_UNUSED = SubjectName("\x01", "\x01")
"""A place that no subject has: the names of contexts have no control character, those of native
schemas may.
"""


class PostgresView:
    """`View` in the transaction in which some statements run."""

    def __init__(self, rows: Rows) -> None:
        """Take the runner of statements."""
        self._rows = rows

    def read(self, target: SubjectName | SchemaId) -> tuple[State, Basis]:
        """Return the state of a schema, and the basis by which the database checks it."""
        if isinstance(target, SubjectName):
            return to_state(self._rows(QUERIES.state, placed(target)))
        return to_state(self._rows(QUERIES.numbered_state, {"schema_id": target}) if is_id(target) else ())

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """See `View`."""
        wanted = [address for address in addresses if is_id(address.schema_id) and is_number(address.number)]
        if not wanted:
            return []
        parameters = {"schema_ids": [each.schema_id for each in wanted], "numbers": [each.number for each in wanted]}
        return [to_version(row) for row in self._rows(QUERIES.versions, parameters)]

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Address | None]:
        """See `View`."""
        asked = [(subject, number if number == LATEST or is_number(number) else 0) for subject, number in wanted]
        parameters = {
            "contexts": [placed(subject)["context"] for subject, _ in asked],
            "subjects": [placed(subject)["subject"] for subject, _ in asked],
            "numbers": [number for _, number in asked],
        }
        rows = self._rows(QUERIES.addresses, parameters)
        found = {place: to_address(schema_id, number) for place, schema_id, number in rows}
        return [found.get(place) for place in range(1, len(asked) + 1)]

    def candidates(
        self, schema_id: SchemaId, identities: Collection[str], fingerprint: str, *, deleted: bool = False
    ) -> Sequence[Version]:
        """See `View`."""
        parameters = {
            "schema_id": schema_id,
            "identities": list(identities),
            "fingerprint": fingerprint,
            "deleted": deleted,
        }
        return [to_version(row) for row in self._rows(QUERIES.candidates, parameters)]

    def history(self, schema_id: SchemaId, *, deleted: bool = False) -> Sequence[HistoryEntry]:
        """See `View`."""
        rows = self._rows(QUERIES.history, {"schema_id": schema_id, "deleted": deleted})
        return [to_entry(schema_id, row) for row in rows]

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """See `View`."""
        parameters = {"schema_id": schema_id, "after": after, "limit": _TAIL}
        rows = self._rows(QUERIES.tail, parameters)
        return to_tail(rows, _TAIL)

    def published(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable = EVERYTHING
    ) -> Address | None:
        """See `View`."""
        parameters = {
            "publisher_id": publisher_id,
            "fingerprint": fingerprint,
            "identity": identity,
            **of_readable_contents(readable),
        }
        rows = self._rows(QUERIES.published, parameters)
        return to_address(*rows[0]) if rows else None

    def referrers(
        self, schema_id: SchemaId, number: VersionNumber | None = None
    ) -> list[tuple[VersionNumber, Referrer]]:
        """Return the versions that refer to a schema or one of its versions.

        Each is with the number that it refers to.
        """
        found = self._rows(QUERIES.referrers, {"schema_id": schema_id, "number": number})
        return [(VersionNumber(row[0]), Referrer(SubjectName(*row[1:3]), GlobalId(row[3]), row[4])) for row in found]

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """See `StoreReader`."""
        rows = self._rows(QUERIES.numbers, placed(subject))
        return [(VersionNumber(number), deleted) for number, deleted in rows]


def placed(subject: SubjectName) -> dict[str, Any]:
    """The parameters that name a subject, a scope or a prefix.

    An unusable name becomes one that no subject has.
    """
    found = subject if subject.usable_as_scope else _UNUSED
    return {"context": found.context, "subject": found.name}
