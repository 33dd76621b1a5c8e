"""The SQL files of the package `migrations`, whose README holds the rules.

A migration may replace earlier ones (`NNNN_name.toml` beside it names them), so that a new database
needs one file where others had many. A database that has all of the replaced ones counts as one
that has it.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from typing import LiteralString

from sluicegate.shared.errors import SluicegateError

_FILE = re.compile(r"(?P<number>\d{4})_(?P<phase>pre_|post_)?[a-z0-9_]+\.sql")


class MigrationRefused(SluicegateError):
    """The migrations cannot be applied to this database."""


class Phase(StrEnum):
    """When a migration runs: before the new code (`pre`) or after it (`post`).

    Callers may also ask for `upgrade`, the `post` migrations of the release before and the `pre`
    migrations of this one, or for `all`.
    """

    PRE = "pre"
    POST = "post"
    UPGRADE = "upgrade"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file."""

    name: str
    phase: Phase
    sql: LiteralString
    checksum: str
    replaces: Mapping[str, str] = field(default_factory=dict)
    """Name -> checksum of the migrations that this one replaces."""
    adopt: LiteralString = ""
    """The statement for a database that has the replaced ones, instead of `sql`."""


def known_migrations(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """The migrations of this release, in order.

    Raises `MigrationRefused` for a file name out of order or a number used twice.
    """
    folder = folder or resources.files("sluicegate.migrations")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    migrations = tuple(_read(folder, file) for file in files)
    numbers = [migration.name[:4] for migration in migrations]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise MigrationRefused(f"The migration number {twice[0]} is used twice")
    return migrations


def recorded(migrations: Sequence[Migration], applied: Mapping[str, str]) -> Mapping[str, str]:
    """A database's record of migrations (name -> checksum), in the names of this release.

    Where all migrations are there that another one replaces, that one stands for them. Raises
    `MigrationRefused` if only a part of them is there, or a record differs from this release's.
    """
    record = dict(applied)
    for migration in migrations:
        before = migration.replaces.keys() & applied.keys()
        missing = sorted(migration.replaces.keys() - applied.keys())
        if before and missing and migration.name not in applied:
            raise MigrationRefused(
                f"The migration {missing[0]} is not applied, and {migration.name} replaces it only in new databases: "
                "apply it with the release that has it, then use this release"
            )
        if before:
            record.setdefault(migration.name, migration.checksum)
    for name, checksum in _checksums(migrations):
        if record.get(name, checksum) != checksum:
            raise MigrationRefused(
                f"The migration {name} was changed after it was applied to this database: restore the file"
            )
    replaced = {name for migration in migrations for name in migration.replaces}
    return {name: checksum for name, checksum in record.items() if name not in replaced}


def _read(folder: Traversable, file: Traversable) -> Migration:
    match = _FILE.fullmatch(file.name)
    if match is None:
        raise MigrationRefused(f"A migration is called NNNN_[pre_|post_]name.sql, and {file.name!r} is not")
    text = file.read_text(encoding="utf-8")  # with any line ends: a checkout may have changed them
    phase = Phase.POST if match["phase"] == "post_" else Phase.PRE
    name = file.name.removesuffix(".sql")
    squash = folder.joinpath(f"{name}.toml")
    replaced = tomllib.loads(squash.read_text(encoding="utf-8")) if squash.is_file() else {}
    return Migration(
        name,
        phase,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        replaced.get("replaces", {}),
        replaced.get("adopt", ""),
    )


def _checksums(migrations: Sequence[Migration]) -> Iterator[tuple[str, str]]:
    for migration in migrations:
        yield migration.name, migration.checksum
        yield from migration.replaces.items()
