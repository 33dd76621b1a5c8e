"""The worker under a steady rate for an hour: latency, memory, losses.

`python -m benchmarks.soak [--minutes M]`. First the worker processes a backlog at full speed, with
small and large messages. Then messages arrive at a steady rate, one in twenty bad, while new
versions of schemas are registered and used. Latency begins when a message was *due* and ends when a
reader of the destination has it, so delays of sender, broker, worker and reader all count. Exit
code 1 if p99, memory or its growth exceeds a limit, or a message is lost.
"""

import argparse
import sys

import httpx
from rich.console import Console

from benchmarks import machine
from benchmarks.registry_server import registry
from benchmarks.soak.course import Plan, Soak
from benchmarks.soak.crew import crew
from benchmarks.soak.latencies import Latencies
from benchmarks.soak.memory import GROWTH
from benchmarks.soak.outcome import Limits, Outcome
from benchmarks.soak.plant import WorkerEnded, WorkerKind, broker, worker
from benchmarks.soak.registrar import Registrar
from tests.fixtures.kafka_jars import KafkaJarsMissing

_PATIENCE_SECONDS = 60.0
_P99_MS = 50.0
PARENT_MB = 75
"""Resident memory of the process that supervises the workers: 60 MB, of which the workers share a
part.
"""

_TANSU_BYTES = 1_000
"""Memory that tansu takes for a message on its way through, about."""


def main() -> None:
    """Run, print, and judge."""
    arguments = _arguments()
    kind = WorkerKind(arguments.exactly_once, arguments.processes)
    plan = Plan(arguments.minutes, arguments.rate, arguments.broker, arguments.backlog, arguments.backlog // 100, kind)
    usual = 0 if kind.exactly_once else _P99_MS
    p99 = usual if arguments.p99_ms is None else arguments.p99_ms
    limits = Limits(p99 or None, arguments.memory_mb * kind.processes + PARENT_MB, repeats=not kind.exactly_once)
    console = Console(highlight=False, soft_wrap=True)
    if plan.kind == "tansu" and plan.total * _TANSU_BYTES > machine.memory_bytes() / 2:
        sys.exit(
            "soak: tansu would keep more in memory than half of what this machine has: --broker apache, or fewer --minutes"
        )
    try:
        outcome = _run(plan, console)
    except KafkaJarsMissing as missing:
        sys.exit(f"soak: there is no Apache Kafka: {missing}. Choose the other broker: --broker tansu")
    except (WorkerEnded, httpx.HTTPError) as ended:
        sys.exit(f"soak: {ended}" if isinstance(ended, WorkerEnded) else f"soak: the registry has failed: {ended}")
    except (EOFError, BrokenPipeError):
        sys.exit("soak: the sender or the reader has failed; it says above why")
    _summarize(outcome, console)
    faults = list(outcome.faults(limits))
    for fault in faults:
        console.print(f"FAILED: {fault}")
    sys.exit(1 if faults else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="of the steady rate (default 60)")
    parser.add_argument("--rate", type=float, default=10_000.0, help="messages a second (default 10,000)")
    parser.add_argument(
        "--broker",
        choices=["tansu", "apache"],
        default="apache",
        help="apache (the default) deletes records after minutes; tansu keeps all records in memory and is for short runs",
    )
    parser.add_argument("--exactly-once", action="store_true", help="in transactions; a message that comes twice fails")
    parser.add_argument("--processes", type=int, default=1, help="of the worker (default 1)")
    parser.add_argument("--backlog", type=int, default=500_000, help="messages to begin with (default 500,000)")
    parser.add_argument(
        "--p99-ms",
        type=float,
        help="limit of latency; 0: none (default 50; none with --exactly-once, where a message can be read when its transaction ends)",
    )
    parser.add_argument(
        "--memory-mb",
        type=float,
        default=250.0,
        help=f"limit of resident memory for each worker process (default 250); their parent has {PARENT_MB} MB of its own",
    )
    return parser.parse_args()


def _run(plan: Plan, console: Console) -> Outcome:
    worked = f"{plan.worker.delivery.replace('_', ' ')}, {plan.worker.processes} process(es)"
    console.print(
        f"Soak on {machine.name()}; {plan.kind}, {plan.rate:,.0f} messages/s for {plan.minutes:g} min, {worked}"
    )
    with (
        registry() as server,
        httpx.Client(base_url=server.url, timeout=_PATIENCE_SECONDS) as client,
        broker(plan.kind) as node,
        crew(node, plan.total) as hands,
    ):
        registrar = Registrar(client)
        hands.name(registrar.register())
        hands.fill(0, plan.small, large=False)
        hands.fill(plan.small, plan.large, large=True)
        with worker(node, server.url, plan.cache, plan.worker) as process:
            soak = Soak(plan, process, hands, registrar, console)
            soak.backlog()
            soak.steady()
            process.stop()
    return soak.outcome


def _summarize(outcome: Outcome, console: Console) -> None:
    console.print(f"latency: {_percentiles(outcome.latencies)}")
    console.print(f"  without the worker, straight from the source: {_percentiles(outcome.bare)}")
    console.print(f"  so late was the sender itself: {_percentiles(outcome.late)}")
    console.print(
        f"memory: highest {outcome.memory:.0f} MB at the rate, {outcome.backlog_memory:.0f} MB in the backlog;"
        f" slope {outcome.slope:+.1f} MB/h in the second half;"
        f" last quarter {outcome.growth:.3f} of the second (flat: up to {GROWTH:.2f})"
    )
    console.print(
        f"messages: {outcome.sent:,} sent, {outcome.sent - outcome.arrived:,} lost, {outcome.repeated:,} repeated,"
        f" {outcome.misplaced:,} misplaced, {outcome.disordered:,} out of order"
    )


def _percentiles(latencies: Latencies) -> str:
    named = ", ".join(f"p{percent:g} {latencies.percentile(percent) / 1000:.1f} ms" for percent in (50, 99, 99.9))
    return f"{named}, max {latencies.largest / 1000:.1f} ms"


if __name__ == "__main__":
    main()
