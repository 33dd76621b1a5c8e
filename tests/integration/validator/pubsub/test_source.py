"""The source during failures of service and network, and after time-outs."""

from collections.abc import Sequence

import grpc
import pytest
from google.pubsub_v1 import types

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Message
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import Emulator
from tests.integration.validator.pubsub.conftest import OpenSource

WAIT = 30.0


def put(admin: PubSubAdmin, topic: str, count: int, key: str = "", size: int = 0, first: int = 0) -> None:
    numbers = range(first, first + count)
    admin.put(topic, *(types.PubsubMessage(data=b"%05d" % n + b"." * size, ordering_key=key) for n in numbers))


def received(source: PubSubSource, count: int) -> list[Message]:
    found: list[Message] = []

    def enough() -> bool:
        found.extend(source.receive(1000, 0.1))
        return len(found) >= count

    until(enough, f"{count} messages come")
    return found


def numbers(messages: Sequence[Message]) -> list[int]:
    return [int((each.payload or b"")[:5]) for each in messages]


def quiet(source: PubSubSource, seconds: float) -> list[int]:
    """Return the messages within some seconds."""
    deadline = SystemClock().monotonic() + seconds
    found: list[int] = []
    while SystemClock().monotonic() < deadline:
        found += numbers(source.receive(1000, 0.1))
    return found


