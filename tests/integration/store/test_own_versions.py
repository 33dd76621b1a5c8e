"""Versions that one process adds in a row are decided on the state that it left; another process may have changed it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sluicegate.registry_api.core.errors import NotPermitted
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.subject_errors import SubjectIncompatible
from sluicegate.registry_api.store.connection import StoreConnection
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import CompatibilityMode
from tests.contracts.subjects.conftest import Bench, record

Change = Callable[[Bench], object]


class CountingDatabase(Database):
    """A database that counts how often a connection is lent."""

    lent = 0

    @contextmanager
    def connection(self, seconds: float | None = None) -> Iterator[StoreConnection]:
        """Count, and lend."""
        self.lent += 1
        with super().connection(seconds) as connection:
            yield connection


def text(number: int) -> str:
    """The text of a version."""
    return record("a", *(f"b{each}" for each in range(number)))


@pytest.fixture
def processes(database_url: str) -> Iterator[tuple[Bench, Bench]]:
    """Two registries over one database, the first of which added three versions."""
    with Database(database_url) as one, Database(database_url) as two:
        here, elsewhere = Bench(PostgresStore(one)), Bench(PostgresStore(two))
        for number in range(3):
            here.add("s", text(number))
        yield here, elsewhere


def test_a_version_after_two_others_takes_two_statements(database_url: str) -> None:
    """A look-up of the same content, and the write: the state is known."""
    with CountingDatabase(database_url) as database:
        bench = Bench(PostgresStore(database))
        counts = []
        for number in range(5):
            before = database.lent
            bench.add("s", text(number))
            counts.append(database.lent - before)
    assert counts[3:] == [2, 2]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda there: there.set_mode("s", Mode.READONLY), NotPermitted),
        (lambda there: there.set_mode("", Mode.READONLY), NotPermitted),
        (lambda there: there.set_mode(":.__GLOBAL:", Mode.READONLY), NotPermitted),
        (lambda there: there.configure("s", compatibility=CompatibilityMode.FULL), None),
        (lambda there: there.configure("s", compatibility=CompatibilityMode.NONE), None),
    ],
    ids=["mode of the subject", "mode of the context", "mode of all", "config that fits", "config"],
)
def test_settings_of_another_process_hold(
    processes: tuple[Bench, Bench], change: Change, refusal: type[Exception] | None
) -> None:
    here, elsewhere = processes
    change(elsewhere)
    if refusal is None:
        assert here.add("s", text(3)) == (4, 4)
        return
    with pytest.raises(refusal):
        here.add("s", text(3))


def test_stricter_config_of_another_process_refuses(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    elsewhere.configure("s", compatibility=CompatibilityMode.FORWARD)
    with pytest.raises(SubjectIncompatible):
        here.add("s", record("b0"))
    elsewhere.configure("s", compatibility=CompatibilityMode.NONE)
    assert here.add("s", record("b0"))[1] == 4


def test_versions_of_another_process_are_compared_and_counted(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    elsewhere.configure("s", compatibility=CompatibilityMode.FORWARD)
    here.add("s", text(3))
    here.add("s", text(4))
    number = text(4).replace("]}", ',{"name":"z","type":"int","default":0}]}')
    elsewhere.add("s", number)
    with pytest.raises(SubjectIncompatible) as refused:
        here.add("s", record("a", "b0", "b1", "b2", "b3", "z"))
    assert refused.value.report.failures[0].number == 6
    assert here.add("s", text(5))[1] == 7


def test_same_content_of_another_process_is_found(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    theirs = elsewhere.add("s", text(3))
    assert here.add("s", text(3)) == theirs


@pytest.mark.parametrize("permanent", [False, True])
def test_deleted_versions_are_not_compared_and_numbers_not_given_again(
    processes: tuple[Bench, Bench], permanent: bool
) -> None:
    here, elsewhere = processes
    elsewhere.delete_version("s", 3)
    if permanent:
        elsewhere.delete_version("s", 3, permanent=True)
    assert here.add("s", record("a", "b0", "n"))[1] == 4
    assert here.numbers("s") == (1, 2, 4)


def test_a_subject_that_was_removed_begins_anew(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    elsewhere.delete("s")
    elsewhere.delete("s", permanent=True)
    elsewhere.add("s", record("q"))
    with pytest.raises(SubjectIncompatible):
        here.add("s", text(3))
    assert here.add("s", record("q", "r"))[1] == 2


def test_a_subject_that_became_an_alias_is_written_through_it(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    elsewhere.add("target", record("q"))
    elsewhere.configure("s", alias="target")
    here.add("s", record("q", "r"))
    assert (here.numbers("target"), here.numbers("s")) == ((1, 2), (1, 2))
