"""The whole worker on Service Bus against Microsoft's own client, bare, in one run.

A queue in, JSON persons of about 300 bytes with three properties, one in twenty bad, two queues
out: `sluicegate validator run` as a process. The server of the tests is another process; each run
has a new one, just filled. `python -m benchmarks.worker_servicebus`.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from rich.console import Console

from benchmarks import machine, persons
from benchmarks.registry_server import registry
from benchmarks.turns import Contender, Heat, Run, Target, report
from benchmarks.validator_process import measured

BARE, WORKER = "bare client", "worker"
MORE = 0.2  # of the messages follow the measured ones, so that no contender waits at the end
_SAMPLE_SECONDS = 0.05


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round of 4,000 messages each")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything takes its turn (default 3)")
    arguments = parser.parse_args()
    count, rounds = (4_000, 1) if arguments.quick else (20_000, arguments.rounds)
    console = Console(width=140)
    console.print(f"[bold]Worker on Service Bus[/] on {machine.name()}; persons in JSON, the server of the tests")
    with registry() as server, httpx.Client(base_url=server.url) as client:
        body = {"name": "person", "schema_type": "json", "specification": json.dumps(persons.SCHEMA)}
        schema_id = str(client.post("/schemas", json=body).raise_for_status().json()["identification"])

        def on_new_server(carry: Callable[[str], Run]) -> Contender:
            def contend() -> Run:
                with _filled(schema_id, round(count * (1 + MORE))) as string:
                    return carry(string)

            return contend

        contenders = {
            BARE: on_new_server(lambda string: _bare(string, count)),
            WORKER: on_new_server(lambda string: measured(_settings(string, server.url), count, _SAMPLE_SECONDS)),
        }
        heat = Heat("Service Bus, no sessions", contenders, (BARE,), (Target(WORKER, 0.8, BARE),))
        report(console, [heat.run(rounds)])


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


def _settings(string: str, registry_url: str) -> str:
    where = f'broker = "servicebus"\nconnection_string = "{string}"'
    return f"""
[source]
{where}
queue = "source"
[destination]
{where}
valid = "valid"
dead_letter = "dead-letter"
[registry]
url = "{registry_url}"
"""


if __name__ == "__main__":
    main()
