"""Backup of a whole registry in one file, and its restore into an empty database.

The file is a zip archive: one member with Postgres' text form of COPY for each table, and
`manifest.json` with the migrations, the row counts and a digest of each table. Both sides read the
tables from the catalogue, so a table that a later migration adds is in the next backup. Why not
pg_dump: docs/decisions/0175-own-backup.md.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from pydantic import BaseModel, ConfigDict, ValidationError

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.store.address import require_address
from sluicegate.registry_api.store.migrate import migrate
from sluicegate.registry_api.store.migration_files import Migration, MigrationRefused, known_migrations, recorded
from sluicegate.shared.errors import SluicegateError

FORM: Final = 1
"""The version of the file's form."""
CHUNK_BYTES: Final = 1 << 20
MANIFEST: Final = "manifest.json"
_RECORD_OF_MIGRATIONS: Final = "migration"

# Text forms must not depend on the server's or the user's settings: digests are computed from them.
_SETTINGS: LiteralString = """
    set datestyle to 'ISO, YMD'; set timezone to 'UTC'; set intervalstyle to 'iso_8601'; set bytea_output to 'hex';
    set extra_float_digits to 1; set statement_timeout to 0; set lock_timeout to '5s'
"""
_TABLES: LiteralString = """
    select relation.relname,
           array_agg(attribute.attname::text order by attribute.attnum) filter (where attribute.attgenerated = '')
    from pg_class as relation
    join pg_attribute as attribute on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
    where relation.relnamespace = 'sluicegate'::regnamespace
      and relation.relkind in ('r', 'p') and not relation.relispartition
    group by relation.relname
    order by relation.relname
"""
_REFERENCES: LiteralString = """
    select holder.relname, target.relname
    from pg_constraint
    join pg_class as holder on holder.oid = conrelid
    join pg_class as target on target.oid = confrelid
    where contype = 'f' and conparentid = 0 and connamespace = 'sluicegate'::regnamespace and conrelid <> confrelid
"""
_SEQUENCES: LiteralString = """
    select sequencename, coalesce(last_value, start_value), last_value is not null
    from pg_sequences where schemaname = 'sluicegate' order by sequencename
"""
_SET_SEQUENCE: LiteralString = "select setval(format('sluicegate.%%I', %s::text)::regclass, %s, %s)"
_MIGRATIONS: LiteralString = "select name, checksum from sluicegate.migration order by name"
_REGISTRY: LiteralString = "select id::text from sluicegate.registry"
_SCHEMA_EXISTS: LiteralString = "select to_regclass('sluicegate.migration') is not null"
# A sum does not depend on the order of the rows. 60 bits of each row's MD5 fit into a bigint.
_DIGEST: LiteralString = """
    select count(*), coalesce(sum(('x' || substr(md5(row({columns})::text), 1, 15))::bit(60)::bigint), 0)::text from {table}
"""


class BackupRefused(SluicegateError):
    """The backup cannot be made or restored. Nothing was changed."""


class TableRecord(BaseModel):
    """One table of a backup.

    `digest`: a sum over the MD5 of all rows, which does not depend on their order.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    columns: tuple[str, ...]
    rows: int
    digest: str


class SequenceRecord(BaseModel):
    """The state of a sequence. `called`: whether `value` was given out already."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: int
    called: bool


class Manifest(BaseModel):
    """The contents of a backup. `migrations`: name -> checksum, of all that the database had."""

    model_config = ConfigDict(frozen=True)

    form: int
    made_at: datetime
    registry: str
    server_version: int
    migrations: dict[str, str]
    tables: tuple[TableRecord, ...]
    sequences: tuple[SequenceRecord, ...]

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(table.rows for table in self.tables)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of the database, with the columns that a COPY may fill."""

    name: str
    columns: tuple[str, ...]

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier("sluicegate", self.name)

    @property
    def column_list(self) -> sql.Composed:
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))

    @property
    def member(self) -> str:
        """The name of its data in the archive."""
        return f"tables/{self.name}.copy"


def backup(url: str, file: Path) -> Manifest:
    """Write all tables of a registry into a file, as of one moment, while the registry runs.

    The file appears under its name when it is complete. Raises `BackupRefused` for a file that
    exists or a database without a registry, `SettingsInvalid` for a malformed address,
    `StoreUnavailable` when the database does not answer.
    """
    if file.exists():
        raise BackupRefused(f"{file} exists: give another name, or remove it")
    partial = file.with_name(file.name + ".partial")
    try:
        with _connected(url) as connection, zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            connection.execute("begin isolation level repeatable read read only")
            manifest = _written(connection, archive)
        partial.rename(file)
    except OSError as error:
        raise BackupRefused(f"{file} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def restore(url: str, file: Path) -> Manifest:
    """Fill an empty database from a backup, verify every table, and apply newer migrations.

    The manifest has the counts for the verification. All rows are written in one transaction.
    Raises `BackupRefused` for a database with schemas, a damaged file, or one of a newer release;
    `SettingsInvalid` and `StoreUnavailable` as `backup`.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            migrations = _migrations(manifest)
            with _connected(url) as connection:
                _require_empty(connection, {migration.name for migration in migrations})
            migrate(url, migrations=migrations)
            with _connected(url) as connection, connection.transaction():
                _load(connection, archive, manifest)
    except FileNotFoundError:
        raise BackupRefused(f"{file} does not exist") from None
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise BackupRefused(f"{file} is damaged or no backup: {error}") from error
    except OSError as error:
        raise BackupRefused(f"{file} cannot be read: {error.strerror or error}") from error
    migrate(url)
    return manifest


