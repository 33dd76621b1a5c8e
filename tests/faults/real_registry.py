"""The registry itself with a Postgres of its own, both to stop and start at will."""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from sluicegate.registry_api.store.migrate import migrate
from sluicegate.shared.quickstart.ports import free_port
from sluicegate.shared.quickstart.postgres import PostgresServer
from tests.fixtures.programs import Program, Start


class RealRegistry:
    """A registry program over a Postgres server. Start it from the main thread."""

    def __init__(self, program: Start) -> None:
        # `nobody` cannot enter pytest's own folders
        self._home = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._home.chmod(0o711)
        self.postgres = PostgresServer(self._home / "data")
        self._start = program
        self._port = free_port()
        self._program: Program | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def add(self, text: str) -> int:
        body = {"name": "faults", "schema_type": "json", "specification": text}
        answer = httpx.post(f"{self.url}/schemas", json=body | {"validity_mode": "none", "compatibility_mode": "none"})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["identification"])

    def down(self) -> None:
        """SIGKILL."""
        assert self._program is not None
        self._program.kill()

    def up(self) -> None:
        assert self._program is not None
        self._program.start().ready()

    def __enter__(self) -> Self:
        self.postgres.start()
        migrate(self.postgres.url)
        environment = {
            "SLUICEGATE_REGISTRY_DATABASE_URL": self.postgres.url,
            "SLUICEGATE_REGISTRY_PORT": str(self._port),
        }
        self._program = self._start("registry", "serve", ready_url=f"{self.url}/ready", environment=environment)
        self.up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._program is not None:
            self._program.stop()
        self.postgres.stop()
        shutil.rmtree(self._home, ignore_errors=True)
