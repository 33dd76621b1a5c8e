"""The registry under load: reads against a bare WSGI hello, registrations and searches at 1,000 and at 100,000 schemas, long histories.

`python -m benchmarks.registry [--quick] [reads] [registrations] [searches] [histories]`; needs wrk. Takes about six minutes.
"""

import argparse
import http.client
import json
import resource
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks import histories, machine, wrk
from benchmarks.hello import BODY
from benchmarks.registry_server import DatabaseServer, Server, database, free_port, process, serving
from benchmarks.registry_store import commits, counted, fill
from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.ports import HOST

SECTIONS = ("reads", "registrations", "searches", "histories")
READ_CONNECTIONS = 16
WRITERS = 4
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
_SCRIPT = Path(__file__).parent / "register.lua"
_TRIAL = b"sluicegate.registry_api.trial.child"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `cost` is milliseconds of processor time for each request, by process."""

    what: str
    rate: float | None = None
    p50: float | None = None
    p99: float | None = None
    failed: int | None = None
    cost: str = ""
    note: str = ""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="only these")
    parser.add_argument("--quick", action="store_true", help="stop at 1,000 schemas, and measure for a second each")
    chosen = parser.parse_args()
    seconds = 1 if chosen.quick else 4
    console = Console(width=180)
    console.print(f"[bold]Registry[/] on {machine.name()}")
    rows = measured(set(chosen.sections or SECTIONS), (SMALL,) if chosen.quick else (SMALL, LARGE), seconds)
    console.print(_table(rows))


def measured(sections: set[str], sizes: tuple[int, ...], seconds: int) -> list[Row]:
    """All lines of some sections."""
    rows: list[Row] = []
    rates: dict[int, float] = {}
    with database() as postgres:
        if "reads" in sections:
            with serving(postgres) as server:
                rows += _reads(server, seconds)
        if "histories" in sections:
            with serving(postgres) as server:
                _await_trials(server)
                versions = VERSIONS if LARGE in sizes else SMALL
                rows += [_history(postgres, server, mode, kind, versions) for mode, kind in HISTORIES]
        if sections <= {"reads", "histories"}:
            return rows
        for size in sizes:
            with serving(postgres):
                fill(postgres.url, size)
            for workers in WORKERS if "registrations" in sections else ():
                with serving(postgres, workers) as server:
                    row = _registrations(postgres, server, size, workers, seconds, rates)
                rows.append(row)
            if "searches" in sections:
                with serving(postgres) as server:
                    _await_trials(server)
                    rows += [_search(server, size, name) for name in SEARCHES]
        if "registrations" in sections:
            rows.append(Row("limit: one row a commit, one client", commits(postgres.url)))
    return rows


def _reads(server: Server, seconds: int) -> list[Row]:
    """One version and one id, again and again, and a bare hello by the same server program in turn with them; best of three each."""
    with httpx.Client(base_url=server.url) as client:
        paths = {"one version": _a_version(client), "Confluent's: one id": "/schemas/ids/1"}
        sizes = {name: len(client.get(path).raise_for_status().content) for name, path in paths.items()}
    port = free_port()
    url = f"http://{HOST}:{port}/"
    hello = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "1", "--no-ws", "--log-level", "warning", "benchmarks.hello:app"),
    )
    with process(*hello, url=url):
        runs = [
            [
                wrk.run(each, seconds=seconds, connections=READ_CONNECTIONS)
                for each in (*(server.url + path for path in paths.values()), url)
            ]
            for _ in range(3)
        ]
    *ours, bare = (max(side, key=lambda load: load.rate) for side in zip(*runs, strict=True))
    rows = [
        Row(f"reads: {name} ({size} bytes)", load.rate, load.p50, load.p99, load.failed, note=_of(load.rate, bare.rate))
        for (name, size), load in zip(sizes.items(), ours, strict=True)
    ]
    return [*rows, Row(f"bare WSGI hello ({len(BODY)} bytes)", bare.rate, bare.p50, bare.p99, bare.failed)]


def _registrations(
    postgres: DatabaseServer, server: Server, at: int, workers: int, seconds: int, rates: dict[int, float]
) -> Row:
    """New schemas from four clients, once so many are there: medians.

    `rates` keeps the first rate of each number of workers.
    """
    first = counted(postgres.url) + 10_000_000
    _load(server, 2, first)  # until every process is warm
    before, kept = _used(postgres, server), counted(postgres.url)
    loads = [_load(server, seconds, first + (1 + number) * 1_000_000) for number in range(_ROUNDS)]
    made = counted(postgres.url) - kept
    cost = {who: (used - before[who]) / made * 1000 for who, used in _used(postgres, server).items()}
    every = [load.rate for load in loads]
    rate = statistics.median(every)
    compared = f"; {_of(rate, rates[workers])} of the rate at {SMALL:,}" if at > SMALL else ""
    rates.setdefault(workers, rate)
    return Row(
        f"registrations at {at:,}, {WRITERS} clients, {workers} worker{'s' if workers > 1 else ''}",
        rate,
        statistics.median(load.p50 for load in loads),
        statistics.median(load.p99 for load in loads),
        sum(load.failed for load in loads),
        f"{sum(cost.values()):.2f} ({', '.join(f'{who} {each:.2f}' for who, each in cost.items())})",
        f"{min(every):,.0f} to {max(every):,.0f}/s{compared}",
    )


def _history(postgres: DatabaseServer, server: Server, mode: str, kind: str, versions: int) -> Row:
    """Versions of one subject, one after the other: the rate of the last tenth, and a compatible check at the end."""
    before = _used(postgres, server)
    done = histories.filled(server.url, mode, kind, versions)
    cost = {who: (used - before[who]) / versions * 1000 for who, used in _used(postgres, server).items()}
    return Row(
        f"{versions:,} versions of a subject, {mode}, {kind}",
        done.rate,
        done.compatible_ms,
        cost=f"{sum(cost.values()):.2f} ({', '.join(f'{who} {each:.2f}' for who, each in cost.items())})",
        note=f"{done.whole_rate:,.0f}/s on average; p50: a check; incompatible {done.incompatible_ms:,.0f} ms",
    )


def _load(server: Server, seconds: int, first: int) -> wrk.Load:
    return wrk.run(server.url, seconds=seconds, connections=WRITERS, script=_SCRIPT, arguments=(str(first),))


def _used(postgres: DatabaseServer, server: Server) -> dict[str, float]:
    """Return the seconds of processor time so far, by process."""
    whole, trials = machine.tree_cpu_seconds(server.pid), machine.tree_cpu_seconds(server.pid, _TRIAL)
    client = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "server": whole - trials,
        "trials": trials,
        "Postgres": machine.tree_cpu_seconds(postgres.pid),
        "client": client.ru_utime + client.ru_stime,
    }


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


def _a_version(client: httpx.Client) -> str:
    fields = ",".join(f'"field_{n}":{{"type":"string","maxLength":{n + 10}}}' for n in range(24))
    specification = f'{{"type":"object","properties":{{{fields}}}}}'
    body = {"name": "read", "schema_type": "json", "specification": specification}
    answer = client.post("/schemas", json=body)
    answer.raise_for_status()
    return f"/schemas/{answer.json()['identification']}/versions/1"


def _of(rate: float, other: float) -> str:
    return f"{rate / other:.0%}"


def _table(rows: list[Row]) -> Table:
    table = Table("", "requests/s", "p50 ms", "p99 ms", "failed", "CPU ms each", "")
    for row in rows:
        table.add_row(
            row.what,
            "" if row.rate is None else f"{row.rate:,.0f}",
            "" if row.p50 is None else f"{row.p50:.2f}",
            "" if row.p99 is None else f"{row.p99:.2f}",
            "" if row.failed is None else str(row.failed),
            row.cost,
            row.note,
        )
    return table


if __name__ == "__main__":
    main()
