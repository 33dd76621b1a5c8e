"""The whole worker on Service Bus against Microsoft's own client, bare, in one run.

A queue in, JSON persons of about 300 bytes with three properties, one in twenty bad, two queues out: `sluicegate validator run` as a
process. The server of the tests is another process; each run has a new one, just filled. `python -m benchmarks.worker_servicebus`.

They take turns, in an order that turns round; ratios are taken within a round, and their median counts.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks import machine, persons
from benchmarks.registry_server import HOST, PROGRAM, free_port, process, registry
from shared.clock import SystemClock

BARE, WORKER = "Microsoft's client, bare", "worker"
MORE = 0.2  # of the messages come after those that are measured, so that nobody waits at the end
_SAMPLE_SECONDS = 0.05
_SETTLED = re.compile(rb"^sluicegate_validator_messages_settled_total (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: messages a second, and CPU microseconds of the client for a message."""

    rate: float
    client: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of 4,000 messages each")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything takes its turn (default 3)")
    arguments = parser.parse_args()
    count, rounds = (4_000, 1) if arguments.quick else (20_000, arguments.rounds)
    console = Console()
    console.print(f"[bold]Worker on Service Bus[/] on {machine.name()}; persons in JSON, the server of the tests")
    with registry() as server, httpx.Client(base_url=server.url) as client:
        body = {"name": "person", "schema_type": "json", "specification": json.dumps(persons.SCHEMA)}
        schema_id = str(client.post("/schemas", json=body).raise_for_status().json()["identification"])
        found = [_round(server.url, schema_id, count, number) for number in range(rounds)]
    console.print(_table(found))


def _round(registry_url: str, schema_id: str, count: int, number: int) -> dict[str, Run]:
    found: dict[str, Run] = {}
    for name in (BARE, WORKER)[:: -1 if number % 2 else 1]:
        with _filled(schema_id, round(count * (1 + MORE))) as string:
            found[name] = _worker(string, registry_url, count) if name == WORKER else _bare(string, count)
        print(f"round {number + 1}: {name}: {found[name].rate:,.0f}/s", file=sys.stderr)
    return found


@contextmanager
def _filled(schema_id: str, count: int) -> Iterator[str]:
    """The connection string of a new server, with a full queue."""
    command = [sys.executable, "-m", "benchmarks.servicebus_loop", "serve", schema_id, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield child.stdout.readline().strip()
        finally:
            child.kill()


def _bare(string: str, count: int) -> Run:
    command = [sys.executable, "-m", "benchmarks.servicebus_loop", "carry", string, str(count)]
    done = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return Run(done["messages"] / done["seconds"], done["cpu_seconds"] / done["messages"] * 1e6)


def _worker(string: str, registry_url: str, count: int) -> Run:
    health = f"http://{HOST}:{free_port()}"
    where = f'broker = "servicebus"\nconnection_string = "{string}"'
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "validator.toml"
        file.write_text(
            f'[source]\n{where}\nqueue = "source"\n[destination]\n{where}\nvalid = "valid"\ndead_letter = "dead-letter"\n'
            f'[registry]\nurl = "{registry_url}"\n[health]\nport = {health.rpartition(":")[2]}\n'
        )
        command = (sys.executable, str(PROGRAM), "validator", "run", "-f", str(file))
        with process(*command, url=f"{health}/health") as child:
            return _sampled(health, child.pid, count)


def _sampled(health: str, pid: int, count: int) -> Run:
    """Look at the worker's own counter of settled messages, from the first sample that shows any until so many are."""
    clock, never = SystemClock(), threading.Event()
    first: tuple[float, float, float] | None = None
    with httpx.Client(base_url=health) as client:
        while True:
            found = _SETTLED.search(client.get("/metrics").content)
            settled, now = float(found[1]) if found else 0.0, clock.monotonic()
            if settled and first is None:
                first = settled, now, machine.cpu_seconds(pid)
            if first is not None and settled >= count:
                break
            clock.wait(_SAMPLE_SECONDS, never)
    messages = settled - first[0]
    return Run(messages / (now - first[1]), (machine.cpu_seconds(pid) - first[2]) / messages * 1e6)


def _table(rounds: list[dict[str, Run]]) -> Table:
    table = Table("", "messages/s", "client us/message", "of the bare client")
    for name in (BARE, WORKER):
        runs = [each[name] for each in rounds]
        ratios = [each[name].rate / each[BARE].rate for each in rounds]
        table.add_row(
            name,
            f"{statistics.median(run.rate for run in runs):,.0f}",
            f"{statistics.median(run.client for run in runs):.0f}",
            f"{statistics.median(ratios):.0%} ({min(ratios):.0%} to {max(ratios):.0%})",
        )
    return table


if __name__ == "__main__":
    main()
