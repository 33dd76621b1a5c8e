"""The emulator behaves as Google's own subscriber and publisher expect."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import pubsub_v1
from google.cloud.pubsub_v1.subscriber.exceptions import AcknowledgeError, AcknowledgeStatus
from google.cloud.pubsub_v1.subscriber.message import Message as Received
from google.pubsub_v1 import types

from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import Emulator

WAIT = 20.0


@pytest.fixture(autouse=True)
def _host(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", emulator.host)


@contextmanager
def subscribed(admin: PubSubAdmin, subscription: str, **settings: Any) -> Iterator["queue.Queue[Received]"]:
    """Yield the messages that the library's own subscriber passes to its callback."""
    received: queue.Queue[Received] = queue.Queue()
    with pubsub_v1.SubscriberClient() as client:
        future = client.subscribe(admin.subscription_path(subscription), received.put, **settings)
        yield received
        future.cancel()
        future.result(WAIT)


def put(admin: PubSubAdmin, topic: str, count: int, key: str = "") -> None:
    admin.put(topic, *(types.PubsubMessage(data=b"%d" % number, ordering_key=key) for number in range(count)))


def test_the_library_publishes_and_receives(admin: PubSubAdmin, emulator: Emulator) -> None:
    topic = admin.make()
    publisher = pubsub_v1.PublisherClient(publisher_options=pubsub_v1.types.PublisherOptions(True))
    sent = [publisher.publish(admin.topic_path(topic), b"%d" % n, ordering_key="k", a="b") for n in range(50)]
    assert len({each.result(WAIT) for each in sent}) == 50
    publisher.stop()
    publisher.transport.close()

    with subscribed(admin, topic) as received:
        found = []
        for _ in range(50):
            message = received.get(timeout=WAIT)
            message.ack()
            found.append(int(message.data))
        assert found == list(range(50))
        until(lambda: emulator.queue(topic).waiting == 0, "all are acknowledged")


def test_what_is_not_wanted_comes_again(admin: PubSubAdmin) -> None:
    topic = admin.make(ordering=False)
    put(admin, topic, 1)

    with subscribed(admin, topic) as received:
        received.get(timeout=WAIT).nack()
        received.get(timeout=WAIT).ack()


def test_exactly_once_says_what_counts(admin: PubSubAdmin, emulator: Emulator) -> None:
    topic = admin.make(ordering=False, exactly_once=True)
    put(admin, topic, 2)

    with subscribed(admin, topic) as received:
        first, second = received.get(timeout=WAIT), received.get(timeout=WAIT)
        assert first.ack_with_response().result(WAIT) is AcknowledgeStatus.SUCCESS
        emulator.queue(topic).extend([second.ack_id], 0)
        with pytest.raises(AcknowledgeError) as late:
            second.ack_with_response().result(WAIT)
        assert late.value.error_code is AcknowledgeStatus.INVALID_ACK_ID
        received.get(timeout=WAIT).ack()


def test_a_stream_gives_no_more_than_may_be_open(admin: PubSubAdmin, emulator: Emulator) -> None:
    topic = admin.make(ordering=False)
    put(admin, topic, 20)

    with subscribed(admin, topic, flow_control=pubsub_v1.types.FlowControl(max_messages=5)) as received:
        first = [received.get(timeout=WAIT) for _ in range(5)]
        assert len(emulator.queue(topic).leases) == 5
        for message in first:
            message.ack()
        for _ in range(15):
            received.get(timeout=WAIT).ack()


def test_after_a_message_that_comes_again_come_all_of_its_key(admin: PubSubAdmin, emulator: Emulator) -> None:
    topic = admin.make()
    put(admin, topic, 5, key="k")
    holder = object()
    queue = emulator.queue(topic)
    names = [each.ack_id for each in queue.take(5, 1 << 20, 60, holder)]

    assert queue.take(5, 1 << 20, 60, object()) == []
    queue.acknowledge(names[:2])
    queue.extend([names[2]], 0)

    assert [each.message.data for each in queue.take(5, 1 << 20, 60, object())] == [b"2", b"3", b"4"]


@pytest.mark.parametrize(
    "messages",
    [
        [{}],
        [{"data": b"1", "ordering_key": "a"}, {"data": b"2", "ordering_key": "b"}],
        [{"data": b"1"}] * 1001,
        [{"attributes": {str(number): "" for number in range(101)}}],
        [{"attributes": {"n" * 257: ""}}],
        [{"attributes": {"a": "v" * 1025}}],
        [{"attributes": {"google": ""}}],
        [{"data": b"." * 10_000_001}],
    ],
    ids=["empty", "two keys", "1001", "attributes", "name", "value", "reserved", "large"],
)
def test_limits_are_those_of_the_service(admin: PubSubAdmin, messages: list[Any]) -> None:
    topic = admin.make()

    with pytest.raises(exceptions.InvalidArgument):
        admin._publisher.publish(topic=admin.topic_path(topic), messages=messages)


def test_messages_outlive_the_server(admin: PubSubAdmin, emulator: Emulator) -> None:
    topic = admin.make()
    put(admin, topic, 3)
    host = emulator.host

    emulator.stop()
    emulator.start()

    assert emulator.host == host
    assert len(admin.read(topic, 3)) == 3
