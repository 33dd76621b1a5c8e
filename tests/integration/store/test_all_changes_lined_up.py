"""Every function of the database that changes rows, lined up by locks with every other change.

The functions are found in the catalogue of Postgres, which also counts their calls: a new function
that no change of this test calls makes it fail.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import AuditEntry, NewKey
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.model import VersionState
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.store.access import PostgresAccess
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import CompatibilityMode, SchemaId, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, record
from tests.fixtures.programs import until
from tests.fixtures.registry_stress import BROKEN
from tests.integration.store.lineup import lined_up, outcome
from tests.migrations.catalogue import waiting

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "c")
ORDER = '{"type":"record","name":"Order","fields":[{"name":"by","type":"person"}]}'
WRITERS: LiteralString = """
    select p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'sluicegate' and p.prosrc ~* '\\m(insert into|update sluicegate|delete from|create table|drop table)'
"""
CALLED: LiteralString = "select funcname from pg_stat_user_functions where schemaname = 'sluicegate' and calls > 0"
HELD: LiteralString = """
    select (select count(*) from (select id from sluicegate.schema order by id for update) s),
        (select count(*) from (select id from sluicegate.api_key order by id for update) k),
        (select count(*) from (select id from sluicegate.access_grant order by id for update) g),
        pg_advisory_xact_lock_shared(hashtext('sluicegate.setting'), 0)
"""
OF_KEYS = "an audit row without its change"
"""Changes of keys and grants are audited without an event."""

DELETES = ("delete", "import mode", "removed", "deactivate", "state")


class Ground:
    """A registry and its keys, where each pair of changes meets on a subject of its own."""

    def __init__(self, database: Database) -> None:
        self.bench = Bench(PostgresStore(database))
        self.access = PostgresAccess(database)
        self.keys = (f"k{number}" for number in count())
        self.grants: dict[str, int] = {}

    def prepare(self, subject: str) -> None:
        """One subject with an active and a deleted version, one that is referred to, and a key with a right."""
        self.bench.configure(subject, compatibility=CompatibilityMode.NONE)
        self.bench.add(subject, ONE)
        self.bench.add(subject, THREE)
        self.bench.delete_version(subject, 1)
        self.bench.add(f"{subject}-gone", ONE)
        self.bench.delete(f"{subject}-gone")
        self.access.create_key(self.key(subject), CALLER)
        self.grants[subject] = self.access.add_grant(f"key:{subject}", Grant(Role.READER, CLUSTER), CALLER).id

    def key(self, key_id: str | None = None) -> NewKey:
        """A key that is not there yet."""
        return NewKey(key_id or next(self.keys), b"digest", "sha256", "name", "owner", None)

    def schema_id(self, subject: str) -> SchemaId:
        """The native id of a subject."""
        return self.bench.store.state(SubjectName.parse(subject)).schema_id or SchemaId(0)


Change = Callable[[Ground, str], object]

CHANGES: dict[str, Change] = {
    "register": lambda on, name: on.bench.add(name, TWO),
    "register new": lambda on, name: on.bench.add(f"{name}-new", TWO),
    "register with a reference": lambda on, name: on.bench.add(
        f"{name}-order", ORDER, references=(("person", name, 2),)
    ),
    "native register": lambda on, name: on.bench.native_register(f"{name}-new", record(f"native_{name}")),
    "import mode": lambda on, name: on.bench.set_mode(f"{name}-gone", Mode.IMPORT),
    "read-only mode": lambda on, name: on.bench.set_mode(name, Mode.READONLY),
    "configure": lambda on, name: on.bench.configure(name, compatibility=CompatibilityMode.FULL),
    "alias": lambda on, name: on.bench.configure(f"{name}-new", alias=name),
    "clear modes": lambda on, name: on.bench.store.clear_modes(SubjectName.parse(f":.{name}:"), CALLER),
    "delete context": lambda on, name: on.bench.store.delete_context(f".{name}", CALLER),
    "state": lambda on, name: on.bench.store.put_state(
        SubjectName.parse(name), lambda *_: [VersionNumber(2)], VersionState.DEPRECATED, CALLER
    ),
    "delete version": lambda on, name: on.bench.delete_version(name, 2),
    "delete version for good": lambda on, name: on.bench.delete_version(name, 1, permanent=True),
    "delete subject": lambda on, name: on.bench.delete(name),
    "delete subject for good": lambda on, name: on.bench.delete(f"{name}-gone", permanent=True),
    "deactivate schema": lambda on, name: on.bench.native.delete_schema(SchemaId(_native(on, name)), CALLER),
    "deactivate version": lambda on, name: on.bench.native.delete_version(
        SchemaId(_native(on, name)), VersionNumber(2), CALLER
    ),
    "register again": lambda on, name: on.bench.add(f"{name}-gone", TWO),
    "create key": lambda on, _: on.access.create_key(on.key(), CALLER),
    "rotate key": lambda on, name: on.access.rotate_key(name, on.key(), _later(), CALLER),
    "revoke key": lambda on, name: on.access.revoke_key(name, CALLER),
    "add grant": lambda on, name: on.access.add_grant(f"key:{name}", Grant(Role.WRITER, CLUSTER), CALLER),
    "remove grant": lambda on, name: on.access.remove_grant(on.grants[name], CALLER),
    "note use": lambda on, name: on.access.note_use([name], datetime.now(UTC)),
    "note a refusal": lambda on, name: on.access.note([AuditEntry(datetime.now(UTC), 0, name, "request-1", "denied")]),
    "prepare the audit": lambda on, _: on.access.prepare_audit(timedelta(days=400)),
}
"""The changes of the program, each on the subject or key of its name."""


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def _native(on: Ground, name: str) -> int:
    version = on.bench.store.subject_version(SubjectName.parse(name), VersionNumber(2))
    return 0 if version is None else version.address.schema_id


@pytest.fixture
def ground(database_url: str) -> Iterator[Ground]:
    """A database of the test's own."""
    with Database(database_url) as database:
        yield Ground(database)


