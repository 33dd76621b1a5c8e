"""States of versions: deprecated ones are served, deactivated ones come back."""

import pytest

from sluicegate.registry_api.core.commands import LATEST
from sluicegate.registry_api.core.errors import ReferenceGone
from sluicegate.registry_api.core.model import VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.subject_errors import (
    NotPermitted,
    ReferenceExists,
    SubjectNotFound,
    SubjectVersionNotFound,
)
from sluicegate.shared.model import GlobalId, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, record

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "b", "c")
ENABLED, DEPRECATED, DISABLED = VersionState.ENABLED, VersionState.DEPRECATED, VersionState.DISABLED


def put(bench: Bench, state: VersionState, number: int | None = None, subject: str = "s") -> tuple[int, ...]:
    wanted = None if number is None else VersionNumber(number)
    return bench.subjects.states.put(SubjectName.parse(subject), wanted, state, CALLER)


def state(bench: Bench, number: int, subject: str = "s") -> VersionState:
    name = SubjectName.parse(subject)
    return bench.subjects.catalogue.version(name, VersionNumber(number), deleted=True).state


def test_a_deprecated_version_is_served_with_its_state(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    assert state(bench, 1) is ENABLED
    assert put(bench, DEPRECATED, 1) == (1,)
    assert (state(bench, 1), state(bench, 2)) == (DEPRECATED, ENABLED)
    assert bench.numbers("s") == (1, 2)
    assert bench.add("s", ONE) == (1, 1)
    schema = bench.native.schema(bench.subjects.catalogue.version(SubjectName.parse("s"), LATEST).schema_id)
    assert [each.state for each in schema.versions] == [DEPRECATED, ENABLED]
    put(bench, ENABLED, 1)
    assert state(bench, 1) is ENABLED


def test_the_time_of_a_deprecation_stays(bench: Bench) -> None:
    bench.add("s", ONE)
    name = SubjectName.parse("s")
    put(bench, DEPRECATED)
    first = bench.subjects.catalogue.version(name, LATEST).deprecated_at
    put(bench, DEPRECATED)
    assert first is not None
    assert bench.subjects.catalogue.version(name, LATEST).deprecated_at == first


def test_a_state_of_a_subject_is_that_of_its_active_versions(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    bench.add("s", THREE)
    put(bench, DISABLED, 2)
    assert put(bench, DEPRECATED) == (1, 3)
    assert [state(bench, number) for number in (1, 2, 3)] == [DEPRECATED, DISABLED, DEPRECATED]
    put(bench, DISABLED)
    with pytest.raises(SubjectNotFound):
        bench.numbers("s")
    assert put(bench, ENABLED) == (1, 2, 3)
    assert [state(bench, number) for number in (1, 2, 3)] == [ENABLED] * 3


def test_a_deactivated_version_is_active_again_under_its_number_and_id(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    bench.delete_version("s", 1)
    put(bench, ENABLED, 1)
    assert bench.numbers("s") == (1, 2)
    assert bench.lookup("s", ONE).global_id == 1


def test_an_id_is_of_a_version_that_is_not_deprecated_where_there_is_one(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("t", ONE)
    put(bench, DEPRECATED)
    assert bench.subjects.catalogue.identified(GlobalId(1)).version.state is ENABLED
    put(bench, DEPRECATED, subject="t")
    assert bench.subjects.catalogue.identified(GlobalId(1)).version.state is DEPRECATED


def test_references_hold_for_states(bench: Bench) -> None:
    bench.add("base", record("a", name="base"))
    text = '{"type":"record","name":"top","fields":[{"name":"b","type":"base"}]}'
    bench.add("s", text, references=(("base", "base", 1),))
    with pytest.raises(ReferenceExists):
        put(bench, DISABLED, subject="base")
    put(bench, DEPRECATED, subject="base")
    put(bench, DISABLED)
    put(bench, DISABLED, subject="base")
    with pytest.raises(ReferenceGone):
        put(bench, ENABLED)
    assert state(bench, 1) is DISABLED
    put(bench, ENABLED, subject="base")
    put(bench, ENABLED)
    assert state(bench, 1) is ENABLED


def test_a_state_needs_a_version_and_a_mode_that_allows_changes(bench: Bench) -> None:
    with pytest.raises(SubjectNotFound):
        put(bench, DEPRECATED)
    bench.add("s", ONE)
    with pytest.raises(SubjectVersionNotFound):
        put(bench, DEPRECATED, 2)
    bench.set_mode("s", Mode.READONLY)
    with pytest.raises(NotPermitted):
        put(bench, DEPRECATED, 1)
    assert state(bench, 1) is ENABLED


def test_a_registration_sees_a_state_that_was_just_changed(bench: Bench) -> None:
    bench.add("s", ONE)
    bench.add("s", TWO)
    put(bench, DISABLED, 2)
    assert bench.add("s", THREE) == (3, 3)
    put(bench, ENABLED, 2)
    assert bench.numbers("s") == (1, 2, 3)
