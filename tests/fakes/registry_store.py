"""The registry's memory store with controls.

It can fail, act during a read, and play the feed of changes.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import Page, Query
from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.core.model import Address, Caller, NewVersion, Registration, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import Decide, State, Target, View
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.shared.model import SchemaId, VersionNumber
from tests.fakes.clock import FakeClock

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)
ELSEWHERE = Caller("elsewhere", "request-elsewhere")


class FakeStore(MemoryStore):
    """Every port of the core, its feed in the caller's thread. `down` makes reads and writes raise."""

    def __init__(self) -> None:
        super().__init__(FakeClock(NOW))
        self.down = False
        self.before_answer: Callable[[], None] | None = None
        """Runs between the reading of a version and its return."""
        self.before_write: Callable[[], object] | None = None
        """Runs between the core's judgement and the write that follows."""
        self.looked_up: list[set[Address]] = []
        self.closed = False
        self._subscriber: tuple[Callable[[SchemaId], None], Callable[[], None], Callable[[], None]] | None = None

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        self.ping()

        def decided(state: State, view: View) -> NewVersion | None:
            new = decide(state, view)
            if self.before_write:
                self.before_write()
            return new

        return super().register(target, decided, caller, readable)

    def state(self, target: SubjectName | SchemaId) -> State:
        self.ping()
        return super().state(target)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        self.ping()
        return super().delete_schema(schema_id, caller)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        self.ping()
        return super().delete_version(schema_id, number, caller)

    def _search(self, query: Query) -> Page:
        self.ping()
        return super()._search(query)

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        self.ping()
        self.looked_up.append(set(addresses))
        return super().versions(addresses)

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        found = super().version(schema_id, number)
        if self.before_answer:
            self.before_answer()
        return found

    def ping(self) -> None:
        if self.down:
            raise StoreUnavailable

    def subscribe(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        self._subscriber = on_change, on_gap, on_live
        on_live()

    def close(self) -> None:
        self.closed = True

    def tell(self, schema_id: int) -> None:
        """Another replica changed a schema."""
        assert self._subscriber
        self._subscriber[0](SchemaId(schema_id))

    def gap(self) -> None:
        """The feed is lost."""
        assert self._subscriber
        self._subscriber[1]()

    def live(self) -> None:
        """The feed is back."""
        assert self._subscriber
        self._subscriber[2]()

    def deactivate_elsewhere(self, schema_id: int, number: int) -> None:
        """Another replica deactivates a version; the feed has not told yet."""
        assert self.delete_version(SchemaId(schema_id), VersionNumber(number), ELSEWHERE)

    def spoil_artifacts(self) -> None:
        """Replace the compiled artifacts with unusable ones."""
        for schema_id, schema in self._schemas.items():
            versions = tuple(replace(version, artifact=b"spoilt") for version in schema.versions)
            self._schemas[schema_id] = replace(schema, versions=versions)

    def fingerprint(self, schema_id: int, number: int) -> str:
        """Return the expected ETag of a version."""
        found = super().version(SchemaId(schema_id), VersionNumber(number))
        assert found
        return found.fingerprint
