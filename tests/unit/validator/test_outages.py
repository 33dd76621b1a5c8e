"""A destination that takes nothing: messages are given back where that counts no delivery."""

from collections.abc import Sequence
from dataclasses import replace

from sluicegate.validator.brokers.memory import MemoryBroker, MemorySink
from sluicegate.validator.model import Destination, Message, Outcome, Refused, Undelivered
from tests.fakes.clock import FakeClock
from tests.fakes.validator import DEAD, GOOD, TOPICS, VALID, Bench, SteppingSource, message

DOWN = Undelivered("down")


class ReleasingSource(SteppingSource):
    """Counts how often its messages are given back."""

    releases = 0

    def release(self) -> None:
        self.releases += 1
        on_revoke = self._on_revoke
        assert on_revoke is not None
        self.close()
        self.open(on_revoke)


def payload(number: int) -> bytes:
    return b'{"age":%d}' % number


def bench_with(*outcomes: Outcome, count: int = 20) -> tuple[Bench, list[ReleasingSource]]:
    """Messages with these outcomes before each is delivered, and the sources that workers open."""
    bench, sources = Bench(partitions=1), list[ReleasingSource]()

    def make(*given: object) -> ReleasingSource:
        sources.append(ReleasingSource(*given))  # type: ignore[arg-type]  # the arguments of the base
        return sources[-1]

    bench.make_source = make  # type: ignore[assignment]  # a function in the place of the class
    bench.sink.faults = {payload(number): list(outcomes) for number in range(count)}
    bench.put(*(message(payload(number)) for number in range(count)))
    return bench, sources


def test_messages_are_given_back_in_an_outage_and_delivered_after_it() -> None:
    bench, sources = bench_with(*[DOWN] * 12)

    bench.run(rounds=2_000)

    assert sources[0].releases
    assert bench.payloads(VALID) == [payload(number) for number in range(20)]
    assert bench.settled() == 20
    assert bench.made.sending


def test_a_short_outage_keeps_the_messages() -> None:
    bench, sources = bench_with(DOWN, DOWN)
    bench.pace = replace(bench.pace, outage=1e6)

    bench.run(rounds=2_000)

    assert not sources[0].releases
    assert bench.settled() == 20


def test_refusals_of_single_messages_are_no_outage() -> None:
    """However long it takes to find them: giving them back would begin again forever."""
    bench, sources = bench_with(Refused("batch"), Refused("half"), Refused("alone"), Refused("again"))
    bench.pace = replace(bench.pace, outage=0.0001)

    bench.run(rounds=2_000)

    assert not sources[0].releases
    assert bench.settled() == 20
    assert len(bench.payloads(DEAD)) + len(bench.payloads(VALID)) == 20


def test_a_worker_without_such_a_source_keeps_its_messages() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {GOOD: [DOWN] * 12}
    bench.put(message(GOOD))

    bench.run(rounds=2_000)

    assert bench.payloads(VALID) == [GOOD]


class QueueingSink(MemorySink):
    """A client with a queue, which takes `pace` messages a second.

    In an outage of so many seconds, which begins with the first message, it keeps its messages, and
    delivers them later.
    """

    def __init__(self, broker: MemoryBroker, clock: FakeClock, pace: int = 1_000) -> None:
        super().__init__(broker, TOPICS)
        self.outage = 0.0
        self.withdrawals = 0
        self._clock = clock
        self._pace = pace
        self._queue: list[tuple[Destination, Message]] = []
        self._down_until: float | None = None

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        if self._down_until is None:
            self._down_until = self._clock.monotonic() + self.outage
        self._queue += [(destination, each) for each in messages]

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        self._clock.advance(1.0)
        if self._queue and not self.reachable(0):
            return None
        taken, self._queue = self._queue[: self._pace], self._queue[self._pace :]
        for destination, each in taken:
            super().send(destination, [each])
        return None if self._queue else super().confirm(0)

    def reachable(self, seconds: float) -> bool:
        self._clock.advance(seconds)
        return self._down_until is None or self._clock.monotonic() >= self._down_until

    def withdraw(self) -> None:
        self.withdrawals += 1
        self._outcomes += [DOWN] * len(self._queue)
        self._queue.clear()


def queueing(pace: int = 1_000) -> tuple[Bench, list[ReleasingSource], QueueingSink]:
    bench, sources = bench_with()
    sink = QueueingSink(bench.broker, bench.clock, pace)
    bench.sink = sink  # type: ignore[assignment]  # another sink of the same broker
    return bench, sources, sink


def test_messages_in_a_clients_queue_are_delivered_once_after_an_outage() -> None:
    bench, sources, sink = queueing()
    sink.outage = 60.0

    bench.run(rounds=2_000)

    assert sources[0].releases
    assert sink.withdrawals
    assert bench.payloads(VALID) == [payload(number) for number in range(20)]


def test_a_slow_destination_keeps_its_messages() -> None:
    """It takes one message in each round, and more than the time of an outage for all."""
    bench, sources, sink = queueing(pace=1)
    bench.pace = replace(bench.pace, outage=1.0)

    bench.run(rounds=2_000)

    assert not sources[0].releases
    assert not sink.withdrawals
    assert bench.payloads(VALID) == [payload(number) for number in range(20)]
