"""`sluicegate validator run` as a process, and how quickly it settles messages, by its own metrics."""

import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks import machine
from benchmarks.registry_server import PROGRAM, free_port, process
from benchmarks.turns import Run
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.ports import HOST

_SETTLED = re.compile(rb"^sluicegate_validator_messages_settled_total (\S+)$", re.MULTILINE)
_STALLED_SECONDS = 60.0
_LAST_LINES = 20
_LOG = "validator.log"


class _Stalled(Exception):
    """The worker does nothing; says since when."""


def measured(settings: str, count: int, sample_seconds: float) -> Run:
    """Run a worker until it has acknowledged `count` messages.

    The measurement begins with the first sample that has some, so the start does not count. A
    sample of the metrics costs the worker two milliseconds. Ends the program, and shows its output,
    if it does not answer or has acknowledged nothing for a minute.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            _running(settings, folder) as (child, health),
            httpx.Client(base_url=health, timeout=_STALLED_SECONDS) as client,
        ):
            looks = _looks(client, child.pid, sample_seconds)
            try:
                first = next(look for look in looks if look[0])
                last = next(look for look in looks if look[0] >= count)
            except (httpx.TransportError, _Stalled) as trouble:
                lines = (folder / _LOG).read_text().splitlines()[-_LAST_LINES:]
                sys.exit("\n".join([*lines, f"benchmarks: the worker has failed: {trouble}"]))
    messages, seconds, cpu = (end - start for end, start in zip(last, first, strict=True))
    return Run(messages / seconds, cpu / messages * 1e6)


def _looks(client: httpx.Client, pid: int, every: float) -> Iterator[tuple[float, float, float]]:
    """Messages settled, and seconds by the clock and of the processor."""
    clock, never = SystemClock(), threading.Event()
    before, moved = 0.0, clock.monotonic()
    while True:
        found = _SETTLED.search(client.get("/metrics").content)
        settled, now = float(found[1]) if found else 0.0, clock.monotonic()
        yield settled, now, machine.cpu_seconds(pid)
        if settled > before:
            before, moved = settled, now
        elif now - moved > _STALLED_SECONDS:
            sys.exit(
                f"benchmarks: the worker has settled {settled:,.0f} messages, and none for {_STALLED_SECONDS:.0f} s"
            )
        clock.wait(every, never)


@contextmanager
def _running(settings: str, folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    port = free_port()
    health = f"http://{HOST}:{port}"
    file = folder / "validator.toml"
    file.write_text(f"{settings}\n[health]\nport = {port}\n")
    command = (sys.executable, str(PROGRAM), "validator", "run", "-f", str(file))
    with process(*command, url=f"{health}/health", log=folder / _LOG) as child:
        yield child, health
