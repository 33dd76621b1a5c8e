"""Predicates hold under the locks that a change waits for: what was true before the wait is looked at again."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from sluicegate.registry_api.core.commands import AddVersion, RegisterSchema
from sluicegate.registry_api.core.errors import NotPermitted
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Address, Content, Reference
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.service import Registry
from sluicegate.registry_api.core.subject_errors import SubjectNotFound
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, record
from tests.integration.store.lineup import SCHEMA_ROWS, lined_up, outcome

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "b", "c")
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
GLOBAL = ":.__GLOBAL:"
Change = Callable[[Bench], object]


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    """Subjects over a database of the test's own."""
    with Database(database_url) as database:
        yield Bench(PostgresStore(database))


def events(url: str) -> list[str]:
    """The kinds of all events, in the order in which their transactions wrote them."""
    with psycopg.connect(url) as connection:
        return [kind for (kind,) in connection.execute("select kind from sluicegate.event order by id")]


def deleted_subject(bench: Bench) -> None:
    """A subject whose versions are all soft-deleted."""
    bench.add("s", ONE)
    bench.delete("s")


@pytest.mark.parametrize("scope", ["s", "", GLOBAL])
def test_import_mode_keeps_a_version_registered_meanwhile(bench: Bench, database_url: str, scope: str) -> None:
    deleted_subject(bench)
    with lined_up(database_url) as line:
        registered = line.queue(lambda: bench.add("s", TWO))
        importing = line.queue(lambda: bench.set_mode(scope, Mode.IMPORT))
        line.release()
        assert registered.result(60) == (2, 2)
        assert isinstance(outcome(importing), NotPermitted)
    assert bench.numbers("s") == (2,)
    assert bench.lookup("s", TWO).global_id == 2


def test_import_mode_refuses_a_registration_that_waited_for_it(bench: Bench, database_url: str) -> None:
    deleted_subject(bench)
    with lined_up(database_url) as line:
        importing = line.queue(lambda: bench.set_mode("", Mode.IMPORT))
        registered = line.queue(lambda: bench.add("s", TWO))
        line.release()
        assert importing.result(60) is Mode.IMPORT
        assert isinstance(outcome(registered), NotPermitted)
    with pytest.raises(SubjectNotFound):
        bench.numbers("s")


def test_import_mode_is_judged_by_the_mode_that_it_replaces(bench: Bench, database_url: str) -> None:
    """A registry that left IMPORT meanwhile, and got a version, does not enter it again without a check."""
    bench.set_mode("", Mode.IMPORT)
    lock = "select pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0)"
    with lined_up(database_url, lock) as line:
        leaving = line.queue(lambda: bench.set_mode("", Mode.READWRITE))
        registered = line.queue(lambda: bench.add("s", ONE))
        importing = line.queue(lambda: bench.set_mode("", Mode.IMPORT))
        line.release()
        leaving.result(60)
        assert isinstance(outcome(importing), NotPermitted) or isinstance(outcome(registered), NotPermitted)


NATIVE_CHANGES: dict[str, Change] = {
    "delete schema": lambda bench: bench.native.delete_schema(SchemaId(1), CALLER),
    "delete version": lambda bench: bench.native.delete_version(SchemaId(1), VersionNumber(1), CALLER),
    "create with a reference": lambda bench: bench.native.register(
        RegisterSchema(
            "orders",
            SchemaFormat.AVRO,
            ORDER,
            references=(Reference("person", Address(SchemaId(1), VersionNumber(1))),),
        ),
        CALLER,
    ),
    "delete subject": lambda bench: bench.delete("s"),
    "register": lambda bench: bench.add("s", TWO),
}


@pytest.mark.parametrize("name", NATIVE_CHANGES)
def test_no_change_follows_the_read_only_mode(bench: Bench, database_url: str, name: str) -> None:
    bench.add("s", ONE)
    with lined_up(database_url) as line:
        changed = line.queue(lambda: NATIVE_CHANGES[name](bench))
        forbidden = line.queue(lambda: bench.set_mode("", Mode.READONLY))
        line.release()
        forbidden.result(60)
        refused = isinstance(outcome(changed), NotPermitted)
    kinds = events(database_url)[1:]
    assert kinds == ["settings_changed"] if refused else kinds[-1] == "settings_changed"


