"""The list of all subjects: time, processor time, and memory of the server before and after."""

import http.client
import json
import statistics
import threading
import time
from typing import Final
from urllib.parse import urlsplit

from benchmarks.registry_rows import Processes, Row, costs, written
from benchmarks.registry_server import Server
from benchmarks.soak.memory import Memory
from sluicegate.shared.clock import SystemClock

_REPEATED: Final = 10
_REST_SECONDS: Final = 10.0


def subjects(server: Server, processes: Processes, at: int) -> list[Row]:
    """`GET /subjects`, one after the other; the first ones do not count."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    memory = Memory(server.pid)
    before = memory.sample(0.0)
    _asked(connection)
    used, times, length = processes.used(), list[float](), 0
    for _ in range(_REPEATED):
        spent, length = _asked(connection)
        times.append(spent)
    after = {who: each - used[who] for who, each in processes.used().items()}
    busy = memory.sample(1.0)
    SystemClock().wait(_REST_SECONDS, threading.Event())
    rest = memory.sample(2.0)
    connection.close()
    return [
        Row(
            f"GET /subjects at {at:,}",
            p50=statistics.median(times),
            p99=max(times),
            cost=written(costs(after, _REPEATED)),
            note=f"{length:,} found; p99: the slowest. Memory of all server processes: {before:.0f} MB before, "
            f"{busy:.0f} MB right after, {rest:.0f} MB {_REST_SECONDS:.0f} s later",
        )
    ]


def _asked(connection: http.client.HTTPConnection) -> tuple[float, int]:
    started = time.perf_counter()
    connection.request("GET", "/subjects")
    answer = connection.getresponse()
    body = answer.read()
    spent = (time.perf_counter() - started) * 1000
    assert answer.status == http.HTTPStatus.OK, body
    return spent, len(json.loads(body))
