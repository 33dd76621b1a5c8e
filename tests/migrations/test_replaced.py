"""A migration that replaces earlier ones, on databases that have all, some or none of them."""

import io
import subprocess
import tarfile
from pathlib import Path

import psycopg
import pytest

from sluicegate.registry_api.store.backup import BackupRefused, backup, restore
from sluicegate.registry_api.store.migrate import migrate
from sluicegate.registry_api.store.migration_files import Migration, MigrationRefused, Phase, known_migrations
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from tests.migrations.catalogue import catalogue

ROOT = Path(__file__).parents[2]
ONE = "create table sluicegate.one (a int); create function sluicegate.f() returns int language sql as 'select 1';"
TWO = "create table sluicegate.two (a int);"
INITIAL = "0001_initial"


def write(folder: Path, **files: str) -> tuple[Migration, ...]:
    """A release with some files. The names have no ending."""
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    return known_migrations(folder)


@pytest.fixture
def before(tmp_path: Path) -> tuple[Migration, ...]:
    """The release before the squash."""
    return write(tmp_path / "before", **{"0001_one": ONE, "0002_post_two": TWO})


@pytest.fixture
def after(tmp_path: Path, before: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """The release with the squash, which leaves the function out, and one more migration."""
    folder = tmp_path / "after"
    write(folder, **{INITIAL: TWO + ONE.partition("create function")[0], "0003_pre_next": "select 1;"})
    names = "".join(f'{each.name} = "{each.checksum}"\n' for each in before)
    (folder / f"{INITIAL}.toml").write_text(f'adopt = "drop function sluicegate.f"\n[replaces]\n{names}')
    return known_migrations(folder)


def recorded(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select name from sluicegate.migration order by name")]


def test_new_database_gets_the_one_file(empty_database_url: str, after: tuple[Migration, ...]) -> None:
    assert migrate(empty_database_url, migrations=after).applied == (INITIAL, "0003_pre_next")
    assert recorded(empty_database_url) == [INITIAL, "0003_pre_next"]


@pytest.mark.parametrize("phase", [Phase.ALL, Phase.PRE, Phase.UPGRADE])
def test_database_with_all_of_them_goes_on(
    empty_database_url: str, before: tuple[Migration, ...], after: tuple[Migration, ...], phase: Phase
) -> None:
    migrate(empty_database_url, migrations=before)
    report = migrate(empty_database_url, phase, migrations=after)
    assert (report.applied, report.unknown) == ((INITIAL, "0003_pre_next"), ())
    assert not any(name.startswith("function") for name in catalogue(empty_database_url))
    again = migrate(empty_database_url, phase, migrations=after)
    assert (again.applied, again.unknown) == ((), ())


def test_release_before_finds_its_own_migrations_still(
    empty_database_url: str, before: tuple[Migration, ...], after: tuple[Migration, ...]
) -> None:
    migrate(empty_database_url, migrations=before)
    migrate(empty_database_url, migrations=after)
    report = migrate(empty_database_url, migrations=before)
    assert (report.applied, report.unknown) == ((), (INITIAL, "0003_pre_next"))


def test_dry_run_names_it_and_changes_nothing(
    empty_database_url: str, before: tuple[Migration, ...], after: tuple[Migration, ...]
) -> None:
    migrate(empty_database_url, migrations=before)
    report = migrate(empty_database_url, migrations=after, dry_run=True)
    assert report.applied == (INITIAL, "0003_pre_next")
    assert recorded(empty_database_url) == ["0001_one", "0002_post_two"]


def test_database_with_a_part_of_them_is_refused(
    empty_database_url: str, before: tuple[Migration, ...], after: tuple[Migration, ...]
) -> None:
    migrate(empty_database_url, migrations=before[:1])
    with pytest.raises(MigrationRefused, match=r"0002_post_two is not applied.* apply it with the release that has it"):
        migrate(empty_database_url, migrations=after)
    assert recorded(empty_database_url) == ["0001_one"]


def test_database_with_another_text_of_one_is_refused(
    empty_database_url: str, before: tuple[Migration, ...], after: tuple[Migration, ...]
) -> None:
    migrate(empty_database_url, migrations=before)
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("update sluicegate.migration set checksum = 'other' where name = '0001_one'")
    with pytest.raises(MigrationRefused, match="0001_one was changed after it was applied"):
        migrate(empty_database_url, migrations=after)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Migration, ...]:
    """The migrations that `0001_initial` replaces, from the commit before it."""
    replacing = f"migrations/{INITIAL}.toml"
    added = git("log", "--diff-filter=A", "--no-renames", "--format=%H", "--", replacing).decode().split()
    if not added:
        pytest.skip("the history does not reach back to the replaced migrations")
    folder = tmp_path_factory.mktemp("history")
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{added[-1]}^", "migrations"))) as archive:
        archive.extractall(folder, filter="data")
    return known_migrations(folder / "migrations")


def git(*arguments: str) -> bytes:
    """The output; empty without a history."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False).stdout


def test_shipped_file_replaces_the_migrations_of_the_history(history: tuple[Migration, ...]) -> None:
    assert known_migrations()[0].replaces == {each.name: each.checksum for each in history}


def test_database_of_the_history_gets_the_same_objects_as_a_new_one(
    history: tuple[Migration, ...], empty_database_url: str, database_url: str
) -> None:
    migrate(empty_database_url, migrations=history)
    migrate(empty_database_url)
    assert catalogue(empty_database_url) == catalogue(database_url)
    with Database(empty_database_url) as database:
        PostgresStore(database).ping()


def test_backup_of_the_history_is_restored(
    history: tuple[Migration, ...], empty_database_url: str, database_url: str, tmp_path: Path
) -> None:
    migrate(empty_database_url, migrations=history)
    file = tmp_path / "backup"
    made = backup(empty_database_url, file)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("drop schema sluicegate cascade")
    assert restore(database_url, file).registry == made.registry
    migrate(database_url)
    assert recorded(database_url) == [each.name for each in known_migrations()]


def test_backup_with_a_part_of_the_history_is_refused(
    history: tuple[Migration, ...], empty_database_url: str, database_url: str, tmp_path: Path
) -> None:
    migrate(empty_database_url, migrations=history[:-1])
    file = tmp_path / "backup"
    backup(empty_database_url, file)
    with pytest.raises(BackupRefused, match=f"{history[-1].name} is not applied"):
        restore(database_url, file)
