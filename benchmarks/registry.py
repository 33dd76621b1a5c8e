"""The registry under load.

`python -m benchmarks.registry [--quick] [SECTION ...]`; needs wrk. All take about ten minutes.

| section | content |
|---|---|
| `reads` | reads that clients repeat, against a bare WSGI hello |
| `writes` | registrations, look-ups and checks by API and format |
| `access` | hot reads and registrations without access control, with a key, with a token |
| `registrations` | registrations at 1,000 and at 100,000 schemas |
| `searches` | searches at 1,000 and at 100,000 schemas |
| `subjects` | the list of all subjects at 1,000 and at 100,000 schemas |
| `histories` | 10,000 versions of one subject |
"""

import argparse
import http.client
import json
import statistics
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

from rich.console import Console

from benchmarks import histories, machine, wrk
from benchmarks.registry_access import access
from benchmarks.registry_reads import reads
from benchmarks.registry_rows import Processes, Row, clients, costs, table, written
from benchmarks.registry_server import DatabaseServer, Server, database, serving
from benchmarks.registry_store import commits, counted, fill
from benchmarks.registry_subjects import subjects
from benchmarks.registry_writes import CLIENTS, load, writes
from sluicegate.shared.clock import SystemClock

SMALL_SECTIONS = ("reads", "writes", "access", "histories")
SECTIONS = (*SMALL_SECTIONS, "registrations", "searches", "subjects")
WORKERS = (1, 2)
"""The registry as it is shipped, and with a worker for each of the two cores that the targets are
for.
"""

