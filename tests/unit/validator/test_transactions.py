"""The worker with transactions: exactly once, during all failures."""

from collections.abc import Callable, Sequence

import pytest

from sluicegate.validator.brokers.memory import MemorySource, MemoryTransactions
from sluicegate.validator.errors import DeadLetterBudgetSpent, MessageUndeliverable
from sluicegate.validator.loop.fallbacks import Overflow
from sluicegate.validator.model import Destination, Message, Outcome, Refused, Undelivered
from sluicegate.validator.pipeline.budget import BudgetLimits, DeadLetterBudget
from sluicegate.validator.ports import Sink, TransactionalSink
from tests.fakes.clock import StoppingClock
from tests.fakes.validator import BAD, DEAD, GOOD, INPUT, TOPICS, VALID, Bench, message


class FaultyTransactions(MemoryTransactions):
    """Ends transactions as the test says; `tries` has how many messages each commit was about."""

    def __init__(self, bench: "TransactionalBench") -> None:
        super().__init__(bench.broker, TOPICS, bench.source)
        self.bench = bench
        self.refused = False

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        self.refused |= any(destination in self.bench.refusing.get(each.key or b"", ()) for each in messages)
        super().send(destination, messages)

    def commit(self, done: Sequence[Sequence[Message]], seconds: float) -> Outcome | None:
        if self.bench.silent:
            self.bench.silent -= 1
            self.bench.on_silence()
            return None
        payloads = [payload for batch in done for payload, *_ in batch]
        self.bench.tries.append(len(payloads))
        refused, self.refused = self.refused, False
        if refused:
            self.abort()
            return Refused("no key")
        if self.bench.failures and (self.bench.poison is None or self.bench.poison in payloads):
            self.bench.failures -= 1
            self.bench.seen_at_failure = keys(self.bench, VALID)
            self.abort()
            return Undelivered("no")
        return super().commit(done, seconds)


class TransactionalBench(Bench):
    def __init__(self, partitions: int = 1, largest: int = 1_000_000) -> None:
        super().__init__(partitions=partitions, confirm=1.0)
        self.broker.largest = largest
        self.failures = 0
        self.poison: bytes | None = None  # only transactions with this payload fail
        self.seen_at_failure: list[int] = []
        self.tries: list[int] = []
        self.refusing: dict[bytes, set[Destination]] = {}  # keys that a destination never accepts
        self.silent = 0
        self.on_silence: Callable[[], None] = lambda: None
        self.other = MemorySource(self.broker, [INPUT], "group")

    def destination(self) -> Sink | TransactionalSink:
        return FaultyTransactions(self)


def named(number: int, bad: bool = False, size: int = 0) -> Message:
    return message((BAD if bad else GOOD) + b" " * size, key=b"%03d" % number)


def keys(bench: Bench, topic: str) -> list[int]:
    return [int(each.key or b"") for each in bench.broker.messages(topic)]


def test_everything_arrives_once_and_is_committed() -> None:
    bench = TransactionalBench()
    bench.put(*(named(number, bad=number % 5 == 0) for number in range(30)))

    bench.run()

    assert keys(bench, VALID) == [number for number in range(30) if number % 5]
    assert keys(bench, DEAD) == list(range(0, 30, 5))
    assert bench.settled() == 30


def test_a_transaction_takes_all_that_is_in_flight() -> None:
    bench = TransactionalBench()
    bench.put(*(named(number) for number in range(20)))

    bench.run()

    assert len(bench.tries) == 1


def test_what_did_not_count_is_sent_again_in_order() -> None:
    bench = TransactionalBench()
    bench.failures = 4
    bench.put(*(named(number, bad=number % 5 == 0) for number in range(30)))

    bench.run()

    assert keys(bench, VALID) == [number for number in range(30) if number % 5]
    assert keys(bench, DEAD) == list(range(0, 30, 5))
    assert bench.settled() == 30


def test_a_message_that_is_too_large_is_found_and_dead_lettered_once() -> None:
    bench = TransactionalBench(largest=1_000)
    bench.put(*(named(number, bad=number == 3, size=500 if number == 3 else 0) for number in range(9)))
    bench.broker.largest = 800

    bench.run()

    assert keys(bench, VALID) == [0, 1, 2, 4, 5, 6, 7, 8]
    (letter,) = bench.broker.messages(DEAD)
    assert "deadLetterTime" not in dict(letter.headers), "it says as little as can be"
    assert dict(letter.headers)["deadLetterErrorCode"] == b"payload_invalid"
    assert bench.settled() == 9


