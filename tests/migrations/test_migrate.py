"""The migration runner, on a real database."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.store.migrate import MigrationFailed, migrate
from sluicegate.registry_api.store.migration_files import Migration, MigrationRefused, Phase, known_migrations


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release with three files."""
    (tmp_path / "0001_first.sql").write_text("create table sluicegate.one (a int);")
    (tmp_path / "0002_post_tidy.sql").write_text(
        "create table sluicegate.two (a int); insert into sluicegate.two values (1);"
    )
    (tmp_path / "0003_pre_next.sql").write_text("create table sluicegate.three (a int);")
    return tmp_path


def names(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("select name from sluicegate.migration order by name")]


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'sluicegate'")}


def test_a_fresh_database_gets_every_migration_of_the_release(empty_database_url: str) -> None:
    shipped = tuple(migration.name for migration in known_migrations())
    assert migrate(empty_database_url).applied == shipped
    assert names(empty_database_url) == list(shipped)
    assert {"schema", "version", "content", "event"} <= tables(empty_database_url)


def test_a_second_run_changes_nothing(empty_database_url: str) -> None:
    migrate(empty_database_url)
    report = migrate(empty_database_url)
    assert report.applied == ()
    assert report.unknown == ()


def test_a_dry_run_lists_what_is_pending_and_touches_nothing(empty_database_url: str, release: Path) -> None:
    report = migrate(empty_database_url, dry_run=True, migrations=known_migrations(release))
    assert report.applied == ("0001_first", "0002_post_tidy", "0003_pre_next")
    assert tables(empty_database_url) == set()


def test_a_file_that_changed_after_it_was_applied_is_refused(empty_database_url: str, release: Path) -> None:
    migrate(empty_database_url, migrations=known_migrations(release))
    (release / "0001_first.sql").write_text("create table sluicegate.one (a int, b int);")
    (release / "0004_more.sql").write_text("create table sluicegate.four (a int);")
    with pytest.raises(MigrationRefused, match="0001_first was changed"):
        migrate(empty_database_url, migrations=known_migrations(release))
    assert "four" not in tables(empty_database_url)


def test_line_ends_are_no_change(empty_database_url: str, release: Path) -> None:
    """A checkout on Windows may turn them round."""
    (release / "0001_first.sql").write_bytes(b"create table sluicegate.one (\n    a int\n);\n")
    migrate(empty_database_url, migrations=known_migrations(release))
    (release / "0001_first.sql").write_bytes(b"create table sluicegate.one (\r\n    a int\r\n);\r\n")
    assert migrate(empty_database_url, migrations=known_migrations(release)).applied == ()


def test_the_phases_split_a_release_in_two(empty_database_url: str, release: Path) -> None:
    first = known_migrations(release)[:1]
    migrate(empty_database_url, migrations=first)
    (release / "0003_pre_next.sql").unlink()
    both = known_migrations(release)
    assert migrate(empty_database_url, Phase.PRE, migrations=both).applied == ()
    assert migrate(empty_database_url, Phase.POST, migrations=both).applied == ("0002_post_tidy",)


def test_a_phase_that_would_skip_a_file_is_refused(empty_database_url: str, release: Path) -> None:
    migrate(empty_database_url, migrations=known_migrations(release)[:1])
    with pytest.raises(MigrationRefused, match=r"0002_post_tidy comes before 0003_pre_next .* --phase post"):
        migrate(empty_database_url, Phase.PRE, migrations=known_migrations(release))
    assert names(empty_database_url) == ["0001_first"]


def test_upgrade_finishes_the_release_before_and_prepares_this_one(empty_database_url: str, release: Path) -> None:
    migrate(empty_database_url, migrations=known_migrations(release)[:1])
    (release / "0004_post_last.sql").write_text("create table sluicegate.four (a int);")
    report = migrate(empty_database_url, Phase.UPGRADE, migrations=known_migrations(release))
    assert report.applied == ("0002_post_tidy", "0003_pre_next")


def test_repeated_upgrade_leaves_the_end_of_its_own_release_alone(empty_database_url: str, release: Path) -> None:
    migrate(empty_database_url, migrations=known_migrations(release))
    (release / "0004_post_last.sql").write_text("create table sluicegate.four (a int);")
    assert migrate(empty_database_url, Phase.UPGRADE, migrations=known_migrations(release)).applied == ()


