"""The whole worker against a bare consume-and-produce loop of the same client, in one run, on the same broker.

Kafka in, JSON persons of about 300 bytes with three headers, one in twenty bad, Kafka out, commit: `sluicegate validator run` as a process.
A second row gives each message a fourth header of its own, as tracing does. `python -m benchmarks.worker [--quick]`.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from confluent_kafka.admin import AdminClient, NewTopic
from rich.console import Console
from rich.table import Table

from benchmarks import machine, persons
from benchmarks.registry_server import HOST, PROGRAM, free_port, process, registry
from shared.clock import SystemClock
from shared.quickstart.kafka import KafkaServer

PARTITIONS = 4
_SAMPLE_SECONDS = 0.05
_SETTLED = re.compile(rb"^sluicegate_validator_messages_settled_total (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: messages a second, and CPU microseconds for a message on each side."""

    rate: float
    client: float
    broker: float


@dataclass(frozen=True, slots=True)
class Bench:
    """What all the runs share."""

    broker: KafkaServer
    registry_url: str
    schema_id: int
    count: int

    def topics(self, *names: str) -> list[str]:
        """New topics."""
        admin = AdminClient({"bootstrap.servers": self.broker.bootstrap, "log_level": 0})
        created = [f"{name}-{time.monotonic_ns()}" for name in names]
        for future in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in created]).values():
            future.result(10)
        return created


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run of 100,000 messages each")
    quick = parser.parse_args().quick
    console = Console()
    size = statistics.mean(map(len, persons.payloads()))
    console.print(f"[bold]Worker[/] on {machine.name()}; persons of {size:.0f} bytes, tansu")
    with registry() as server, httpx.Client(base_url=server.url) as client:
        body = {"name": "person", "schema_type": "json", "specification": json.dumps(persons.SCHEMA)}
        schema_id = int(client.post("/schemas", json=body).raise_for_status().json()["identification"])
        rounds = [_round(server.url, schema_id, 100_000 if quick else 500_000) for _ in range(1 if quick else 3)]
    bare, ours, traced = (_median(runs) for runs in zip(*rounds, strict=True))
    table = Table("one process", "messages/s", "client us/message", "broker us/message", "of the bare loop")
    for name, run in (("bare loop", bare), ("worker", ours), ("worker, a trace header in each", traced)):
        cells = (f"{run.rate:,.0f}", f"{run.client:.2f}", f"{run.broker:.2f}", f"{run.rate / bare.rate:.0%}")
        table.add_row(name, *cells)
    console.print(table)


def _round(registry_url: str, schema_id: int, count: int) -> tuple[Run, Run, Run]:
    """The bare loop and the worker, one after the other, on a broker of their own: it keeps everything in memory."""
    with KafkaServer() as broker:
        bench = Bench(broker, registry_url, schema_id, count)
        return _bare(bench), _worker(bench, traced=False), _worker(bench, traced=True)


def _bare(bench: Bench) -> Run:
    source, destination = bench.topics("source", "destination")
    persons.send(bench.broker.bootstrap, source, bench.count, bench.schema_id, 1)
    before = _broker_cpu(bench.broker)
    command = (sys.executable, "-m", "benchmarks.bare_loop", bench.broker.bootstrap, source, destination)
    printed = subprocess.run([*command, str(bench.count)], check=True, capture_output=True).stdout
    found = json.loads(printed)
    done = found["messages"]
    broker = (_broker_cpu(bench.broker) - before) / done * 1e6
    return Run(done / found["seconds"], found["cpu_seconds"] / done * 1e6, broker)


def _worker(bench: Bench, *, traced: bool) -> Run:
    source, valid, dead_letter = bench.topics("source", "valid", "dead-letter")
    persons.send(bench.broker.bootstrap, source, bench.count, bench.schema_id, 1, traced=traced)
    health = f"http://{HOST}:{free_port()}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "validator.toml"
        file.write_text(_settings(bench, source, valid, dead_letter, health))
        before = _broker_cpu(bench.broker)
        command = (sys.executable, str(PROGRAM), "validator", "run", "-f", str(file))
        with process(*command, url=f"{health}/health") as child:
            run = _sampled(health, child.pid, bench.count)
    return Run(run.rate, run.client, (_broker_cpu(bench.broker) - before) / bench.count * 1e6)


def _sampled(health: str, pid: int, count: int) -> Run:
    """Look at the worker's own counter of settled messages until all are, from the first sample that shows any."""
    clock, never = SystemClock(), threading.Event()
    first: tuple[float, float, float] | None = None
    with httpx.Client(base_url=health) as client:
        while True:
            found = _SETTLED.search(client.get("/metrics").content)
            settled, now = float(found[1]) if found else 0.0, clock.monotonic()
            if settled and first is None:
                first = settled, now, machine.cpu_seconds(pid)
            if settled >= count:
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


def _median(runs: Sequence[Run]) -> Run:
    return sorted(runs, key=lambda run: run.rate)[len(runs) // 2]


if __name__ == "__main__":
    main()
