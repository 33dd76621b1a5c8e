"""The whole worker on Pub/Sub against Google's own client, bare, in one run.

A subscription in, JSON persons of about 300 bytes with three attributes, one in twenty bad, two
topics out: `sluicegate validator run` as a process. The emulator of the tests is another process;
each run has a new one, just filled. `python -m benchmarks.worker_pubsub`.

Once without ordering keys, and once with a hundred.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from google.pubsub_v1 import types
from rich.console import Console

from benchmarks import machine, persons
from benchmarks.registry_server import registry
from benchmarks.turns import Contender, Heat, Run, Target, report
from benchmarks.validator_process import measured
from tests.fixtures.pubsub.admin import PubSubAdmin

BARE, WORKER = "bare client", "worker"
PROJECT = "benchmark"
KEYS = 100
MORE = 0.1  # of the messages follow the measured ones, so that no contender waits at the end
_SAMPLE_SECONDS = 0.02
_AT_ONCE = 1000


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of 10,000 messages each")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything takes its turn (default 3)")
    arguments = parser.parse_args()
    count, rounds = (10_000, 1) if arguments.quick else (30_000, arguments.rounds)
    console = Console(width=140)
    console.print(f"[bold]Worker on Pub/Sub[/] on {machine.name()}; persons in JSON, the emulator of the tests")
    with registry() as server, httpx.Client(base_url=server.url) as client:
        body = {"name": "person", "schema_type": "json", "specification": json.dumps(persons.SCHEMA)}
        schema_id = int(client.post("/schemas", json=body).raise_for_status().json()["identification"])
        heats = [_heat(server.url, schema_id, count, keys) for keys in (0, KEYS)]
        report(console, [heat.run(rounds) for heat in heats])


def _heat(registry_url: str, schema_id: int, count: int, keys: int) -> Heat:
    def on_new_emulator(carry: Callable[[str], Run]) -> Contender:
        def contend() -> Run:
            with _filled(schema_id, round(count * (1 + MORE)), keys) as host:
                return carry(host)

        return contend

    contenders = {
        BARE: on_new_emulator(lambda host: _bare(host, count, keys)),
        WORKER: on_new_emulator(lambda host: measured(_settings(host, registry_url), count, _SAMPLE_SECONDS)),
    }
    title = f"{keys} ordering keys" if keys else "no ordering keys"
    return Heat(title, contenders, (BARE,), (Target(WORKER, 0.8, BARE),))


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


def _settings(host: str, registry_url: str) -> str:
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
"""


if __name__ == "__main__":
    main()
