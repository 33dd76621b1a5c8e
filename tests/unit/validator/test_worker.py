"""The whole loop on a memory broker: destinations, and no loss during failures."""

import hashlib
import threading
from collections.abc import Callable
from typing import cast

import orjson
import pytest

from sluicegate.validator.brokers.memory import MemorySource
from sluicegate.validator.errors import DeadLetterBudgetSpent, MessageUndeliverable, SinkFailed
from sluicegate.validator.loop.fallbacks import Overflow
from sluicegate.validator.model import Destination, Refused, TooLarge, Undelivered
from sluicegate.validator.pipeline.budget import BudgetLimits, DeadLetterBudget
from sluicegate.validator.pipeline.window import WindowLimits
from tests.fakes.clock import FakeClock, StoppingClock
from tests.fakes.validator import BAD, DEAD, GOOD, INPUT, OVERFLOW, VALID, Bench, headers, message, stored


def good(number: int) -> bytes:
    return b'{"age":%d}' % number


def test_each_message_goes_where_it_belongs_and_is_settled() -> None:
    bench = Bench()
    bench.put(*(message(good(number) if number % 3 else BAD, key=b"%d" % number) for number in range(100)))

    bench.run()

    assert sorted(filter(None, bench.payloads(VALID))) == sorted(good(number) for number in range(100) if number % 3)
    assert bench.payloads(DEAD) == [BAD] * 34
    assert bench.settled() == 100


def test_a_valid_message_is_sent_on_unchanged() -> None:
    bench = Bench()
    head = [("b", b"\xff"), *headers(), ("b", b"1"), ("b", b"1"), ("null", None)]
    bench.put(message(GOOD, key=b"\x00", head=head))

    bench.run()

    (found,) = bench.broker.messages(VALID)
    assert found[:4] == (GOOD, b"\x00", head, 1_700_000_000_000)


def test_a_dead_letter_is_the_original_and_says_why_and_from_where() -> None:
    bench = Bench(partitions=1)
    bench.put(message(BAD, key=b"key", head=[*headers(), ("x", b"1")]))

    bench.run()

    (letter,) = bench.broker.messages(DEAD)
    assert (letter.payload, letter.key, letter.headers[-3:]) == (BAD, b"key", [*headers(), ("x", b"1")])
    added = dict(letter.headers[:-3])
    assert orjson.loads(added.pop("deadLetterErrors") or b"")[0] == {
        "path": "/age",
        "keyword": "minimum",
        "message": "-1 is less than the minimum of 0",
    }
    assert added.pop("deadLetterTime", b"").startswith(b"2026-01-02T03:04:05")  # type: ignore[union-attr]
    assert added == {
        "deadLetterErrorCategory": b"Payload: validation failed",
        "deadLetterErrorCode": b"payload_invalid",
        "deadLetterErrorReason": b"-1 is less than the minimum of 0 (at /age)",
        "deadLetterSource": b"memory://input/0/0",
        "deadLetterWorker": b"worker-1",
    }


def test_order_is_kept_within_a_key_and_a_destination() -> None:
    bench = Bench()
    bench.put(*(message(good(number), key=b"%d" % (number % 5)) for number in range(200)))

    bench.run()

    for key in {each.key for each in bench.broker.messages(VALID)}:
        ages = [orjson.loads(each.payload or b"")["age"] for each in bench.broker.messages(VALID) if each.key == key]
        assert ages == sorted(ages)


def test_a_schema_that_does_not_compile_stops_nothing() -> None:
    bench = Bench(stored(), stored(2, text='{"type": 7}'))
    bench.put(message(), message(head=headers(2)), message())

    bench.run()

    assert bench.payloads(VALID) == [GOOD, GOOD]
    (letter,) = bench.broker.messages(DEAD)
    assert dict(letter.headers)["deadLetterErrorCode"] == b"schema_unusable"


def test_while_the_registry_is_down_messages_wait_and_none_is_lost() -> None:
    bench = Bench()
    bench.schemas.down = True
    bench.put(*(message(good(number), key=b"%d" % number) for number in range(50)))

    bench.run(rounds=20)

    assert bench.payloads(VALID) == bench.payloads(DEAD) == []
    assert bench.settled() == 0
    bench.schemas.down = False
    bench.run()
    assert sorted(filter(None, bench.payloads(VALID))) == sorted(good(number) for number in range(50))
    assert bench.settled() == 50


def test_the_registry_comes_back_while_the_worker_runs() -> None:
    bench = Bench()
    bench.schemas.down = True
    bench.put(*(message(good(number), key=b"%d" % number) for number in range(50)))
    rounds = iter(range(1000))

    def until() -> bool:
        bench.schemas.down = next(rounds) < 10
        return bench.settled() == 50

    bench.run(until)

    assert sorted(filter(None, bench.payloads(VALID))) == sorted(good(number) for number in range(50)), "each one once"