def test_deletion_follows_an_alias_that_moved_meanwhile(bench: Bench, database_url: str) -> None:
    bench.add("one", ONE)
    bench.add("other", ONE)
    bench.configure("name", alias="one")
    with lined_up(database_url) as line:
        deleted = line.queue(lambda: bench.delete("name"))
        moved = line.queue(lambda: bench.configure("name", alias="other"))
        line.release()
        assert (deleted.result(60), outcome(moved)) == ((1,), moved.result(60))
    left = bench.subjects.catalogue.subjects()
    kinds = events(database_url)
    assert left == (("other",) if kinds.index("version_deactivated") < len(kinds) - 1 else ("one",))


def test_deletion_locks_the_subject_that_took_the_place_of_the_old_one(bench: Bench, database_url: str) -> None:
    """A subject that was removed and registered again while a deletion waited is another row."""
    deleted_subject(bench)
    with lined_up(database_url) as line:
        removed = line.queue(lambda: bench.delete("s", permanent=True))
        again = line.queue(lambda: bench.add("s", TWO))
        deleted = line.queue(lambda: bench.delete("s"))
        line.release()
        assert removed.result(60) == (1,)
        assert again.result(60)[1] == 1
        assert outcome(deleted) == (1,) or isinstance(outcome(deleted), SubjectNotFound)
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select count(*) from sluicegate.schema").fetchone()
        assert row == (1,)


def test_compatibility_configured_meanwhile_is_the_new_subjects(bench: Bench, database_url: str) -> None:
    """Settings of a subject that is being registered go to its schema, whichever commits first."""
    bench.add("people", ONE)
    lock = SCHEMA_ROWS
    with lined_up(database_url, lock) as line:
        created = line.queue(lambda: bench.add("orders", ORDER, references=(("person", "people", 1),)))
        configured = line.queue(lambda: bench.configure("orders", compatibility=CompatibilityMode.FULL))
        line.release()
        created.result(60)
        configured.result(60)
    config = bench.subjects.settings.config(SubjectName.parse("orders"))
    assert config.compatibility is CompatibilityMode.FULL
    bench.configure("orders", compatibility=CompatibilityMode.NONE)
    assert bench.subjects.settings.config(SubjectName.parse("orders")).compatibility is CompatibilityMode.NONE


def test_version_keeps_the_type_by_which_it_was_judged(bench: Bench) -> None:
    """A subject gets a version of another type between the decision about a native version and its write."""
    bench.configure("", compatibility=CompatibilityMode.NONE)
    bench.add("s", '{"type":"string"}', kind=SchemaFormat.JSON)
    attempts: list[int] = []

    class Meddling(EngineExaminer):
        def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
            judged = super().content(schema_format, source, validity)
            if not attempts:
                bench.add("s", ONE)
            attempts.append(1)
            return judged

    text = '{"type":"string","title":"a name in both"}'
    done = Registry(bench.store, Meddling(engine)).update(AddVersion(SchemaId(1), text), CALLER)
    assert (done.number, done.version.format, len(attempts)) == (3, SchemaFormat.AVRO, 2)
    assert bench.numbers("s") == (1, 2, 3)


HELD_SETTINGS = "select pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0)"


@pytest.mark.parametrize("moved", [{"alias": "u"}, {"alias": ":.c:t"}, {"alias": None}])
def test_registration_goes_where_a_moved_alias_points_at_commit(
    bench: Bench, database_url: str, moved: dict[str, str | None]
) -> None:
    bench.configure("s", alias="t")
    bench.add("s", ONE)
    with lined_up(database_url, HELD_SETTINGS) as line:
        moving = line.queue(lambda: bench.configure("s", **moved))
        registered = line.queue(lambda: bench.register("s", TWO))
        line.release()
        moving.result(60)
        target = SubjectName.parse(moved["alias"] or "s")
        assert registered.result(60).version.subject == target
    assert bench.numbers("t") == (1,)
    assert bench.numbers(target.qualified) == (1,)
