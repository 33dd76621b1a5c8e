"""kafkajs' client of the registry, from npm, kept between runs outside of the tree."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGE = "@kafkajs/confluent-schema-registry"
INSTALL_SECONDS = 60.0
RUN_SECONDS = 60.0
SCRIPT = Path(__file__).parent / "kafkajs.cjs"


class NodeMissing(Exception):
    """The client cannot be had; says why."""


def installed() -> Path:
    """The folder that the client is installed in. Raises `NodeMissing`. Several processes may call it at once."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NodeMissing(f"{program} is not on the PATH")
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")  # noqa: TID251 - where caches belong
    folder = Path(base) / "sluicegate" / "kafkajs"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
            (folder / "complete").touch()
    return folder


def _install(folder: Path) -> None:
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), PACKAGE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise NodeMissing(f"npm did not install {PACKAGE} within {INSTALL_SECONDS:.0f} s") from None
    if done.returncode != 0:
        raise NodeMissing(f"npm cannot install {PACKAGE}: {done.stderr.strip()[-300:]}")


def run(folder: Path, url: str, commands: Sequence[dict[str, Any]]) -> list[Any]:
    """Have the client do some things one after the other; what came of each: `{"ok": ...}` or `{"error": ...}`."""
    done = subprocess.run(
        ["node", str(SCRIPT), str(folder / "node_modules" / PACKAGE), url],
        input=json.dumps(list(commands)),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[Any] = json.loads(done.stdout)
    return found