def test_every_function_that_changes_rows_is_called_by_a_change(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        (name,) = connection.execute("select current_database()").fetchone() or ("",)
        connection.execute(sql.SQL("alter database {} set track_functions = 'all'").format(sql.Identifier(name)))
    with Database(database_url) as database:
        on = Ground(database)
        for number, change in enumerate(CHANGES.values()):
            on.prepare(f"s{number}")
            change(on, f"s{number}")
    with psycopg.connect(database_url, autocommit=True) as connection:

        def missing() -> set[str]:
            writers, called = ({row[0] for row in connection.execute(each)} for each in (WRITERS, CALLED))
            assert writers
            return writers - called - waiting()

        until(
            lambda: not missing(),
            "each function that changes rows was called by a change of this test",
            explain=lambda: str(missing()),
        )


@pytest.mark.faults
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", CHANGES)
def test_change_is_lined_up_with_every_other_one(ground: Ground, database_url: str, name: str) -> None:
    """The one waits first, the other one behind it; nothing that was acknowledged is lost, and nothing is broken."""
    for number, (rival, other) in enumerate(CHANGES.items()):
        subject = f"s{number}"
        ground.prepare(subject)
        with lined_up(database_url, HELD) as line:
            first = line.queue(partial(CHANGES[name], ground, subject))
            second = line.queue(partial(other, ground, subject))
            line.release()
            done = {name: outcome(first), f"{rival} (second)": outcome(second)}
        faults = {each: result for each, result in done.items() if isinstance(result, psycopg.Error | TypeError)}
        assert not faults
        _require_acknowledged(ground, subject, done)
    with psycopg.connect(database_url) as connection:
        found = {title: connection.execute(query).fetchall() for title, query in BROKEN.items() if title != OF_KEYS}
    assert {title: rows[:3] for title, rows in found.items() if rows} == {}


def _require_acknowledged(ground: Ground, subject: str, done: dict[str, object]) -> None:
    """A registration that was answered is there, unless a deletion was answered, too."""
    for change, place in (
        ("register again", f"{subject}-gone"),
        ("register new", f"{subject}-new"),
        ("register", subject),
    ):
        answers = [result for each, result in done.items() if each.removesuffix(" (second)") == change]
        removed = any(each.startswith(DELETES) and not isinstance(result, Exception) for each, result in done.items())
        for answer in answers:
            if isinstance(answer, tuple) and not (removed and change == "register"):
                assert ground.bench.store.version_with(SubjectName.parse(place), answer[0]) is not None or removed, done
