"""The whole worker on Pub/Sub against Google's own client, bare, in one run.

A subscription in, JSON persons of about 300 bytes with three attributes, one in twenty bad, two topics out: `sluicegate validator run` as a
process. The emulator of the tests is another process; each run has a new one, just filled. `python -m benchmarks.worker_pubsub`.

Once without ordering keys, and once with a hundred. They take turns, in an order that turns round; ratios are taken within a round,
and their median counts.
"""

import argparse
import json
import os
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
from google.pubsub_v1 import types
from rich.console import Console
from rich.table import Table

from benchmarks import machine, persons
from benchmarks.registry_server import HOST, PROGRAM, free_port, process, registry
from shared.clock import SystemClock
from tests.fixtures.pubsub.admin import PubSubAdmin

PROJECT = "benchmark"
KEYS = 100
MORE = 0.1  # of the messages come after those that are measured, so that nobody waits at the end
_SAMPLE_SECONDS = 0.02
_SETTLED = re.compile(rb"^sluicegate_validator_messages_settled_total (\S+)$", re.MULTILINE)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: messages a second, and CPU microseconds of the client for a message."""

    rate: float
    client: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of 10,000 messages each")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything takes its turn (default 3)")
    arguments = parser.parse_args()
    count, rounds = (10_000, 1) if arguments.quick else (30_000, arguments.rounds)
    console = Console()
    console.print(f"[bold]Worker on Pub/Sub[/] on {machine.name()}; persons in JSON, the emulator of the tests")
    with registry() as server, httpx.Client(base_url=server.url) as client:
        body = {"name": "person", "schema_type": "json", "specification": json.dumps(persons.SCHEMA)}
        schema_id = int(client.post("/schemas", json=body).raise_for_status().json()["identification"])
        for keys in (0, KEYS):
            found = [_round(server.url, schema_id, count, keys, number) for number in range(rounds)]
            console.print(_table(found, f"{keys} ordering keys" if keys else "no ordering keys"))


def _round(registry_url: str, schema_id: int, count: int, keys: int, number: int) -> dict[str, Run]:
    found: dict[str, Run] = {}
    for name in ("Google's client, bare", "worker")[:: -1 if number % 2 else 1]:
        with _filled(schema_id, round(count * (1 + MORE)), keys) as host:
            found[name] = _worker(host, registry_url, count) if name == "worker" else _bare(host, count, keys)
        print(f"round {number + 1}, {keys} keys: {name}: {found[name].rate:,.0f}/s", file=sys.stderr)
    return found


@contextmanager
def _filled(schema_id: int, count: int, keys: int) -> Iterator[str]:
    """A new emulator, with a full subscription."""
    command = [sys.executable, "-m", "tests.fixtures.pubsub.emulator"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        try:
            assert child.stdout is not None
            host = child.stdout.readline().decode().strip().partition("=")[2]
            with PubSubAdmin(PROJECT, host) as admin:
                for topic in ("source", "valid", "dead-letter"):
                    admin.make_topic(topic)
                admin.make_subscription("source", "source", ordering=bool(keys))
                for start in range(0, count, _AT_ONCE):
                    _put(admin, range(start, min(start + _AT_ONCE, count)), schema_id, keys)
            yield host
        finally:
            child.terminate()


def _put(admin: PubSubAdmin, numbers: range, schema_id: int, keys: int) -> None:
    every = persons.payloads()
    attributes = {"schemaId": str(schema_id), "versionId": "1", "format": "json"}
    for key in range(keys or 1):
        of_key = [n for n in numbers if not keys or n % keys == key]
        messages = [
            types.PubsubMessage(
                data=every[n % len(every)], attributes=attributes, ordering_key=f"k{key}" if keys else ""
            )
            for n in of_key
        ]
        if messages:
            admin.put_together("source", messages)


def _bare(host: str, count: int, keys: int) -> Run:
    command = [sys.executable, "-m", "benchmarks.pubsub_loop", PROJECT, "source", "valid", "dead-letter"]
    done = subprocess.run(
        [*command, str(count), str(bool(keys))],
        env={**os.environ, "PUBSUB_EMULATOR_HOST": host},  # noqa: TID251 - handed on to the child as it is
        check=True,
        stdout=subprocess.PIPE,
    )
    carried = json.loads(done.stdout)
    return Run(carried["messages"] / carried["seconds"], carried["cpu_seconds"] / carried["messages"] * 1e6)


def _worker(host: str, registry_url: str, count: int) -> Run:
    health = f"http://{HOST}:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "validator.toml"
        file.write_text(_settings(host, registry_url, health))
        with process(
            sys.executable, str(PROGRAM), "validator", "run", "-f", str(file), url=f"{health}/health"
        ) as child:
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


def _settings(host: str, registry_url: str, health: str) -> str:
    where = f'broker = "pubsub"\nproject = "{PROJECT}"\nemulator = "{host}"'
    return f"""
[source]
{where}
subscription = "source"
[destination]
{where}
valid = "valid"
dead_letter = "dead-letter"
[registry]
url = "{registry_url}"
[health]
port = {health.rpartition(":")[2]}
"""


def _table(rounds: list[dict[str, Run]], title: str) -> Table:
    table = Table(title, "messages/s", "client us/message", "of the bare client")
    bare = "Google's client, bare"
    for name in (bare, "worker"):
        runs = [each[name] for each in rounds]
        ratios = [each[name].rate / each[bare].rate for each in rounds]
        table.add_row(
            name,
            f"{statistics.median(run.rate for run in runs):,.0f}",
            f"{statistics.median(run.client for run in runs):.0f}",
            f"{statistics.median(ratios):.0%} ({min(ratios):.0%} to {max(ratios):.0%})",
        )
    return table


if __name__ == "__main__":
    main()
