"""`Store` with sixteen writers at once, each on a connection of its own where the store has any."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from sluicegate.registry_api.core.commands import Query
from sluicegate.registry_api.core.errors import ReferenceGone, VersionReferenced
from sluicegate.registry_api.core.model import Lookup, Outcome, Registration
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaId, VersionNumber
from tests.contracts.store.conftest import CALLER, Bench, reference

WRITERS = 16
T = TypeVar("T")


@pytest.fixture
def wide_postgres_bench(database_url: str) -> Iterator[Bench]:
    """A pool with room for all writers."""
    with Database(database_url, PoolLimits(least=WRITERS, most=WRITERS, connection_seconds=30)) as database:
        yield Bench(PostgresStore(database), list)


@pytest.fixture(params=["memory_bench", "wide_postgres_bench", "postgres_bench"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each store in turn; the last with fewer connections than writers."""
    chosen: Bench = request.getfixturevalue(request.param)
    return chosen


def at_once(work: Callable[[int], T]) -> list[T]:
    """Do it with every number below sixteen, all starting together."""
    start = Barrier(WRITERS)

    def wait_and_work(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(WRITERS) as threads:
        return list(threads.map(wait_and_work, range(WRITERS)))


def test_different_texts_on_one_schema_get_different_gapless_numbers(bench: Bench) -> None:
    bench.create("first")
    added = at_once(lambda n: bench.add(1, f"text {n}"))
    assert all(registration.outcome is Outcome.ADDED for registration in added)
    assert sorted(registration.number for registration in added) == list(range(2, WRITERS + 2))
    versions = bench.versions(1)
    assert [version.number for version in versions] == list(range(1, WRITERS + 2))
    assert [version.global_id for version in versions] == list(range(1, WRITERS + 2))


def test_every_version_was_checked_against_all_before_it(bench: Bench) -> None:
    bench.create("first")
    checked: dict[int, int] = {}

    def add(n: int) -> Registration:
        def check(history: object) -> None:
            checked[n] = len(history)  # type: ignore[arg-type]  # Versions

        return bench.add(1, f"text {n}", check=check)

    added = at_once(add)
    assert [registration.number - 1 for registration in added] == [checked[n] for n in range(WRITERS)]


def test_the_same_text_on_one_schema_is_added_once(bench: Bench) -> None:
    bench.create("first")
    added = at_once(lambda n: bench.add(1, "second"))
    assert {registration.number for registration in added} == {2}
    assert [registration.outcome for registration in added].count(Outcome.ADDED) == 1


def test_the_same_schema_is_created_once(bench: Bench) -> None:
    created = at_once(lambda n: bench.create("{}", publisher="team"))
    assert {(registration.schema_id, registration.number) for registration in created} == {(1, 1)}
    assert [registration.outcome for registration in created].count(Outcome.ADDED) == 1


def test_different_schemas_of_one_name_get_different_subjects(bench: Bench) -> None:
    created = at_once(lambda n: bench.create(f"text {n}", name="person"))
    schemas = [bench.reader.schema(registration.schema_id) for registration in created]
    subjects = {schema.subject for schema in schemas if schema}
    assert len(subjects) == WRITERS
    assert "person" in subjects


def test_one_content_over_many_schemas_has_one_global_id(bench: Bench) -> None:
    created = at_once(lambda n: bench.create("{}", name=f"name {n}", publisher=f"team {n}"))
    assert len({registration.schema_id for registration in created}) == WRITERS
    assert {bench.versions(registration.schema_id)[0].global_id for registration in created} == {1}


def test_global_ids_have_no_gaps_whoever_makes_them(bench: Bench) -> None:
    bench.create("first", name="line")

    def write(n: int) -> None:
        if n % 2:
            bench.add(1, f"text {n}")
        else:
            bench.create(f"text {n}", name=f"name {n}")
        bench.create("first", name="shared", publisher=f"team {n}")

    at_once(write)
    schemas = [bench.versions(schema_id) for schema_id in range(1, 3 * WRITERS)]
    ids = {version.global_id for versions in schemas for version in versions}
    assert ids == set(range(1, WRITERS + 2))


def test_a_version_is_deleted_once(bench: Bench) -> None:
    bench.create("first")
    bench.add(1, "second")
    done = at_once(lambda n: bench.writer.delete_version(SchemaId(1), VersionNumber(2), CALLER))
    assert done.count(True) == 1


def test_adding_and_deleting_at_once_leaves_no_number_twice(bench: Bench) -> None:
    bench.create("first")

    def write(n: int) -> int:
        number = bench.add(1, f"text {n}").number
        bench.writer.delete_version(SchemaId(1), number, CALLER)
        return number

    assert sorted(at_once(write)) == list(range(2, WRITERS + 2))
    assert [version.number for version in bench.versions(1) if version.active] == [1]


def dangling(bench: Bench) -> list[str]:
    """Return active versions that refer to inactive ones."""
    page = bench.reader.search(Query(deactivated=True, limit=1000))
    versions = {version.address: version for schema in page.schemas for version in schema.versions}
    return [
        f"{address} -> {each.address}"
        for address, version in versions.items()
        if version.active
        for each in version.references
        if not versions[each.address].active
    ]


@pytest.mark.parametrize("deletes_schema", [False, True])
def test_a_version_is_deleted_or_referred_to_but_never_both(bench: Bench, deletes_schema: bool) -> None:
    for turn in range(5):
        line = bench.create(f"line {turn}", name=f"line {turn}").schema_id
        target = bench.create(f"target {turn}", name=f"target {turn}").schema_id

        def write(n: int, line: SchemaId = line, target: SchemaId = target) -> str:
            try:
                if n == 7:
                    deleted = (
                        bench.writer.delete_schema(target, CALLER)
                        if deletes_schema
                        else bench.writer.delete_version(target, VersionNumber(1), CALLER)
                    )
                    return "deleted" if deleted else "nothing"
                if n % 2:
                    return bench.add(line, f"text {line} {n}", references=(reference(target),)).outcome.value
                return bench.create(f"text {line} {n}", name="refers", references=(reference(target),)).outcome.value
            except ReferenceGone:
                return "gone"
            except VersionReferenced:
                return "referenced"

        done = at_once(write)
        assert dangling(bench) == []
        assert done[7] == ("referenced" if "added" in done else "deleted")
        assert set(done[:7] + done[8:]) <= {"added", "gone"}


def test_schemas_that_refer_to_each_others_versions_grow_without_a_deadlock(bench: Bench) -> None:
    for n in range(1, 5):
        bench.create(f"first {n}", name=f"line {n}")

    def write(n: int) -> Registration:
        """To one of four schemas, referring to all others, named in every order."""
        own = n % 4 + 1
        others = [other for other in (3, 1, 4, 2) if other != own]
        return bench.add(own, f"text {n}", references=tuple(reference(o) for o in others[n % 3 :] + others[: n % 3]))

    added = at_once(write)
    assert all(registration.outcome is Outcome.ADDED for registration in added)
    assert [len(bench.versions(n)) for n in range(1, 5)] == [5, 5, 5, 5]


def test_checks_that_look_versions_up_do_not_wait_for_connections_that_waiting_writers_hold(bench: Bench) -> None:
    """More writers than connections on one schema: most wait for its lock with a connection."""
    bench.create("target")
    bench.create("line")
    seen: list[str] = []

    def look(lookup: Lookup) -> None:
        seen.extend(version.text for version in lookup([reference(1).address]))

    added = at_once(lambda n: bench.add(2, f"text {n}", references=(reference(1),), lookup=look))
    assert sorted(registration.number for registration in added) == list(range(2, WRITERS + 2))
    assert len(seen) >= WRITERS
    assert set(seen) == {"target"}


def test_referring_and_deleting_all_over_the_place_leaves_nothing_dangling(bench: Bench) -> None:
    for n in range(1, 4):
        bench.create(f"first {n}", name=f"line {n}")

    def write(n: int) -> None:
        for turn in range(4):
            own, other = (n + turn) % 3 + 1, (n + turn + 1) % 3 + 1
            try:
                latest = bench.reader.latest(SchemaId(other))
                assert latest is not None
                mine = bench.add(own, f"text {n} {turn}", references=(reference(other, latest.number),))
                bench.writer.delete_version(SchemaId(own), mine.number, CALLER)
            except (ReferenceGone, VersionReferenced):
                pass

    at_once(write)
    assert dangling(bench) == []