def test_an_unknown_schema_holds_up_its_own_lane_only_and_from_that_message_on() -> None:
    bench = Bench(partitions=2)
    bench.schemas.unreachable = {9}
    stuck, free = _keys_on_both_partitions()
    bench.put(message(good(1), key=stuck), message(good(2), key=stuck, head=headers(9)), message(good(3), key=stuck))
    bench.put(*(message(good(number), key=free) for number in range(10, 30)))

    bench.run(rounds=30)

    assert sorted(filter(None, bench.payloads(VALID))) == sorted([good(1), *(good(number) for number in range(10, 30))])
    assert bench.settled() == 21
    bench.schemas.unreachable = set()
    bench.run()
    assert bench.settled() == 23
    assert dict(bench.broker.messages(DEAD)[0].headers)["deadLetterErrorCode"] == b"schema_not_found"
    assert good(3) in bench.payloads(VALID)


def test_a_held_lane_keeps_its_order_when_it_moves_again() -> None:
    bench = Bench(stored(), stored(9), partitions=1)
    bench.schemas.unreachable = {9}
    bench.put(*(message(good(number), head=headers(9 if number in {3, 11} else 1)) for number in range(30)))
    rounds = iter(range(1000))

    def until() -> bool:
        bench.schemas.unreachable = {9} if next(rounds) < 12 else set()
        return bench.settled() == 30

    bench.run(until)

    assert bench.payloads(VALID) == [good(number) for number in range(30)]


def test_a_sink_that_refuses_for_a_while_loses_nothing_and_keeps_the_order() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {good(5): [Undelivered("no")] * 4, good(6): [Undelivered("no")] * 2}
    bench.put(*(message(good(number)) for number in range(7)))

    worker = bench.run()

    assert bench.payloads(VALID) == [good(number) for number in range(7)]
    assert bench.settled() == 7
    assert worker.sending
    assert sum(bench.clock.waits) >= 0.5, "it waited between the tries"


def test_nothing_is_settled_before_it_is_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {good(3): [Undelivered("no")] * 1000}
    bench.put(*(message(good(number)) for number in range(7)))
    monkeypatch.setattr(bench.clock, "wait", _stopping(bench))

    worker = bench.run()

    assert bench.settled() == 0
    assert not worker.sending
    bench.sink.faults = {}
    bench.run()
    assert set(bench.payloads(VALID)) == {good(number) for number in range(7)}
    assert bench.settled() == 7


def test_a_batch_that_is_refused_for_one_large_message_costs_only_that_message() -> None:
    """Brokers refuse a whole batch as too large; only a message that was sent alone counts."""
    bench = Bench(partitions=1)
    bench.sink.faults = {good(number): [TooLarge("batch")] for number in range(5)}
    bench.sink.faults[good(2)] = [TooLarge("batch"), TooLarge("4 MB")]
    bench.put(*(message(good(number)) for number in range(5)))

    bench.run()

    assert bench.payloads(VALID) == [good(number) for number in (0, 1, 3, 4)]
    (letter,) = bench.broker.messages(DEAD)
    assert letter.payload == good(2)
    assert dict(letter.headers)["deadLetterErrorCode"] == b"too_large"
    assert dict(letter.headers)["deadLetterSource"] == b"memory://input/0/2"
    assert bench.settled() == 5


def test_a_dead_letter_that_is_too_large_says_less() -> None:
    bench = Bench()
    bench.sink.faults = {BAD: [TooLarge("batch"), TooLarge("alone")]}
    bench.put(message(BAD))

    bench.run()

    (letter,) = bench.broker.messages(DEAD)
    added = letter.headers[:-2]
    assert [name for name, _ in added] == [
        "deadLetterErrorCategory",
        "deadLetterErrorCode",
        "deadLetterErrorReason",
        "deadLetterSource",
    ]
    assert dict(added)["deadLetterErrorCode"] == b"payload_invalid"
    assert bench.settled() == 1


@pytest.mark.parametrize("failure", [TooLarge("9 MB"), Refused("not so")])
def test_a_message_that_no_destination_accepts_halts_the_worker(failure: TooLarge | Refused) -> None:
    bench = Bench(partitions=1)
    bench.clock = StoppingClock()
    bench.sink.faults = {BAD: [failure] * 9}
    bench.put(message(GOOD), message(BAD))

    with pytest.raises(MessageUndeliverable, match="memory://input/0/1"):
        bench.run()

    assert bench.settled() == 0
    assert bench.made.alive
    assert not bench.made.sending