def test_upgrade_refuses_to_skip_a_release(empty_database_url: str, release: Path) -> None:
    migrate(empty_database_url, migrations=known_migrations(release)[:2])
    (release / "0004_post_last.sql").write_text("create table sluicegate.four (a int);")
    (release / "0005_pre_later.sql").write_text("create table sluicegate.five (a int);")
    with pytest.raises(MigrationRefused, match=r"0004_post_last comes before 0005_pre_later .* install the release"):
        migrate(empty_database_url, Phase.UPGRADE, migrations=known_migrations(release))
    assert names(empty_database_url) == ["0001_first", "0002_post_tidy"]


def test_on_a_fresh_database_the_first_phase_applies_all(empty_database_url: str, release: Path) -> None:
    """No older code can be running on it."""
    assert len(migrate(empty_database_url, Phase.PRE, migrations=known_migrations(release)).applied) == 3


def test_a_newer_database_is_tolerated_and_named(empty_database_url: str, release: Path) -> None:
    migrate(empty_database_url, migrations=known_migrations(release))
    report = migrate(empty_database_url, migrations=known_migrations(release)[:1])
    assert report.applied == ()
    assert report.unknown == ("0002_post_tidy", "0003_pre_next")


def test_a_file_that_fails_leaves_nothing_of_itself_and_all_before_it(empty_database_url: str, release: Path) -> None:
    (release / "0002_post_tidy.sql").write_text("create table sluicegate.two (a int); select 1 / 0;")
    with pytest.raises(MigrationFailed, match="0002_post_tidy failed: division by zero"):
        migrate(empty_database_url, migrations=known_migrations(release))
    assert names(empty_database_url) == ["0001_first"]
    assert "two" not in tables(empty_database_url)


def test_a_lock_that_is_held_makes_it_give_up_not_wait(
    empty_database_url: str, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluicegate.registry_api.store.migrate.LOCK_SECONDS", 0.2)
    migrate(empty_database_url, migrations=known_migrations(release))
    (release / "0004_alter.sql").write_text("alter table sluicegate.one add b int;")
    with psycopg.connect(empty_database_url) as reader:
        reader.execute("select * from sluicegate.one")
        with pytest.raises(MigrationFailed, match="0004_alter waited"):
            migrate(empty_database_url, migrations=known_migrations(release))
    assert migrate(empty_database_url, migrations=known_migrations(release)).applied == ("0004_alter",)


def test_runners_at_the_same_moment_apply_each_file_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: migrate(empty_database_url), range(4)))
    applied = [name for report in reports for name in report.applied]
    assert sorted(applied) == [migration.name for migration in known_migrations()]


def test_a_database_that_cannot_hold_every_character_is_refused(postgres_url: str) -> None:
    name = f"narrow_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"create database {name} encoding 'LATIN1' locale 'C' template template0")
        try:
            with pytest.raises(MigrationRefused, match="LATIN1"):
                migrate(urlsplit(postgres_url)._replace(path=f"/{name}").geturl())
        finally:
            connection.execute(f"drop database {name} with (force)")


def test_no_database_is_a_clear_error() -> None:
    with pytest.raises(StoreUnavailable, match="does not answer"):
        migrate("postgresql://nobody@127.0.0.1:1/none")


@pytest.mark.parametrize("name", ["1_short.sql", "0001-dash.sql", "0001_Upper.sql", "notes.sql"])
def test_a_file_name_out_of_order_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("select 1")
    with pytest.raises(MigrationRefused, match="NNNN_"):
        known_migrations(tmp_path)


def test_a_number_used_twice_is_refused(release: Path) -> None:
    (release / "0002_other.sql").write_text("select 1")
    with pytest.raises(MigrationRefused, match="0002 is used twice"):
        known_migrations(release)


def test_every_shipped_function_and_table_is_named_in_full() -> None:
    """The search path of a database is not ours."""
    statements: list[Migration] = list(known_migrations())
    for migration in statements:
        for line in migration.sql.splitlines():
            words = line.split()
            if words[:2] == ["create", "table"] or words[:4] == ["create", "or", "replace", "function"]:
                assert "sluicegate." in line, f"{migration.name}: {line}"
