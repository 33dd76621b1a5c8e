"""The whole worker, Kafka to Kafka, beside yardsticks: `sluicegate validator run` as a process.

Three headers name the schema, keys are 64, one in twenty messages is bad; commit. Contenders take
turns, each run with freshly filled topics. "Client us" is CPU time: on a shared machine, it is more
reliable than the rate.
"""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks import machine
from benchmarks.registry_server import registry
from benchmarks.turns import report
from benchmarks.worker.bench import Bench
from benchmarks.worker.brokers import KINDS, brokers
from benchmarks.worker.contests import CONTESTS, Ring
from benchmarks.yardsticks import Loops

_MESSAGES, _QUICK_MESSAGES = 500_000, 200_000


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    count, rounds = (_QUICK_MESSAGES, 1) if arguments.quick else (_MESSAGES, arguments.rounds)
    console = Console(width=140)
    console.print(f"[bold]Worker[/] on {machine.name()}; {arguments.broker}")
    with tempfile.TemporaryDirectory() as name, registry() as server:
        folder = Path(name)
        with brokers(arguments.broker, folder) as for_run:
            ring = Ring(Bench(for_run, server.url, count), Loops(folder))
            if arguments.broker == "apache":
                ring.warm()
            for contest in arguments.contests or CONTESTS:
                report(console, [heat.run(rounds) for heat in CONTESTS[contest](ring)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker", description=__doc__)
    parser.add_argument("contests", nargs="*", metavar="CONTEST", help=f"only these: {', '.join(CONTESTS)}")
    parser.add_argument("--broker", choices=KINDS, default=KINDS[0], help="tansu (default), or Apache Kafka")
    parser.add_argument("--quick", action="store_true", help="one round, with fewer messages")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything takes its turn (default 3)")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.contests) - CONTESTS.keys())
    if unknown:
        parser.error(f"no such contest: {', '.join(unknown)}; there are {', '.join(CONTESTS)}")
    return arguments


if __name__ == "__main__":
    main()