def test_a_refused_message_is_dead_lettered_and_its_batch_goes_on() -> None:
    """Brokers refuse a whole batch for one record; some say which one it was."""
    bench = Bench(partitions=1)
    bench.sink.faults = {good(number): [Refused("batch")] for number in range(7)}
    bench.sink.faults[good(3)] = [Refused("no key")] * 2
    bench.put(*(message(good(number)) for number in range(7)))

    bench.run()

    assert bench.payloads(VALID) == [good(number) for number in range(7) if number != 3]
    (letter,) = bench.broker.messages(DEAD)
    assert dict(letter.headers)["deadLetterErrorCode"] == b"refused_by_destination"
    assert b"no key" in (dict(letter.headers)["deadLetterErrorReason"] or b"")
    assert bench.settled() == 7
    assert 'rejected_total{code="refused_by_destination"} 1.0' in bench.metrics.exposition().decode()


def test_messages_that_failed_with_a_refused_one_keep_their_order() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {good(number): [Undelivered("another record")] for number in range(7)}
    bench.sink.faults[good(3)] = [Refused("no key")] * 2
    bench.put(*(message(good(number)) for number in range(7)))

    bench.run()

    assert bench.payloads(VALID) == [good(number) for number in range(7) if number != 3]
    assert bench.payloads(DEAD) == [good(3)]
    assert not bench.clock.waits, "nothing was wrong with the destination"


def test_a_dead_letter_that_is_refused_is_sent_without_its_timestamp() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {BAD: [Refused("batch"), Refused("timestamp")]}
    bench.put(message(BAD))

    bench.run()

    (letter,) = bench.broker.messages(DEAD)
    assert letter.timestamp == 0
    assert dict(letter.headers)["deadLetterErrorCode"] == b"payload_invalid"
    assert bench.settled() == 1


def test_a_long_outage_costs_one_message_a_try_and_then_batches() -> None:
    bench = Bench(partitions=1)
    bench.sink.faults = {good(number): [Undelivered("no")] * 4 for number in range(7)}
    bench.put(*(message(good(number)) for number in range(7)))

    bench.run()

    assert sorted(filter(None, bench.payloads(VALID))) == [good(number) for number in range(7)]
    assert bench.settled() == 7


@pytest.mark.parametrize("topic", [True, False])
@pytest.mark.parametrize("envelope", [True, False])
def test_a_message_that_fits_no_topic_goes_where_the_settings_say(topic: bool, envelope: bool) -> None:
    bench = Bench(partitions=1)
    bench.overflow = Overflow(topic=topic, envelope=envelope)
    bench.clock = StoppingClock()
    bench.sink.faults = {BAD: [TooLarge("9 MB")] * 3}
    bench.put(message(GOOD), message(BAD), message(good(1)))

    if not topic and not envelope:
        with pytest.raises(MessageUndeliverable):
            bench.run()
        return
    bench.run(until=lambda: bench.settled() == 3)

    assert bench.settled() == 3
    letters = bench.broker.messages(OVERFLOW if topic else DEAD)
    assert [each.payload for each in letters] == [BAD if topic else b""]
    found = dict(letters[0].headers)
    assert found["deadLetterErrorCode"] == b"payload_invalid"
    assert found["deadLetterSource"] == b"memory://input/0/1"
    if not topic:
        assert found["deadLetterPayloadBytes"] == b"%d" % len(BAD)
        assert found["deadLetterPayloadDigest"] == b"sha256:" + hashlib.sha256(BAD).hexdigest().encode()
        assert found["schemaId"] == b"1"


def test_a_sink_that_leaves_outcomes_out_stops_the_worker_and_settles_nothing() -> None:
    bench = Bench(partitions=1)
    bench.sink.forgetful = True
    bench.put(*(message(good(number)) for number in range(5)))

    with pytest.raises(SinkFailed, match="4 outcomes for 5"):
        bench.run()

    assert bench.settled() == 0


def test_a_slow_sink_is_waited_for_with_signs_of_life() -> None:
    bench = Bench()
    bench.sink.silent = 50
    bench.put(message())

    worker = bench.run()

    assert bench.payloads(VALID) == [GOOD]
    assert worker.alive


def test_no_more_is_in_flight_than_the_window_and_one_batch() -> None:
    bench = Bench(window=WindowLimits(batch=10, messages=20, size=1_000_000), confirm=1e9)
    bench.put(*(message(good(number), key=b"%d" % number) for number in range(300)))
    unsettled: list[int] = []

    def until() -> bool:
        unsettled.append(len(bench.payloads(VALID)) - bench.settled())
        return bench.settled() == 300

    bench.run(until)

    assert 20 <= max(unsettled) <= 30


