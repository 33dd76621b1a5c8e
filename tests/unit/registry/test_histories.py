"""A process follows the history of a schema by its revision: additions are read, other changes are noticed."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.histories import Histories, Terms
from sluicegate.registry_api.core.model import Caller, Incompatibility, NewVersion, Version, VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import State, Tail, View
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber

CALLER = Caller("test", "request")
SUBJECT = SubjectName.parse("s")
EXAMINER = EngineExaminer(catalog.engine)
TERMS = Terms(SchemaFormat.AVRO, CompatibilityMode.FULL_TRANSITIVE, None)
Change = Callable[["Paged"], object]


class Paged(MemoryStore):
    """A store whose histories are read two versions at a time; counts them, and may change meanwhile."""

    read = 0
    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """Two versions."""
        whole = super().tail(schema_id, after)
        self.read += len(whole.versions[:2])
        found = Tail(whole.revision, whole.last_version, whole.mark, whole.versions[:2], more=len(whole.versions) > 2)
        self.meanwhile()
        return found

    def disable(self, number: int, state: VersionState = VersionState.DISABLED) -> None:
        """Set the state of a version."""
        self.put_state(SUBJECT, lambda *_: [VersionNumber(number)], state, CALLER)

    def add(self, kind: str, number: int | None = None) -> None:
        """Add a version whose field has a type."""
        self.add_fields([{"name": "a", "type": kind}], number)

    def add_fields(self, fields: list[dict[str, str]], number: int | None = None) -> None:
        """Add a version with some fields."""
        text = json.dumps({"type": "record", "name": "R", "fields": fields})
        content = EXAMINER.content(SchemaFormat.AVRO, SchemaSource(text), ValidityMode.NONE)

        def decide(state: State, _: View) -> NewVersion:
            at = VersionNumber(number or state.next_number)
            return NewVersion(at, content, "", f"{text} {at}")

        self.register(SUBJECT, decide, CALLER)

    def suspects(self, histories: Histories) -> Sequence[int] | None:
        """The suspects of a field of type int."""
        schema_id = self.state(SUBJECT).schema_id
        assert schema_id is not None
        text = json.dumps({"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]})
        return histories.suspects(TERMS, SchemaSource(text), schema_id, self)


@pytest.fixture
def store() -> Paged:
    """Versions 1 to 5 and 8; the second and the fourth do not fit a field of type int."""
    store = Paged()
    for kind in ("int", "string", "int", "string", "int"):
        store.add(kind)
    store.add("int", 8)
    return store


def test_versions_are_read_once(store: Paged) -> None:
    histories = Histories(EXAMINER)
    assert store.suspects(histories) == [4, 2]
    store.add("string")
    store.read = 0
    assert store.suspects(histories) == [9, 4, 2]
    assert store.suspects(histories) == [9, 4, 2]
    assert store.read == 1


@pytest.mark.parametrize(
    ("change", "suspects"),
    [
        (lambda store: store.disable(2), [4]),
        (lambda store: store.disable(8), [4, 2]),
        (lambda store: (store.disable(2), store.add("string")), [9, 4]),
        (lambda store: (store.add("string"), store.disable(9)), [4, 2]),
        (lambda store: (store.disable(4), store.add("int"), store.disable(4, VersionState.ENABLED)), [4, 2]),
        (lambda store: (store.add("string", 12), store.disable(4)), [12, 2]),
        (lambda store: store.add("string", 6), [6, 4, 2]),
        (lambda store: (store.delete_version(1, VersionNumber(4), CALLER), store.add("string", 11)), [11, 2]),
    ],
    ids=[
        "an old one is disabled",
        "the newest is disabled",
        "one is disabled, one is added",
        "one comes and goes",
        "one is enabled again",
        "a number is left out, one is disabled",
        "a gap is filled",
        "one is deleted, a number is left out",
    ],
)
def test_changes_of_a_remembered_history_are_noticed(store: Paged, change: Change, suspects: list[int]) -> None:
    histories = Histories(EXAMINER)
    store.suspects(histories)
    change(store)
    assert store.suspects(histories) == suspects


def test_changes_while_a_history_is_read_are_noticed(store: Paged) -> None:
    steps: list[Callable[[], object]] = [lambda: store.add("string"), lambda: store.disable(2)]
    store.meanwhile = lambda: steps.pop()() if steps else None
    assert store.suspects(Histories(EXAMINER)) == [9, 4]


def test_a_history_that_never_rests_is_compared_as_a_whole(store: Paged) -> None:
    states = [VersionState.DISABLED, VersionState.ENABLED] * 50
    store.meanwhile = lambda: store.disable(1, states.pop())
    assert store.suspects(Histories(EXAMINER)) is None


def test_one_version_is_compared_by_its_members() -> None:
    """The answers of questions about members are kept: the second comparison asks nothing."""
    store, examiner = Paged(), _Counting(catalog.engine)
    histories = Histories(examiner)
    for name in "bcd":
        fields = [{"name": "a", "type": "int"}, {"name": name, "type": "string", "default": ""}]
        store.add_fields(fields)
    old, new, newest = versions(store)
    assert histories.fits(TERMS, SchemaSource(new.text), old)
    asked = examiner.asked
    assert histories.fits(TERMS, SchemaSource(newest.text), new)
    assert examiner.asked == asked > 0
    odd = newest.text.replace('"int"', '"string"')
    assert not histories.fits(TERMS, SchemaSource(odd), new)


class _Counting(EngineExaminer):
    asked = 0

    def incompatibilities(self, *arguments: Any, **named: Any) -> tuple[Incompatibility, ...]:
        """Count, and ask the engine."""
        self.asked += 1
        return super().incompatibilities(*arguments, **named)


def versions(store: Paged) -> list[Version]:
    """The active versions, oldest first."""
    schema_id = store.state(SUBJECT).schema_id
    assert schema_id is not None
    return [*MemoryStore.tail(store, schema_id, VersionNumber(0)).versions]
