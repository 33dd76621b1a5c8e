"""Thirty-two clients at once, each on a connection of its own where the store has any."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from sluicegate.registry_api.core.commands import Deleted
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.subject_errors import ContentNotFound, SubjectError, SubjectNotFound
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import CompatibilityMode, GlobalId, VersionNumber
from tests.contracts.subjects.conftest import Bench, record

CLIENTS = 32
ONE = record("a")
T = TypeVar("T")


@pytest.fixture
def wide_postgres_bench(database_url: str) -> Iterator[Bench]:
    """A pool with room for all."""
    with Database(database_url, PoolLimits(least=CLIENTS, most=CLIENTS, connection_seconds=30)) as database:
        yield Bench(PostgresStore(database))


@pytest.fixture(params=["memory", "wide_postgres"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each store in turn."""
    chosen: Bench = request.getfixturevalue(f"{request.param}_bench")
    return chosen


def at_once(work: Callable[[int], T]) -> list[T]:
    """Do it with every number below thirty-two, all starting together."""
    start = Barrier(CLIENTS)

    def wait_and_work(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(CLIENTS) as threads:
        return list(threads.map(wait_and_work, range(CLIENTS)))


def test_the_same_schema_in_one_subject_is_one_version(bench: Bench) -> None:
    assert set(at_once(lambda _: bench.add("s", ONE))) == {(1, 1)}
    assert bench.numbers("s") == (1,)


def test_the_same_schema_in_many_subjects_has_one_id(bench: Bench) -> None:
    assert set(at_once(lambda n: bench.add(f"s{n}", ONE))) == {(1, 1)}
    assert len(bench.subjects.catalogue.holders(GlobalId(1))) == CLIENTS


def test_different_schemas_in_one_subject_get_gapless_numbers_and_ids(bench: Bench) -> None:
    bench.configure("s", compatibility=CompatibilityMode.NONE)
    added = at_once(lambda n: bench.add("s", record(f"field_{n}")))
    assert sorted(number for _, number in added) == list(range(1, CLIENTS + 1))
    assert sorted(global_id for global_id, _ in added) == list(range(1, CLIENTS + 1))


def test_different_schemas_in_many_subjects_get_gapless_ids(bench: Bench) -> None:
    added = at_once(lambda n: bench.add(f":.c:s{n}", record(f"field_{n}")))
    assert sorted(added) == [(global_id, 1) for global_id in range(1, CLIENTS + 1)]


def test_few_schemas_in_few_subjects(bench: Bench) -> None:
    at_once(lambda n: bench.add(f"s{n % 3}", record("a", *(["b"] if n % 2 else []))))
    found = {each.version.text for each in map(bench.subjects.catalogue.identified, (GlobalId(1), GlobalId(2)))}
    assert found == {record("a"), record("a", "b")}
    assert bench.subjects.catalogue.subjects() == ("s0", "s1", "s2")
    assert all(bench.numbers(subject) == (1, 2) for subject in ("s0", "s1", "s2"))


def test_native_and_other_clients_share_ids(bench: Bench) -> None:
    at_once(lambda n: bench.add(f"s{n}", ONE) if n % 2 else bench.native_register(f"s{n}", ONE))
    assert {each.number for each in bench.subjects.catalogue.holders(GlobalId(1))} == {1}
    with pytest.raises(ContentNotFound):
        bench.subjects.catalogue.identified(GlobalId(2))


def test_registering_and_removing_leaves_nothing_half_done(bench: Bench) -> None:
    """In every order, each version has its content, and each content its version."""

    def act(number: int) -> None:
        subject = f"s{number % 4}"
        with contextlib.suppress(SubjectError):
            if number % 3:
                bench.add(subject, ONE)
            else:
                bench.delete(subject)
                bench.delete(subject, permanent=True)

    for _ in range(3):
        at_once(act)
    held = {global_id for number in range(1, 200) for global_id in [GlobalId(number)] if is_held(bench, global_id)}
    listed = {
        bench.subjects.catalogue.version(subject, number).global_id
        for subject, number in (
            (each, VersionNumber(number))
            for each in map(SubjectName.parse, bench.subjects.catalogue.subjects())
            for number in bench.numbers(each.qualified)
        )
    }
    assert listed <= held
    for subject in bench.subjects.catalogue.subjects(deleted=Deleted.INCLUDED):
        with contextlib.suppress(SubjectError):
            bench.delete(subject)
        bench.delete(subject, permanent=True)
    assert not any(is_held(bench, global_id) for global_id in held)


def is_held(bench: Bench, global_id: GlobalId) -> bool:
    """Whether an id is found."""
    try:
        bench.subjects.catalogue.identified(global_id)
    except ContentNotFound:
        return False
    return True


def test_a_subject_is_deleted_once(bench: Bench) -> None:
    bench.add("s", ONE)

    def delete(_: int) -> bool:
        try:
            bench.delete("s")
        except SubjectError:
            return False
        return True

    assert sum(at_once(delete)) == 1
    with pytest.raises(SubjectNotFound):
        bench.numbers("s")