def test_a_stopped_worker_settles_what_it_has_delivered() -> None:
    bench = Bench(partitions=1)
    bench.put(*(message(good(number)) for number in range(100)))

    bench.run(rounds=4)

    delivered = len(bench.payloads(VALID))
    assert 0 < delivered < 100
    assert bench.settled() == delivered


def test_nothing_is_lost_when_lanes_are_taken_away_in_the_middle() -> None:
    """Another worker joins while messages are in flight or wait; it takes half of the lanes."""
    bench = Bench(stored(), stored(9), partitions=4, confirm=1e9)
    bench.schemas.unreachable = {9}
    bench.put(
        *(
            message(good(number), key=b"%d" % number, head=headers(9 if number % 50 == 0 else 1))
            for number in range(300)
        )
    )
    other = MemorySource(bench.broker, [INPUT], "group")
    rounds = iter(range(1000))

    def until() -> bool:
        if next(rounds) == 5:
            other.open(lambda lanes: None)
        return False

    bench.run(until, rounds=30)
    other.close()
    bench.schemas.unreachable = set()
    bench.run()

    assert set(bench.payloads(VALID)) == {good(number) for number in range(300)}
    assert bench.settled() == 300


def test_verdicts_are_counted() -> None:
    bench = Bench()
    bench.put(message(), message(BAD), message(b"{"), message(head=[]))

    bench.run()

    exposition = bench.metrics.exposition().decode()
    assert "sluicegate_validator_messages_valid_total 1.0" in exposition
    for code in ("payload_invalid", "payload_malformed", "attribute_missing"):
        assert f'sluicegate_validator_messages_rejected_total{{code="{code}"}} 1.0' in exposition
    assert "sluicegate_validator_messages_settled_total 4.0" in exposition


def test_valid_and_dead_letters_are_sent_to_their_destinations() -> None:
    bench = Bench()
    bench.put(message(GOOD), message(BAD))

    bench.run()

    assert set(bench.sink.sent) == {(Destination.VALID, GOOD), (Destination.DEAD_LETTER, BAD)}


def _keys_on_both_partitions() -> tuple[bytes, bytes]:
    bench = Bench(partitions=2)
    keys = [b"key%d" % number for number in range(20)]
    bench.put(*(message(good(0), key=key) for key in keys))
    places = {each.key: cast("tuple[str, int, int]", each.position)[1] for each in bench.broker.messages(INPUT)}
    return keys[0], next(key for key in keys if places[key] != places[keys[0]])


def _stopping(bench: Bench) -> Callable[[float, threading.Event], bool]:
    """Return a wait during which the worker is stopped."""
    wait = bench.clock.wait

    def stop_and_wait(seconds: float, wake: threading.Event) -> bool:
        bench.stop.set()
        return wait(seconds, wake)

    return stop_and_wait


@pytest.mark.parametrize("failure", [TooLarge("9 MB"), Refused("no key")])
def test_the_budget_counts_messages_that_the_destination_refuses(failure: TooLarge | Refused) -> None:
    bench = Bench(partitions=1, window=WindowLimits(batch=1, messages=20, size=1_000_000))
    bench.budget = DeadLetterBudget(BudgetLimits(window=10, max_ratio=0.4))
    bench.clock = StoppingClock()
    bench.sink.faults = {good(number): [failure] * 2 for number in range(12)}  # at first, and alone
    bench.put(*(message(good(number)) for number in range(12)))

    with pytest.raises(DeadLetterBudgetSpent, match="5 of the last 5"):
        bench.run()

    assert bench.made.spent
    assert bench.payloads(VALID) == []
    assert len(bench.payloads(DEAD)) == 4
    assert bench.settled() <= 4
    bench.budget, bench.clock, bench.sink.faults = None, FakeClock(), {}
    bench.run()
    assert bench.settled() == 12
    assert {*bench.payloads(VALID), *bench.payloads(DEAD)} == {good(number) for number in range(12)}


def test_a_spent_budget_sends_and_settles_nothing_more_and_stays_until_it_is_stopped() -> None:
    bench = Bench(partitions=1)
    bench.budget = DeadLetterBudget(BudgetLimits(window=10, max_ratio=0.4))
    bench.clock = StoppingClock()
    bench.put(*[message(GOOD)] * 7, *[message(BAD)] * 7)

    with pytest.raises(DeadLetterBudgetSpent, match="7 of the last 14"):
        bench.run()

    assert bench.made.spent
    assert bench.made.alive
    assert bench.payloads(VALID) == [GOOD] * 7
    assert bench.payloads(DEAD) == []
    assert bench.settled() <= 7
    bench.budget, bench.clock = None, FakeClock()
    bench.run()
    assert bench.payloads(DEAD) == [BAD] * 7
    assert bench.settled() == 14