def test_a_lease_is_extended_until_the_message_is_settled(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make()
    put(admin, topic, 10)
    source = open_source(topic, lease=2)

    found = received(source, 10)
    calls = emulator.broker.calls
    until(lambda: calls.get("ModifyAckDeadline", 0) >= 3, "leases are extended")
    source.settle(found)

    until(lambda: emulator.queue(topic).waiting == 0, "all are acknowledged")
    assert emulator.queue(topic).redelivered == 0


def test_a_lease_is_not_extended_for_ever(admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource) -> None:
    topic = admin.make()
    put(admin, topic, 1)
    source = open_source(topic, lease=1, extension=1.5)

    received(source, 1)

    assert numbers(received(source, 1)) == [0]
    assert emulator.queue(topic).redelivered >= 1


def test_what_a_killed_source_had_comes_again_in_order(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make()
    put(admin, topic, 10, key="k")
    emulator.trouble.refusals["ModifyAckDeadline"] = grpc.StatusCode.UNAVAILABLE
    first = open_source(topic, lease=1)
    received(first, 10)
    put(admin, topic, 5, key="k", first=10)
    first.close()
    emulator.trouble.refusals.clear()

    found = received(open_source(topic), 15)

    assert numbers(found) == list(range(15))


def test_no_more_is_taken_than_may_be_open(admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource) -> None:
    topic = admin.make()
    put(admin, topic, 30)
    source = open_source(topic, messages=10)

    found = received(source, 10)
    assert quiet(source, 1.0) == []
    assert len(emulator.queue(topic).leases) == 10
    source.settle(found)

    assert len(received(source, 10)) == 10


def test_no_more_bytes_are_taken_than_may_be_open(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make()
    put(admin, topic, 10, size=50_000)
    source = open_source(topic, size=150_000)

    found = received(source, 3)
    assert quiet(source, 0.5) == []
    assert len(emulator.queue(topic).leases) <= 4
    source.settle(found)

    assert numbers(received(source, 3))[0] == len(found)


def test_a_broken_stream_is_opened_again(admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource) -> None:
    topic = admin.make()
    source = open_source(topic)
    put(admin, topic, 5, key="k")
    found = received(source, 5)

    emulator.break_streams()
    source.settle(found)
    put(admin, topic, 5, key="k", first=5)

    again = received(source, 5)
    assert numbers(again) == [5, 6, 7, 8, 9]
    source.settle(again)
    until(lambda: emulator.queue(topic).waiting == 0, "all are acknowledged")


def test_the_service_may_be_away(admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource) -> None:
    topic = admin.make()
    source = open_source(topic)
    put(admin, topic, 5)
    found = received(source, 5)

    emulator.stop()
    source.settle(found)
    assert quiet(source, 1.0) == []
    assert not source.assigned
    emulator.start()

    put(admin, topic, 5, first=5)
    assert sorted(numbers(received(source, 5))) == [5, 6, 7, 8, 9]
    until(lambda: source.assigned, "the source says that it reads")
    until(lambda: emulator.queue(topic).acknowledged == 5, "what was settled meanwhile is acknowledged")


@pytest.mark.parametrize(
    "code", [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL, grpc.StatusCode.RESOURCE_EXHAUSTED]
)
def test_acknowledgements_are_tried_again(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource, code: grpc.StatusCode
) -> None:
    topic = admin.make()
    put(admin, topic, 5)
    source = open_source(topic)
    emulator.trouble.refusals["Acknowledge"] = code

    source.settle(received(source, 5))
    quiet(source, 0.5)
    assert emulator.queue(topic).acknowledged == 0
    emulator.trouble.refusals.clear()

    until(lambda: emulator.queue(topic).acknowledged == 5, "all are acknowledged")
    assert emulator.queue(topic).redelivered == 0


def test_exactly_once_acknowledgements_that_fail_for_a_moment_are_tried_again(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make(exactly_once=True)
    put(admin, topic, 5)
    source = open_source(topic)
    emulator.trouble.transient_acks = 2

    source.settle(received(source, 5))

    until(lambda: emulator.queue(topic).acknowledged == 5, "all are acknowledged")
    assert emulator.broker.calls["Acknowledge"] == 3


def test_exactly_once_acknowledgements_that_come_too_late_do_not_hold_up_others(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make(exactly_once=True)
    put(admin, topic, 5)
    source = open_source(topic)
    found = received(source, 5)
    queue = emulator.queue(topic)
    with emulator.broker.change():
        queue.extend([next(iter(queue.leases))], 0)

    source.settle(found)

    until(lambda: queue.acknowledged == 4, "the others are acknowledged")
    assert numbers(received(source, 1)) == [0]


def test_exactly_once_gives_only_what_is_surely_ours(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make(exactly_once=True)
    emulator.trouble.refusals["ModifyAckDeadline"] = grpc.StatusCode.PERMISSION_DENIED
    put(admin, topic, 3)
    source = open_source(topic, lease=2)

    assert quiet(source, 1.0) == []
    emulator.trouble.refusals.clear()

    assert sorted(numbers(received(source, 3))) == [0, 1, 2]


def test_exactly_once_waits_for_the_answer_before_it_gives_what_is_later(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make(exactly_once=True)
    emulator.trouble.refusals["ModifyAckDeadline"] = grpc.StatusCode.UNAVAILABLE
    source = open_source(topic)
    put(admin, topic, 5, key="k")
    until(lambda: emulator.broker.refused > 0, "the lease is asked for")
    put(admin, topic, 5, key="k", first=5)
    emulator.trouble.refusals.clear()

    assert numbers(received(source, 10)) == list(range(10))
    assert emulator.queue(topic).redelivered == 0


def test_exactly_once_gives_nothing_of_a_key_before_what_was_taken_back(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    topic = admin.make(exactly_once=True)
    put(admin, topic, 10, key="k")
    emulator.trouble.lost_leases = 1

    source = open_source(topic)

    assert numbers(received(source, 10)) == list(range(10))
    assert emulator.queue(topic).redelivered > 0


def test_a_subscription_that_is_not_there_is_said(open_source: OpenSource) -> None:
    source = open_source("not-there")

    with pytest.raises(SourceFailed, match=r"not-there.*NOT_FOUND"):
        quiet(source, WAIT)


def test_a_subscription_that_may_not_be_read_is_said(
    admin: PubSubAdmin, emulator: Emulator, open_source: OpenSource
) -> None:
    emulator.trouble.refusals["StreamingPull"] = grpc.StatusCode.PERMISSION_DENIED
    source = open_source(admin.make())

    with pytest.raises(SourceFailed, match="PERMISSION_DENIED"):
        quiet(source, WAIT)


def test_an_idle_source_says_that_it_reads(admin: PubSubAdmin, open_source: OpenSource) -> None:
    source = open_source(admin.make())

    until(lambda: source.assigned, "the source says that it reads")
