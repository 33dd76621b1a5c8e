"""Contests: contenders and yardsticks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from benchmarks import workloads
from benchmarks.turns import Heat, Target
from benchmarks.worker.bench import Bench
from benchmarks.workloads import Workload
from benchmarks.yardsticks import Loops

BARE, LEANEST, IN_C, CHECKING = "bare loop", "leanest loop", "bare loop in C", "bare loop with jsonschema-rs"
WORKER, ONCE = "worker", "worker, exactly once"


@dataclass(frozen=True, slots=True)
class Ring:
    """Whom contests are made of."""

    bench: Bench
    loops: Loops

    def warm(self) -> None:
        """Run without measuring, for a broker that is compiled while it runs."""
        for delivery in ("at_least_once", "exactly_once"):
            self.bench.worker(workloads.small_persons(), delivery)()


Contest: TypeAlias = Callable[[Ring], Sequence[Heat]]


def json(ring: Ring) -> list[Heat]:
    """JSON of 300 bytes against every loop."""
    persons, bench = workloads.small_persons(), ring.bench
    loops = {BARE: ring.loops.bare, LEANEST: ring.loops.leanest, IN_C: ring.loops.in_c}
    contenders = {name: bench.loop(loop, persons) for name, loop in loops.items() if loop is not None}
    contenders |= {
        WORKER: bench.worker(persons),
        "worker, a trace header in each": bench.worker(workloads.traced_persons()),
    }
    targets = (Target(WORKER, 0.7, BARE), Target(WORKER, 0.35, IN_C))
    return [Heat(persons.title, contenders, (BARE, LEANEST, IN_C), targets)]


def exactly_once(ring: Ring) -> list[Heat]:
    """Exactly once against ourselves, at least once."""
    persons, bench = workloads.small_persons(), ring.bench
    contenders = {WORKER: bench.worker(persons), ONCE: bench.worker(persons, "exactly_once")}
    return [Heat(f"{persons.title}, exactly once", contenders, (WORKER,), (Target(ONCE, 0.6, WORKER),))]


def formats(ring: Ring) -> list[Heat]:
    """Small payloads of the other formats against the bare loop."""
    return [_against_bare(ring, workload) for workload in workloads.small()]


def large(ring: Ring) -> list[Heat]:
    """JSON of 2 KB against a bare loop in which the same library checks each payload."""
    orders, bench = workloads.orders(), ring.bench
    contenders = {
        BARE: bench.loop(ring.loops.bare, orders),
        CHECKING: bench.loop(ring.loops.checking(orders.schema), orders),
        WORKER: bench.worker(orders),
    }
    return [Heat(orders.title, contenders, (BARE, CHECKING), (Target(WORKER, 0.85, CHECKING),))]


def dead_letters(ring: Ring) -> list[Heat]:
    """Nothing but dead letters, of 1 KB."""
    return [_against_bare(ring, workloads.dead_letters(), Target(WORKER, 50_000))]


def _against_bare(ring: Ring, workload: Workload, *targets: Target) -> Heat:
    contenders = {BARE: ring.bench.loop(ring.loops.bare, workload), WORKER: ring.bench.worker(workload)}
    return Heat(workload.title, contenders, (BARE,), targets)


CONTESTS: Mapping[str, Contest] = MappingProxyType(
    {
        "json": json,
        "exactly-once": exactly_once,
        "formats": formats,
        "large": large,
        "dead-letters": dead_letters,
    }
)
