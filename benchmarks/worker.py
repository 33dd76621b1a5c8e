"""The whole worker against bare loops of the same client, in one run.

Kafka in, JSON persons of about 300 bytes with three headers, one in twenty bad, Kafka out, commit: `sluicegate validator run` as a process.
A second row gives each message a fourth header of its own, as tracing does. `python -m benchmarks.worker [--quick]`.

Everything takes turns, each on a broker that was just started and filled, because a broker that keeps its records in memory gets
slower; the order turns round each time. Ratios are taken within a round, and their median counts. "Client us" is CPU time: where other
programs share the machine, it says more than the rate.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

import httpx
from confluent_kafka.admin import AdminClient, NewTopic
from rich.console import Console
from rich.table import Table

from benchmarks import machine, persons
from benchmarks.registry_server import HOST, PROGRAM, free_port, process, registry
from benchmarks.yardsticks import Loop, loops
from shared.clock import SystemClock
from shared.quickstart.kafka import KafkaServer

PARTITIONS = 4
MORE = 0.2  # of the messages come after those that are measured, so that nobody waits at the end
_SAMPLE_SECONDS = 0.2  # a look at the metrics costs the worker two milliseconds
_SETTLED = re.compile(rb"^sluicegate_validator_messages_settled_total (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: messages a second, and CPU microseconds for a message on each side."""

    rate: float
    client: float
    broker: float


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run has to itself: a new broker with a full topic."""

    broker: KafkaServer
    registry_url: str
    schema_id: int
    count: int
    traced: bool = False

    def filled(self) -> list[str]:
        """The topic to read, full, and two to write to."""
        source, *others = self.topics("source", "valid", "dead-letter")
        count = round(self.count * (1 + MORE))
        persons.send(self.broker.bootstrap, source, count, self.schema_id, 1, traced=self.traced)
        return [source, *others]

    def topics(self, *names: str) -> list[str]:
        """New topics."""
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap, "log_level": 0})
        created = [f"{name}-{time.monotonic_ns()}" for name in names]
        for future in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in created]).values():
            future.result(10)
        return created


Contender: TypeAlias = Callable[[Bench], Run]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of 200,000 messages each")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything takes its turn (default 5)")
    arguments = parser.parse_args()
    console = Console()
    size = statistics.mean(map(len, persons.payloads()))
    console.print(f"[bold]Worker[/] on {machine.name()}; persons of {size:.0f} bytes, tansu")
    with tempfile.TemporaryDirectory() as folder, registry() as server, httpx.Client(base_url=server.url) as client:
        body = {"name": "person", "schema_type": "json", "specification": json.dumps(persons.SCHEMA)}
        schema_id = int(client.post("/schemas", json=body).raise_for_status().json()["identification"])
        contenders: dict[str, Contender] = {loop.name: partial(_loop, loop=loop) for loop in loops(Path(folder))}
        contenders |= {"worker": _worker, "worker, a trace header in each": _worker}
        count, rounds = (200_000, 1) if arguments.quick else (500_000, arguments.rounds)
        found = [_round(contenders, server.url, schema_id, count, number) for number in range(rounds)]
    console.print(_table(found))


def _table(rounds: Sequence[dict[str, Run]]) -> Table:
    yardsticks = [name for name in rounds[0] if not name.startswith("worker")]
    table = Table(
        "one process", "messages/s", "client us/message", "broker us/message", *(f"of the {y}" for y in yardsticks)
    )
    for name in rounds[0]:
        runs = [each[name] for each in rounds]
        medians = [statistics.median(values) for values in zip(*map(_figures, runs), strict=True)]
        ratios = [_ratio([each[name].rate / each[yardstick].rate for each in rounds]) for yardstick in yardsticks]
        table.add_row(name, f"{medians[0]:,.0f}", f"{medians[1]:.2f}", f"{medians[2]:.2f}", *ratios)
    return table


def _figures(run: Run) -> tuple[float, float, float]:
    return run.rate, run.client, run.broker


def _ratio(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.0%} ({min(ratios):.0%} to {max(ratios):.0%})"


def _round(
    contenders: dict[str, Contender], registry_url: str, schema_id: int, count: int, number: int
) -> dict[str, Run]:
    """All of them, one after the other; every second time the other way round."""
    found: dict[str, Run] = {}
    for name in list(contenders)[:: -1 if number % 2 else 1]:
        with KafkaServer() as broker:
            found[name] = contenders[name](Bench(broker, registry_url, schema_id, count, traced="trace" in name))
        print(f"round {number + 1}: {name}: {found[name].rate:,.0f}/s", file=sys.stderr)
    return {name: found[name] for name in contenders}


def _loop(bench: Bench, loop: Loop) -> Run:
    topics = bench.filled()
    before = _broker_cpu(bench.broker)
    carried = loop.run(bench.broker.bootstrap, topics, bench.count)
    broker = (_broker_cpu(bench.broker) - before) / bench.count * 1e6
    return Run(carried.messages / carried.seconds, carried.cpu_seconds / carried.messages * 1e6, broker)


def _worker(bench: Bench) -> Run:
    topics = bench.filled()
    health = f"http://{HOST}:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "validator.toml"
        file.write_text(_settings(bench, *topics, health))
        before = _broker_cpu(bench.broker)
        command = (sys.executable, str(PROGRAM), "validator", "run", "-f", str(file))
        with process(*command, url=f"{health}/health") as child:
            run = _sampled(health, child.pid, bench.count)
            broker = (_broker_cpu(bench.broker) - before) / bench.count * 1e6
    return Run(run.rate, run.client, broker)


def _sampled(health: str, pid: int, count: int) -> Run:
    """Look at the worker's own counter of settled messages, from the first sample that shows any until so many more are."""
    clock, never = SystemClock(), threading.Event()
    first: tuple[float, float, float] | None = None
    with httpx.Client(base_url=health) as client:
        while True:
            found = _SETTLED.search(client.get("/metrics").content)
            settled, now = float(found[1]) if found else 0.0, clock.monotonic()
            if settled and first is None:
                first = settled, now, machine.cpu_seconds(pid)
            if first is not None and settled >= first[0] + count:
                break
            clock.wait(_SAMPLE_SECONDS, never)
    assert first is not None
    messages = settled - first[0]
    return Run(messages / (now - first[1]), (machine.cpu_seconds(pid) - first[2]) / messages * 1e6, 0.0)


def _settings(bench: Bench, source: str, valid: str, dead_letter: str, health: str) -> str:
    return f"""
[source]
bootstrap = "{bench.broker.bootstrap}"
topics = ["{source}"]
group = "{source}"
config = {{ "session.timeout.ms" = 6000 }}
[destination]
bootstrap = "{bench.broker.bootstrap}"
valid = "{valid}"
dead_letter = "{dead_letter}"
[registry]
url = "{bench.registry_url}"
[health]
port = {health.rpartition(":")[2]}
"""


def _broker_cpu(broker: KafkaServer) -> float:
    assert broker.pid is not None
    return machine.cpu_seconds(broker.pid)


if __name__ == "__main__":
    main()
