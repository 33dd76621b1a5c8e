"""Listings for callers with 50 prefixes, against an unrestricted caller, at 100,000 schemas.

`python -m benchmarks.readable [--count N]` prints the median of each listing in milliseconds, as
the store answers it.
"""

import argparse
import contextlib
import statistics
import time
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from benchmarks.registry_server import database
from benchmarks.registry_store import fill
from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.access.resources import Prefix
from sluicegate.registry_api.core.commands import ListVersions, Query, Slice
from sluicegate.registry_api.core.names import WILDCARD, SubjectName
from sluicegate.registry_api.store.migrate import migrate
from sluicegate.registry_api.store.pool import Database, PoolLimits
from sluicegate.registry_api.store.postgres import PostgresStore

COUNT = 100_000
_ROUNDS = 15
_EVERYWHERE = SubjectName(WILDCARD, "")
CALLERS: dict[str, Readable | list[str]] = {
    "everything": EVERYTHING,
    "50 prefixes, 0.5 % of the schemas": [f"orders-{number}" for number in range(1000, 9900, 178)],
    "50 prefixes, 5 % of the schemas": [f"orders-{number}" for number in range(100, 990, 18)],
    "50 prefixes, 55 % of the schemas": [f"orders-{number}" for number in range(10, 60)],
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="schemas in the database")
    count = parser.parse_args().count
    console = Console(width=140)
    console.print(f"[bold]Listings[/] at {count:,} schemas on {machine.name()}, medians in milliseconds")
    with database() as postgres:
        migrate(postgres.url)
        fill(postgres.url, count)
        with contextlib.closing(Database(postgres.url, PoolLimits(1, 1))) as pool:
            console.print(_table(PostgresStore(pool)))


def _table(store: PostgresStore) -> Table:
    columns = listings(store, EVERYTHING)
    table = Table("caller", *columns)
    for name, prefixes in CALLERS.items():
        readable = prefixes if isinstance(prefixes, Readable) else _of(prefixes)
        medians = (_median(ask) for ask in listings(store, readable).values())
        table.add_row(name, *(f"{median:.1f}" for median in medians))
    return table


def listings(store: PostgresStore, readable: Readable) -> dict[str, Callable[[], object]]:
    """The listings by their names, for one caller."""
    return {
        "GET /schemas?limit=50": lambda: store.search(Query(limit=50, readable=readable)),
        "GET /schemas?limit=50&offset=400": lambda: store.search(Query(limit=50, offset=400, readable=readable)),
        "search name": lambda: store.search(Query(name="ers-7", limit=20, readable=readable)),
        "search attribute": lambda: store.search(Query(attributes=("field_3_77",), limit=20, readable=readable)),
        "GET /subjects": lambda: store.subjects(_EVERYWHERE, readable),
        "Confluent's /schemas?limit=50": lambda: store.listed(
            _EVERYWHERE, ListVersions(part=Slice(0, 50), readable=readable)
        ),
    }


def _of(prefixes: Iterable[str]) -> Readable:
    return Readable(prefixes=frozenset(Prefix(text) for text in prefixes))


def _median(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
