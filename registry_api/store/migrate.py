"""Applies the SQL files of the package `migrations`, whose README holds the rules.

One transaction a file, under an advisory lock, so that any number of runners may start at once;
names and checksums are recorded in `sluicegate.migration`, and a file that changed after it was
applied is refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import LiteralString

import psycopg

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.store.address import require_address
from sluicegate.registry_api.store.migration_files import (
    Migration,
    MigrationRefused,
    Phase,
    known_migrations,
    recorded,
)
from sluicegate.shared.errors import SluicegateError

LOCK_SECONDS = 5
STATEMENT_SECONDS = 600
TURN_SECONDS = 120

_ENCODING: LiteralString = "show server_encoding"
_LOCK: LiteralString = "select pg_advisory_lock(hashtextextended('sluicegate.migration', 0))"
_TIMEOUTS: LiteralString = "select set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)"
_SCHEMA_EXISTS: LiteralString = "select to_regnamespace('sluicegate') is not null"
_TABLE_EXISTS: LiteralString = "select to_regclass('sluicegate.migration') is not null"
_CREATE_SCHEMA: LiteralString = "create schema sluicegate"
_CREATE_TABLE: LiteralString = """
    create table sluicegate.migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())
"""
_APPLIED: LiteralString = "select name, checksum from sluicegate.migration order by name"
_RECORD: LiteralString = "insert into sluicegate.migration (name, checksum) values (%s, %s)"


class MigrationFailed(SluicegateError):
    """A migration failed. Nothing of it was applied."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """Applied migrations (or, in a dry run, missing ones), and unknown ones of a newer release."""

    applied: tuple[str, ...]
    unknown: tuple[str, ...]


def migrate(
    url: str, phase: Phase = Phase.ALL, *, dry_run: bool = False, migrations: Sequence[Migration] | None = None
) -> MigrationReport:
    """Migrate a database, or, in a dry run, list the missing migrations.

    The address must be the server's own, not a pooler's. Raises `SettingsInvalid` for a malformed
    address, `StoreUnavailable` if the database does not answer, `MigrationRefused` if it does not
    fit to this release's files, `MigrationFailed` if a file fails: earlier files stay applied.
    """
    migrations = known_migrations() if migrations is None else migrations
    require_address(url)
    try:
        with psycopg.connect(
            url, autocommit=True, connect_timeout=10, application_name="sluicegate migrate"
        ) as connection:
            _require_unicode(connection)
            if not dry_run:
                _take_turn(connection)
            applied = _applied(connection)
            record = recorded(migrations, applied)
            adopted = [each for each in migrations if each.name in record.keys() - applied.keys()]
            pending = _pending(migrations, record, phase)
            if not dry_run:
                _adopt(connection, adopted)
                _apply(connection, pending)
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"The database does not answer: {_line(error)}") from error
    unknown = sorted(record.keys() - {migration.name for migration in migrations})
    return MigrationReport(tuple(each.name for each in (*adopted, *pending)), tuple(unknown))


def _require_unicode(connection: psycopg.Connection) -> None:
    row = connection.execute(_ENCODING).fetchone()
    if row != ("UTF8",):
        found = row[0] if row else "unknown"
        raise MigrationRefused(
            f"The database's encoding is {found}, and schemas may hold any character: create it with ENCODING 'UTF8'"
        )


def _take_turn(connection: psycopg.Connection) -> None:
    """Wait for other runners; the lock is given back when the connection ends."""
    connection.execute(_TIMEOUTS, (f"{TURN_SECONDS}s", "0"))
    try:
        connection.execute(_LOCK)
    except psycopg.errors.LockNotAvailable as error:
        raise MigrationRefused(
            f"Another migration has been running for {TURN_SECONDS} s: look after that one"
        ) from error
    connection.execute(_TIMEOUTS, (f"{LOCK_SECONDS}s", f"{STATEMENT_SECONDS}s"))


def _applied(connection: psycopg.Connection) -> Mapping[str, str]:
    """Name -> checksum."""
    if not _asked(connection, _TABLE_EXISTS):
        return {}
    return {str(name): str(checksum) for name, checksum in connection.execute(_APPLIED)}


def _pending(migrations: Sequence[Migration], applied: Mapping[str, str], phase: Phase) -> tuple[Migration, ...]:
    """Return the missing migrations of a phase.

    A fresh database has no running program, so the phase `pre` means all.
    """
    missing = [migration for migration in migrations if migration.name not in applied]
    wanted = _wanted(missing, phase) if applied else missing
    for first, chosen in zip(missing, wanted, strict=False):
        if first is not chosen:
            remedy = "install the release between" if phase is Phase.UPGRADE else f"run --phase {first.phase.value}"
            raise MigrationRefused(
                f"The migration {first.name} comes before {chosen.name} and is not applied: {remedy} first, "
                "or run --phase all while no registry runs"
            )
    return tuple(wanted)


def _wanted(missing: Sequence[Migration], phase: Phase) -> Sequence[Migration]:
    """The missing migrations of a phase.

    The first missing ones, while they are `post` and a `pre` follows, belong to a release before:
    its `pre` migrations are applied already. Without a `pre` behind them they may belong to this
    release, whose roll-out is perhaps being repeated: they wait for the next one.
    """
    if phase is Phase.ALL:
        return missing
    if phase is not Phase.UPGRADE:
        return [migration for migration in missing if migration.phase is phase]
    finished = list(takewhile(lambda migration: migration.phase is Phase.POST, missing))
    prepared = [migration for migration in missing if migration.phase is Phase.PRE]
    return finished + prepared if prepared else []


def _apply(connection: psycopg.Connection, pending: Sequence[Migration]) -> None:
    try:
        with connection.transaction():
            if not _asked(
                connection, _SCHEMA_EXISTS
            ):  # asked first: `if not exists` needs the privilege even when it does
                connection.execute(_CREATE_SCHEMA)
            if not _asked(connection, _TABLE_EXISTS):
                connection.execute(_CREATE_TABLE)
    except psycopg.errors.InsufficientPrivilege as error:
        raise MigrationRefused(f"The database's user may not set up the schema sluicegate: {_line(error)}") from error
    for migration in pending:
        _run(connection, migration, migration.sql)


def _adopt(connection: psycopg.Connection, adopted: Sequence[Migration]) -> None:
    """Record migrations whose replaced ones are there.

    The replaced ones stay in the record: registries of the release before look for them.
    """
    for migration in adopted:
        _run(connection, migration, migration.adopt)


def _run(connection: psycopg.Connection, migration: Migration, statements: LiteralString) -> None:
    try:
        with connection.transaction():
            connection.execute(statements)
            connection.execute(_RECORD, (migration.name, migration.checksum))
    except psycopg.errors.LockNotAvailable as error:
        reason = f"waited {LOCK_SECONDS} s for a lock on a table in use"
        raise MigrationFailed(f"The migration {migration.name} {reason}: run it again") from error
    except psycopg.errors.QueryCanceled as error:
        raise MigrationFailed(
            f"The migration {migration.name} took longer than {STATEMENT_SECONDS} s: run it again"
        ) from error
    except (psycopg.ProgrammingError, psycopg.DataError, psycopg.IntegrityError, psycopg.InternalError) as error:
        raise MigrationFailed(f"The migration {migration.name} failed: {_line(error)}") from error


def _asked(connection: psycopg.Connection, question: LiteralString) -> bool:
    row = connection.execute(question).fetchone()
    return row is not None and bool(row[0])


def _line(error: psycopg.Error) -> str:
    """A database's complaint, in one line."""
    return (error.diag.message_primary or " ".join(str(error).split())).strip()
