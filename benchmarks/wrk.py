"""Load over HTTP by wrk (https://github.com/wg/wrk; Debian: `apt-get install wrk`)."""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Load:
    """Result of one run. Latencies in milliseconds."""

    requests: int
    rate: float
    p50: float
    p99: float
    failed: int


def run(
    url: str,
    *,
    seconds: int,
    connections: int,
    script: Path | None = None,
    arguments: tuple[str, ...] = (),
    header: str | None = None,
) -> Load:
    """Send requests over so many connections from one thread, for so long.

    `header` is one more header of each, as `Name: value`.
    """
    program = shutil.which("wrk")
    if program is None:
        sys.exit("benchmarks: wrk is missing; install it (Debian: apt-get install wrk)")
    command = [program, "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    if script is not None:
        command += ["-s", str(script)]
    if header is not None:
        command += ["-H", header]
    command += [url, *(["--", *arguments] if arguments else [])]
    return _parsed(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _parsed(text: str) -> Load:
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    failed = sum(map(int, socket_errors.groups())) if socket_errors else 0
    return Load(
        requests=int(_found(r"(\d+) requests in", text)[1]),
        rate=float(_found(r"Requests/sec:\s+([\d.]+)", text)[1]),
        p50=_milliseconds(_found(r"50%\s+([\d.]+)(us|ms|s)", text)),
        p99=_milliseconds(_found(r"99%\s+([\d.]+)(us|ms|s)", text)),
        failed=failed + (int(refused[1]) if refused else 0),
    )


def _found(pattern: str, text: str) -> re.Match[str]:
    match = re.search(pattern, text)
    assert match, f"wrk said nothing of {pattern}:\n{text}"
    return match


def _milliseconds(match: re.Match[str]) -> float:
    return float(match[1]) * _UNITS[match[2]]