def test_a_message_that_fits_nowhere_stops_the_worker_after_those_before_it() -> None:
    bench = TransactionalBench(largest=1_000)
    bench.put(*(named(number, size=800 if number == 11 else 0) for number in range(20)))
    bench.broker.largest = 700

    bench.clock = StoppingClock()
    with pytest.raises(MessageUndeliverable, match="input/0/11"):
        bench.run()

    assert keys(bench, VALID) == list(range(11))
    assert bench.settled() == 11


def test_a_refused_message_is_found_and_dead_lettered_once() -> None:
    bench = TransactionalBench()
    bench.refusing = {b"%03d" % number: {Destination.VALID} for number in (7, 13)}
    bench.put(*(named(number) for number in range(20)))

    bench.run()

    assert keys(bench, VALID) == [number for number in range(20) if number not in {7, 13}]
    assert keys(bench, DEAD) == [7, 13]
    letters = bench.broker.messages(DEAD)
    assert {dict(each.headers)["deadLetterErrorCode"] for each in letters} == {b"refused_by_destination"}
    assert bench.settled() == 20
    assert not bench.clock.waits, "nothing was wrong with the destination"


def test_the_budget_counts_messages_that_the_destination_refuses() -> None:
    bench = TransactionalBench()
    bench.budget = DeadLetterBudget(BudgetLimits(window=10, max_ratio=0.4))
    bench.clock = StoppingClock()
    bench.refusing = {b"%03d" % number: {Destination.VALID} for number in range(7)}
    bench.put(*(named(number) for number in range(7)))

    with pytest.raises(DeadLetterBudgetSpent, match="5 of the last 7"):
        bench.run()

    assert bench.made.spent
    assert keys(bench, DEAD) == list(range(bench.settled()))
    assert bench.settled() == 4


def test_a_message_that_both_topics_refuse_halts_the_worker_after_those_before_it() -> None:
    bench = TransactionalBench()
    bench.refusing = {b"007": {Destination.VALID, Destination.DEAD_LETTER}}
    bench.clock = StoppingClock()
    bench.put(*(named(number) for number in range(20)))

    with pytest.raises(MessageUndeliverable, match=r"input/0/7.*refused by the dead-letter"):
        bench.run()

    assert keys(bench, VALID) == list(range(7))
    assert bench.settled() == 7
    assert not bench.made.sending


def test_a_message_that_fits_no_topic_becomes_an_envelope_once() -> None:
    bench = TransactionalBench(largest=1_000)
    bench.overflow = Overflow(envelope=True)
    bench.put(*(named(number, size=800 if number == 11 else 0) for number in range(20)))
    bench.broker.largest = 700

    bench.run()

    assert keys(bench, VALID) == [number for number in range(20) if number != 11]
    (letter,) = bench.broker.messages(DEAD)
    assert (letter.payload, letter.key) == (b"", b"011")
    assert dict(letter.headers)["deadLetterPayloadBytes"] == b"810"
    assert bench.settled() == 20


def test_a_refused_message_holds_up_only_what_comes_after_it() -> None:
    bench = TransactionalBench()
    bench.poison, bench.failures = GOOD + b" ", 9
    bench.put(*(named(number, size=1 if number == 7 else 0) for number in range(15)))

    bench.run()

    assert bench.seen_at_failure == list(range(7))
    assert keys(bench, VALID) == list(range(15))
    assert max(bench.tries[-3:]) > 1, "once it is through, transactions grow again"


def test_lanes_that_are_taken_away_in_mid_transaction_are_left_to_others() -> None:
    """The coordinator is silent during a join.

    The open transaction is aborted, and the other member's share is not sent.
    """
    bench = TransactionalBench(partitions=2)
    bench.put(*(named(number) for number in range(20)))
    bench.silent = 3
    bench.on_silence = lambda: bench.other.open(lambda lanes: None) if not bench.other.assigned else None
    bench.run(until=lambda: bench.other.assigned and bench.settled() > 0)

    ours = keys(bench, VALID)

    assert len(ours) == len(set(ours))
    assert bench.settled() == len(ours), "what came out is what was committed"
    assert 0 < len(ours) < 20