SMALL, LARGE = 1_000, 100_000
HISTORIES = (("BACKWARD", "AVRO"), ("FULL_TRANSITIVE", "AVRO"), ("FORWARD_TRANSITIVE", "JSON"))
VERSIONS = 10_000
SEARCHES: dict[str, dict[str, str | int]] = {
    "by name": {"name": "orders-50", "limit": 20},
    "by name and type": {"name": "ers-7", "type": "json", "limit": 20},
    "by attribute": {"attributes": "field_3_77", "limit": 20},
    "by type, ordered by name": {"type": "json", "orderBy": "name", "sort": "desc", "limit": 50},
    "by id": {"id": "500"},
}
_REPEATED = 100
_IDLE_SECONDS = 0.5
_ROUNDS = 5
"""Of registrations, each on new connections: at times the system gives all four of them to one
worker.
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="only these")
    parser.add_argument("--quick", action="store_true", help="stop at 1,000 schemas, and measure for a second each")
    chosen = parser.parse_args()
    seconds = 1 if chosen.quick else 2
    console = Console(width=180)
    console.print(f"[bold]Registry[/] on {machine.name()}")
    sizes = (SMALL,) if chosen.quick else (SMALL, LARGE)
    for rows in measured(set(chosen.sections or SECTIONS), sizes, seconds):
        console.print(table(rows))


def measured(sections: set[str], sizes: tuple[int, ...], seconds: int) -> Iterator[list[Row]]:
    """All lines of each section."""
    rounds = _ROUNDS if LARGE in sizes else 2
    with database() as postgres:
        if "reads" in sections:
            with serving(postgres) as server:
                yield reads(server, _processes(postgres, server), seconds, rounds)
        if "writes" in sections:
            with serving(postgres) as server:
                _await_trials(server)
                yield writes(server, _processes(postgres, server), seconds, rounds)
        if "access" in sections:
            yield access(postgres, seconds, rounds)
        if "histories" in sections:
            with serving(postgres) as server:
                _await_trials(server)
                versions = VERSIONS if LARGE in sizes else SMALL
                yield [_history(postgres, server, mode, kind, versions) for mode, kind in HISTORIES]
        if not sections <= set(SMALL_SECTIONS):
            yield from _by_size(postgres, sections, sizes, seconds)


def _by_size(postgres: DatabaseServer, sections: set[str], sizes: tuple[int, ...], seconds: int) -> Iterator[list[Row]]:
    rates: dict[int, float] = {}
    for size in sizes:
        with serving(postgres):
            fill(postgres.url, size)
        for workers in WORKERS if "registrations" in sections else ():
            with serving(postgres, workers) as server:
                row = _registrations(postgres, server, size, workers, seconds, rates)
            yield [row]
        if "searches" in sections:
            with serving(postgres) as server:
                _await_trials(server)
                yield [_search(server, size, name) for name in SEARCHES]
        if "subjects" in sections:
            with serving(postgres) as server:
                _await_trials(server)
                yield subjects(server, _processes(postgres, server), size)
    if "registrations" in sections:
        yield [Row("limit: one row a commit, one client", commits(postgres.url))]


def _registrations(
    postgres: DatabaseServer, server: Server, at: int, workers: int, seconds: int, rates: dict[int, float]
) -> Row:
    """New schemas from four clients, once so many are there: medians.

    `rates` keeps the first rate of each number of workers.
    """
    _load(server, 2)  # until every process is warm
    before, kept = _used(postgres, server), counted(postgres.url)
    loads = [_load(server, seconds) for _ in range(_ROUNDS)]
    made = counted(postgres.url) - kept
    cost = _since(before, postgres, server, made)
    every = [load.rate for load in loads]
    rate = statistics.median(every)
    compared = f"; {_of(rate, rates[workers])} of the rate at {SMALL:,}" if at > SMALL else ""
    rates.setdefault(workers, rate)
    return Row(
        f"registrations at {at:,}, {CLIENTS} clients, {workers} worker{'s' if workers > 1 else ''}",
        rate,
        statistics.median(load.p50 for load in loads),
        statistics.median(load.p99 for load in loads),
        sum(load.failed for load in loads),
        written(cost),
        f"{min(every):,.0f} to {max(every):,.0f}/s{compared}",
    )


def _history(postgres: DatabaseServer, server: Server, mode: str, kind: str, versions: int) -> Row:
    """Versions of one subject, one after the other: the rate of the last tenth, and a compatible check at the end."""
    before = _used(postgres, server)
    done = histories.filled(server.url, mode, kind, versions)
    cost = _since(before, postgres, server, versions)
    return Row(
        f"{versions:,} versions of a subject, {mode}, {kind}",
        done.rate,
        done.compatible_ms,
        cost=written(cost),
        note=f"{done.whole_rate:,.0f}/s on average; p50: a check; incompatible {done.incompatible_ms:,.0f} ms",
    )


def _load(server: Server, seconds: int) -> wrk.Load:
    return load(server, seconds, "native", "json")


def _processes(postgres: DatabaseServer, server: Server) -> Processes:
    return Processes(server.pid, postgres.pid)


def _used(postgres: DatabaseServer, server: Server) -> dict[str, float]:
    """Return the seconds of processor time so far, by process."""
    return {**_processes(postgres, server).used(), "client": clients()}


def _since(before: dict[str, float], postgres: DatabaseServer, server: Server, made: int) -> dict[str, float]:
    return costs({who: used - before[who] for who, used in _used(postgres, server).items()}, made)


def _await_trials(server: Server) -> None:
    """Wait for the start of the trial processes, which needs a core for seconds.

    No search waits for it.
    """
    clock, never = SystemClock(), threading.Event()
    used, before = machine.tree_cpu_seconds(server.pid), -1.0
    while used > before + _IDLE_SECONDS * 0.05:
        clock.wait(_IDLE_SECONDS, never)
        used, before = machine.tree_cpu_seconds(server.pid), used


def _search(server: Server, at: int, name: str) -> Row:
    """One search, one after the other on one connection."""
    address = f"/schemas/search?{urlencode(SEARCHES[name])}"
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    times: list[float] = []
    found = 0
    for _ in range(_REPEATED):
        started = time.perf_counter()
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status == http.HTTPStatus.OK, body
        found = len(json.loads(body))
    connection.close()
    p99 = statistics.quantiles(times, n=100)[98]
    return Row(f"search at {at:,} {name}", p50=statistics.median(times), p99=p99, note=f"{found} found")


def _of(rate: float, other: float) -> str:
    return f"{rate / other:.0%}"


if __name__ == "__main__":
    main()