def _written(connection: psycopg.Connection, archive: zipfile.ZipFile) -> Manifest:
    row = connection.execute(_SCHEMA_EXISTS).fetchone()
    if row != (True,):
        raise BackupRefused("The database has no registry: look at database_url")
    identity = connection.execute(_REGISTRY).fetchone()
    records = []
    for table in _tables(connection):
        statement = sql.SQL("copy (select {} from {}) to stdout").format(table.column_list, table.identifier)
        with (
            archive.open(table.member, "w", force_zip64=True) as target,
            connection.cursor() as cursor,
            cursor.copy(statement) as rows,
        ):
            for block in rows:
                target.write(block)
        records.append(_record(connection, table))
    manifest = Manifest(
        form=FORM,
        made_at=datetime.now(UTC),
        registry=identity[0] if identity else "",
        server_version=connection.info.server_version,
        migrations=dict(connection.execute(_MIGRATIONS).fetchall()),
        tables=tuple(records),
        sequences=_sequences(connection),
    )
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except ValidationError as error:
        raise BackupRefused(f"{file} is no backup of a registry: its manifest cannot be read") from error
    if manifest.form != FORM:
        raise BackupRefused(f"{file} has the form {manifest.form}, and this release reads {FORM}: use a newer release")
    return manifest


def _migrations(manifest: Manifest) -> Sequence[Migration]:
    """The migrations that the backup's database had.

    Raises `BackupRefused` where this release does not have them.
    """
    known = {migration.name: migration for migration in known_migrations()}
    try:
        record = recorded(tuple(known.values()), manifest.migrations)
    except MigrationRefused as error:
        raise BackupRefused(f"The backup does not fit to this release: {error}") from error
    if unknown := sorted(record.keys() - known.keys()):
        raise BackupRefused(
            f"The backup has the migration {unknown[0]}, which this release does not know: use the release that made it"
        )
    return tuple(known[name] for name in sorted(record))


def _require_empty(connection: psycopg.Connection, expected: set[str]) -> None:
    if connection.execute(_SCHEMA_EXISTS).fetchone() != (True,):
        return
    newer = sorted(recorded(known_migrations(), dict(connection.execute(_MIGRATIONS).fetchall())).keys() - expected)
    if newer:
        raise BackupRefused(
            f"The database has the migration {newer[0]}, and the backup does not: restore into a new database"
        )
    for table in ("schema", "content"):
        identifier = sql.Identifier("sluicegate", table)
        if connection.execute(sql.SQL("select exists (select from {})").format(identifier)).fetchone() == (True,):
            raise BackupRefused("The database holds schemas: restore into a new database")


def _load(connection: psycopg.Connection, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    records = {record.name: record for record in manifest.tables}
    tables = [_Table(each.name, records[each.name].columns) for each in _in_order(connection, _tables(connection))]
    for table in reversed(tables):  # a migration puts rows of its own into some
        connection.execute(sql.SQL("delete from {}").format(table.identifier))
    for table in tables:
        _fill(connection, archive, table)
        found = _record(connection, table)
        if found != records[table.name]:
            raise BackupRefused(
                f"The table {table.name} has {found.rows} rows after the restore, and the backup says "
                f"{records[table.name].rows} with another digest: the file is damaged"
            )
    for sequence in manifest.sequences:
        connection.execute(_SET_SEQUENCE, (sequence.name, sequence.value, sequence.called))
    connection.execute("analyze")


def _fill(connection: psycopg.Connection, archive: zipfile.ZipFile, table: _Table) -> None:
    statement = sql.SQL("copy {} ({}) from stdin").format(table.identifier, table.column_list)
    try:
        with archive.open(table.member) as source, connection.cursor() as cursor, cursor.copy(statement) as rows:
            while block := source.read(CHUNK_BYTES):
                rows.write(block)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise BackupRefused(f"The table {table.name} cannot be restored: {_line(error)}") from error


def _tables(connection: psycopg.Connection) -> tuple[_Table, ...]:
    rows = connection.execute(_TABLES).fetchall()
    return tuple(_Table(name, tuple(columns)) for name, columns in rows if name != _RECORD_OF_MIGRATIONS)


def _in_order(connection: psycopg.Connection, tables: Sequence[_Table]) -> Iterator[_Table]:
    """Tables, each after those that it refers to."""
    by_name = {table.name: table for table in tables}
    graph = {name: set[str]() for name in by_name}
    for holder, target in connection.execute(_REFERENCES):
        graph[holder].add(target)
    return (by_name[name] for name in TopologicalSorter(graph).static_order())


def _record(connection: psycopg.Connection, table: _Table) -> TableRecord:
    question = sql.SQL(_DIGEST).format(columns=table.column_list, table=table.identifier)
    row = connection.execute(question).fetchone()
    rows, digest = row or (0, "0")
    return TableRecord(name=table.name, columns=table.columns, rows=rows, digest=digest)


def _sequences(connection: psycopg.Connection) -> tuple[SequenceRecord, ...]:
    return tuple(
        SequenceRecord(name=name, value=value, called=called) for name, value, called in connection.execute(_SEQUENCES)
    )


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection]:
    require_address(url)
    try:
        with psycopg.connect(
            url, autocommit=True, connect_timeout=10, application_name="sluicegate backup"
        ) as connection:
            connection.execute(_SETTINGS)
            yield connection
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"The database does not answer: {_line(error)}") from error


def _line(error: psycopg.Error) -> str:
    """A database's complaint, in one line."""
    return (error.diag.message_primary or " ".join(str(error).split())).strip()
