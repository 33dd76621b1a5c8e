"""The registry under load: reads against a bare WSGI hello, registrations and searches at 1,000 and at 100,000 schemas.

`python -m benchmarks.registry [--quick]`; needs wrk.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks import machine, wrk
from benchmarks.hello import BODY
from benchmarks.registry_server import HOST, Server, free_port, process, registry
from registry_api.core.model import Caller, Content, NewSchema
from registry_api.store.pool import Database, PoolLimits
from registry_api.store.postgres import PostgresStore
from shared.fingerprint import fingerprint
from shared.model import SchemaFormat

READ_CONNECTIONS = 16
WRITERS = 4
SMALL, LARGE = 1_000, 100_000
SEARCHES = {
    "by name": {"name": "orders-50", "limit": 20},
    "by name and type": {"name": "ers-7", "type": "json", "limit": 20},
    "by attribute": {"attributes": "field_3_77", "limit": 20},
    "by type, ordered by name": {"type": "json", "orderBy": "name", "sort": "desc", "limit": 50},
    "by id": {"id": "500"},
}
_FILLER = Caller("benchmark", "fill")
_SCRIPT = Path(__file__).parent / "register.lua"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="stop at 1,000 schemas, and measure for a second each")
    quick = parser.parse_args().quick
    seconds = 1 if quick else 8
    console = Console()
    console.print(f"[bold]Registry[/] on {machine.name()}")
    with registry() as server:
        _reads(console, server, seconds)
        first = _registrations(console, server, SMALL, seconds)
        _searches(console, server, SMALL)
        if quick:
            return
        last = _registrations(console, server, LARGE, seconds)
        _searches(console, server, LARGE)
        console.print(f"registrations at {LARGE:,} schemas: {last / first:.0%} of the rate at {SMALL:,}")


def _reads(console: Console, server: Server, seconds: int) -> None:
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
    table = Table("reads", "requests/s", "p50 ms", "p99 ms", "failed", "of the hello")
    for (name, size), load in zip(sizes.items(), ours, strict=True):
        table.add_row(f"{name} ({size} bytes)", *_cells(load), f"{load.rate / bare.rate:.0%}")
    table.add_row(f"bare WSGI hello ({len(BODY)} bytes)", *_cells(bare), "100%")
    console.print(table)


def _registrations(console: Console, server: Server, at: int, seconds: int) -> float:
    """New schemas from four clients, once so many are there."""
    _fill(server, at)
    before = _count(server)
    load = wrk.run(
        server.url, seconds=seconds, connections=WRITERS, script=_SCRIPT, arguments=(str(before + 10_000_000),)
    )
    kept = _count(server) - before
    table = Table(f"registrations at {at:,} schemas", "requests/s", "p50 ms", "p99 ms", "failed", "kept")
    table.add_row(f"{WRITERS} clients", *_cells(load), str(kept))
    table.add_row("limit: one row a commit, one client", f"{_commits(server):,.0f}", "", "", "", "")
    console.print(table)
    return load.rate


def _fill(server: Server, count: int) -> None:
    """Keep so many schemas, straight through the store: over HTTP it would take minutes."""
    missing = range(_count(server), count)
    with contextlib.closing(Database(server.database_url, PoolLimits(WRITERS, WRITERS))) as database:
        store = PostgresStore(database)
        with ThreadPoolExecutor(WRITERS) as pool:
            for _ in pool.map(lambda number: store.create(_schema(number), _FILLER), missing, chunksize=100):
                pass


def _schema(number: int) -> NewSchema:
    names = tuple(f"field_{field}_{number}" for field in range(1, 13))
    properties = {name: {"type": "string", "maxLength": 10} for name in names}
    text = json.dumps({"type": "object", "properties": properties})
    content = Content(SchemaFormat.JSON, text, fingerprint(SchemaFormat.JSON, text), names)
    return NewSchema(f"orders-{number}", "", "", None, None, content)


def _searches(console: Console, server: Server, at: int) -> None:
    table = Table(f"search at {at:,} schemas", "p50 ms", "p99 ms", "found")
    with httpx.Client(base_url=server.url) as client:
        for name, parameters in SEARCHES.items():
            times, found = [], 0
            for _ in range(100):
                started = time.perf_counter()
                answer = client.get("/schemas/search", params=parameters)
                times.append((time.perf_counter() - started) * 1000)
                answer.raise_for_status()
                found = len(answer.json())
            quantiles = statistics.quantiles(times, n=100)
            table.add_row(name, f"{statistics.median(times):.1f}", f"{quantiles[98]:.1f}", str(found))
    console.print(table)


def _a_version(client: httpx.Client) -> str:
    fields = ",".join(f'"field_{n}":{{"type":"string","maxLength":{n + 10}}}' for n in range(24))
    specification = f'{{"type":"object","properties":{{{fields}}}}}'
    body = {"name": "read", "schema_type": "json", "specification": specification}
    answer = client.post("/schemas", json=body)
    answer.raise_for_status()
    return f"/schemas/{answer.json()['identification']}/versions/1"


def _count(server: Server) -> int:
    with psycopg.connect(server.database_url) as connection:
        row = connection.execute("select count(*) from sluicegate.schema").fetchone()
        assert row is not None
        return int(row[0])


def _commits(server: Server, seconds: float = 2.0) -> float:
    """How many rows a second one client can insert, each in a transaction of its own, into a table without an index."""
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        connection.execute("create table if not exists public.bare_commit (body text)")
        done, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            connection.execute("insert into public.bare_commit values (repeat('x', 900))", prepare=True)
            done += 1
        return done / (time.perf_counter() - started)


def _cells(load: wrk.Load) -> tuple[str, str, str, str]:
    return f"{load.rate:,.0f}", f"{load.p50:.2f}", f"{load.p99:.2f}", str(load.failed)


if __name__ == "__main__":
    main()
