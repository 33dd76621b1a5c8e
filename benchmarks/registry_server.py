"""The shipped registry for benchmarks: a durable Postgres, and `sluicegate registry serve`."""

import os
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.ports import HOST, PortChoice
from sluicegate.shared.quickstart.postgres import PostgresServer

PROGRAM = Path(sysconfig.get_path("scripts")) / "sluicegate"


@dataclass(frozen=True, slots=True)
class Server:
    """A registry that answers, and the database behind it."""

    url: str
    pid: int
    database_url: str


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A Postgres of our own."""

    url: str
    pid: int


@contextmanager
def registry() -> Iterator[Server]:
    """A new registry on a new database; both are gone afterwards."""
    with database() as postgres, serving(postgres) as server:
        yield server


@contextmanager
def database() -> Iterator[DatabaseServer]:
    """A new database server, durable; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        Path(folder).chmod(0o711)
        with PostgresServer(Path(folder) / "data") as postgres:
            pid = int((postgres.home / "cluster" / "postmaster.pid").read_text().split()[0])
            yield DatabaseServer(postgres.url, pid)


@contextmanager
def process(
    *command: str, url: str, environment: dict[str, str] | None = None, log: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Yield a server process that answers at `url`. Its output goes to `log`."""
    with (log or Path(os.devnull)).open("ab") as output:
        child = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},  # noqa: TID251 - handed on to the child as it is
            stdout=output,
            stderr=output,
        )
    try:
        _await(url, child)
        yield child
    finally:
        child.terminate()
        child.wait(30)


def free_port() -> int:
    """Return an unused port."""
    return PortChoice(0, "a benchmark", "").claimed()


@contextmanager
def serving(postgres: DatabaseServer, workers: int = 1, config: Path | None = None) -> Iterator[Server]:
    """The registry on a database, with so many workers, and further settings in a file."""
    port = free_port()
    url = f"http://{HOST}:{port}"
    environment = {
        "SLUICEGATE_REGISTRY_DATABASE_URL": postgres.url,
        "SLUICEGATE_REGISTRY_WORKERS": str(workers),
        "SLUICEGATE_REGISTRY_PORT": str(port),
        "SLUICEGATE_REGISTRY_MIGRATE": "true",
        "SLUICEGATE_REGISTRY_LOG_LEVEL": "info",
    }
    command = [sys.executable, str(PROGRAM), "registry", "serve"]
    if config is not None:
        command += ["--config", str(config)]
    with process(*command, url=f"{url}/ready", environment=environment) as child:
        yield Server(url, child.pid, postgres.url)


def _await(url: str, child: "subprocess.Popen[bytes]") -> None:
    clock, never = SystemClock(), threading.Event()
    for _ in range(600):
        if child.poll() is not None:
            sys.exit(f"benchmarks: {child.args!r} ended with code {child.returncode}")
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        clock.wait(0.05, never)
    sys.exit(f"benchmarks: {url} did not answer")
