"""Clients of the registry from npm, installed outside of the tree and kept between runs."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INSTALL_SECONDS = 300.0
RUN_SECONDS = 60.0


class RuntimeMissing(Exception):
    """A client cannot run here; says why."""


@dataclass(frozen=True)
class NodeClient:
    """A package of npm, and the script here that drives it."""

    package: str
    script: str

    def installed(self) -> Path:
        """Return the folder of the package.

        Raises `RuntimeMissing`. Several processes may call it at once.
        """
        for program in ("node", "npm"):
            if shutil.which(program) is None:
                raise RuntimeMissing(f"{program} is not on the PATH")
        with kept(Path(self.script).stem) as folder:
            if not (folder / "complete").exists():
                self._install(folder)
                (folder / "complete").touch()
        return folder / "node_modules" / self.package

    def run(self, url: str, commands: Sequence[dict[str, Any]]) -> list[Any]:
        """Carry out commands one after the other.

        Return one result each: `{"ok": ...}` or `{"error": ...}`.
        """
        done = subprocess.run(
            ["node", str(Path(__file__).parent / self.script), str(self.installed()), url],
            input=json.dumps(list(commands)),
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        found: list[Any] = json.loads(done.stdout)
        return found

    def _install(self, folder: Path) -> None:
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(folder),
            self.package,
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
        except subprocess.TimeoutExpired:
            raise RuntimeMissing(f"npm did not install {self.package} within {INSTALL_SECONDS:.0f} s") from None
        if done.returncode != 0:
            raise RuntimeMissing(f"npm cannot install {self.package}: {done.stderr.strip()[-300:]}")


@contextmanager
def kept(name: str) -> Iterator[Path]:
    """Lock and return a folder of the user's cache."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # noqa: TID251 - where caches belong
    folder = Path(base) / "sluicegate" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
