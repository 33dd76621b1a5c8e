"""The file with the state of a Postgres server, and the server that it names."""

import os
import signal
import subprocess
import threading
from pathlib import Path

from sluicegate.shared.quickstart.cluster import PostgresServerFailed

_END_SECONDS = 20.0
_POLL_SECONDS = 0.01


def is_ready(cluster: Path, pid: int) -> bool:
    """Whether the server says so, in the file that it keeps for its tools."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def end_stale(cluster: Path) -> None:
    """Stop the server of a killed process; ignore a pid that another program has now.

    Invariant: the caller holds the folder's lock, so the server has no other user.
    """
    pid_file = cluster / "postmaster.pid"
    pid = _first_number(pid_file)
    if pid is None or not _alive(pid):
        return
    if not _serves(pid, cluster):
        pid_file.unlink(missing_ok=True)  # Postgres would wait for that process to go
        return
    os.kill(pid, signal.SIGINT)
    waited = threading.Event()
    for _ in range(round(_END_SECONDS / _POLL_SECONDS)):
        if not _alive(pid) or not _serves(pid, cluster):  # a zombie still has its number
            return
        waited.wait(_POLL_SECONDS)
    raise PostgresServerFailed(f"A server that was left running (process {pid}) does not end: end it by hand")


def _first_number(file: Path) -> int | None:
    try:
        line = file.read_text().partition("\n")[0].strip()
    except OSError:
        return None
    return int(line) if line.isdigit() else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # the process exists and belongs to another user
        return True
    return True


def _serves(pid: int, cluster: Path) -> bool:
    """Whether a process is the server of that data folder: its command line names it."""
    proc = Path(f"/proc/{pid}/cmdline")
    if proc.exists():
        return os.fsencode(cluster) in proc.read_bytes().split(b"\0")
    listed = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, check=False)  # noqa: S603, S607 - where there is no /proc
    return os.fsencode(cluster) in listed.stdout
