"""A destination that takes nothing: messages are given back where that counts no delivery."""

from dataclasses import replace

from sluicegate.validator.model import Outcome, Refused, Undelivered
from tests.fakes.validator import DEAD, GOOD, VALID, Bench, SteppingSource, message

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
