"""A platform's worst day: `python -m benchmarks.rehearsal`, or `make rehearse`.

Three registries behind haproxy, four validators, Postgres with a synchronous standby and Apache
Kafka run the last release under load. Each replica is replaced by this release, one after the
other. Then registries, validators, the database and the broker are killed at random. Exit code 1 if
a request failed, a message was lost or misplaced, or a client had to repeat a request during the
upgrade.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from benchmarks.rehearsal.course import UPGRADE, Course
from benchmarks.rehearsal.ledger import Ledger
from benchmarks.rehearsal.plant import REGISTRIES, VALIDATORS, plant
from benchmarks.soak.latencies import Latencies
from tests.fixtures.debian import ProgramMissing
from tests.fixtures.kafka_jars import KafkaJarsMissing
from tests.fixtures.release import ReleaseMissing, release

MISSING = 3
"""Exit code where Java, haproxy or the old release is not available."""


def main() -> None:
    """Run, print, and judge."""
    arguments = _arguments()
    console = Console(highlight=False, width=120)
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        try:
            ledger = _run(arguments, Path(folder), console)
        except (KafkaJarsMissing, ProgramMissing, ReleaseMissing) as missing:
            print(f"rehearsal: not possible here: {missing}", file=sys.stderr)
            sys.exit(MISSING)
        except AssertionError as failed:
            sys.exit(f"rehearsal: {failed}")
    _summarize(ledger, console)
    faults = list(ledger.faults(quiet=UPGRADE))
    for fault in faults:
        console.print(f"FAILED: {fault}")
    sys.exit(1 if faults else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rehearsal", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of failures (default 10)")
    parser.add_argument("--rate", type=float, default=300.0, help="messages a second (default 300)")
    parser.add_argument("--seed", type=int, help="of the failures; the report has it")
    parser.add_argument(
        "--from",
        dest="ref",
        metavar="REF",
        help="tag or commit to upgrade from (default: the last tag, or the commit before the last new migration)",
    )
    return parser.parse_args()


def _run(arguments: argparse.Namespace, folder: Path, console: Console) -> Ledger:
    seed = random.randrange(1_000_000) if arguments.seed is None else arguments.seed
    old = release(folder / "release", arguments.ref)
    parts = f"{REGISTRIES} registries, {VALIDATORS} validators, Postgres and standby, Apache Kafka"
    console.print(f"Rehearsal on {machine.name()}: {parts}; {arguments.rate:,.0f} messages/s; seed {seed}")
    console.print(f"upgrade from {old.name}")
    with plant(folder, old.environment) as running:
        course = Course(running, arguments.rate, random.Random(seed), console.print)
        course.steady(min(5.0, arguments.minutes * 60))
        course.upgrade()
        killed = Counter(name.split()[0] for name in course.failures(arguments.minutes * 60))
        course.reckoning()
    console.print("killed: " + ", ".join(f"{kind} {count} times" for kind, count in sorted(killed.items())))
    return course.ledger


def _summarize(ledger: Ledger, console: Console) -> None:
    table = Table("phase", "requests", "repeated", "p50 ms", "p99 ms", "messages", "lost", "p50 ms", "p99 ms")
    for phase in ledger.phases:
        requests, messages = phase.requests, phase.messages
        answered, again = f"{requests.answered:,}", f"{requests.repeated.total():,}"
        taken, lost = f"{messages.sent:,}", f"{messages.lost:,}"
        table.add_row(
            phase.name, answered, again, *_percentiles(requests.latencies),
            taken, lost, *_percentiles(messages.latencies),
        )  # fmt: skip
    console.print(table)
    for phase in ledger.phases:
        for reason, count in phase.requests.repeated.most_common(5):
            console.print(f"  repeated in {phase.name}: {count} times {reason}")
    console.print(f"requests: {ledger.answered:,} answered, {len(ledger.failures)} failed")
    sent = sum(phase.messages.sent for phase in ledger.phases)
    twice = f"{ledger.duplicates:,} delivered twice"
    console.print(f"messages: {sent:,} sent, {ledger.outstanding:,} lost, {ledger.misplaced:,} misplaced, {twice}")


def _percentiles(latencies: Latencies) -> tuple[str, str]:
    return (f"{latencies.percentile(50) / 1000:,.1f}", f"{latencies.percentile(99) / 1000:,.1f}")


if __name__ == "__main__":
    main()
