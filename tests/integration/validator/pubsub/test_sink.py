"""The sink with unsupported messages, and during failures of the service."""

import hashlib
import threading
from collections.abc import Sequence

import grpc
import pytest

from sluicegate.validator.brokers.pubsub.sink import PubSubSink
from sluicegate.validator.model import DELIVERED, Destination, Headers, Message, Outcome, TooLarge, Undelivered
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import Emulator
from tests.integration.validator.pubsub.conftest import OpenSink


def message(number: int, key: bytes | None = None, headers: Headers | None = None) -> Message:
    return Message(b"%d" % number, key, headers or [], 0, None)


def confirmed(sink: PubSubSink) -> Sequence[Outcome]:
    found: list[Sequence[Outcome] | None] = []

    def answered() -> bool:
        found[:] = [sink.confirm(0.2)]
        return found[0] is not None

    until(answered, "everything is confirmed")
    return found[0] or []


def test_attributes_may_have_any_name(admin: PubSubAdmin, open_sink: OpenSink) -> None:
    names = ["topic", "data", "ordering_key", "retry", "timeout", "self", "Ż ó!"]
    topic = admin.make()
    sink = open_sink(topic)

    sink.send(Destination.VALID, [message(1, headers=[(name, b"x") for name in names])])

    assert confirmed(sink) == [DELIVERED]
    assert dict(admin.read(topic, 1)[0].attributes) == dict.fromkeys(names, "x")


def test_names_that_are_reserved_get_another(admin: PubSubAdmin, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic)

    sink.send(Destination.VALID, [message(1, headers=[("google-trace", b"1"), ("", b"2")])])

    assert confirmed(sink) == [DELIVERED]
    assert dict(admin.read(topic, 1)[0].attributes) == {
        "x-google-trace": "1",
        "x-": "2",
        "renamedAttributes": '["x-google-trace", "x-"]',
    }


def test_a_message_of_nothing_arrives(admin: PubSubAdmin, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic)

    sink.send(Destination.VALID, [Message(None, None, [], 0, None)])

    assert confirmed(sink) == [DELIVERED]
    assert admin.read(topic, 1)[0].data == b""


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ([(str(number), b"") for number in range(101)], "101 attributes"),
        ([("n" * 300, b"")], "300 bytes"),
        ([("long", b"v" * 2000)], "'long' has 2000 bytes"),
    ],
)
def test_a_valid_message_that_does_not_fit_is_not_sent(
    admin: PubSubAdmin, open_sink: OpenSink, headers: Headers, said: str
) -> None:
    topic = admin.make()
    sink = open_sink(topic)

    sink.send(Destination.VALID, [message(1, headers=headers), message(2)])

    refused, sent = confirmed(sink)
    assert isinstance(refused, TooLarge)
    assert said in refused.detail
    assert sent == DELIVERED


def test_of_a_dead_letter_that_does_not_fit_is_sent_what_does(admin: PubSubAdmin, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic)
    headers: Headers = [(f"{number:03d}", "ż".encode() * 1000) for number in range(150)]
    why: Headers = [("deadLetterErrorCode", b"payload_invalid"), ("deadLetterErrorReason", b"because")]

    sink.send(Destination.DEAD_LETTER, [message(1, headers=[*headers, *why])])

    assert confirmed(sink) == [DELIVERED]
    attributes = admin.read(topic, 1)[0].attributes
    assert len(attributes) == 100
    assert attributes["deadLetterErrorCode"] == "payload_invalid"
    assert attributes["000"] == "ż" * 512


def test_a_key_of_bytes_keeps_its_order(admin: PubSubAdmin, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic)
    keys = [b"\xff\x00", b"", b"k" * 3000, b"plain"]

    for start in range(0, 400, 40):
        sink.send(Destination.VALID, [message(n, keys[n % 4]) for n in range(start, start + 40)])

    assert set(confirmed(sink)) == {DELIVERED}
    found = admin.read(topic, 400)
    for key in {each.ordering_key for each in found}:
        of_key = [int(each.data) for each in found if each.ordering_key == key]
        assert of_key == sorted(of_key)
    assert {each.ordering_key for each in found} == {
        "data:application/octet-stream;base64,/wA=",
        "data:application/octet-stream;base64,",
        "sha256:" + hashlib.sha256(b"k" * 3000).hexdigest(),
        "plain",
    }
    long = next(each.attributes for each in found if each.ordering_key.startswith("sha256:"))
    assert [len(long[name]) for name in ("messageKey", "messageKey2", "messageKey3")] == [1024, 1024, 952]


def test_without_ordering_the_key_is_an_attribute(admin: PubSubAdmin, emulator: Emulator, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic, ordering=False)

    sink.send(Destination.VALID, [message(number, b"k%d" % number) for number in range(100)])

    assert confirmed(sink) == [DELIVERED] * 100
    assert emulator.broker.calls["Publish"] == 1
    assert {each.attributes["messageKey"] for each in admin.read(topic, 100)} == {f"k{n}" for n in range(100)}


def test_requests_have_the_size_that_is_set(admin: PubSubAdmin, emulator: Emulator, open_sink: OpenSink) -> None:
    sink = open_sink(admin.make(), batch_messages=10)

    sink.send(Destination.VALID, [message(number) for number in range(95)])

    assert confirmed(sink) == [DELIVERED] * 95
    assert emulator.broker.calls["Publish"] == 10


def test_trouble_that_passes_is_waited_out(admin: PubSubAdmin, emulator: Emulator, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic)
    emulator.trouble.refusals["Publish"] = grpc.StatusCode.UNAVAILABLE

    sink.send(Destination.VALID, [message(number, b"k") for number in range(10)])
    assert sink.confirm(0.5) is None
    emulator.trouble.refusals.clear()

    assert confirmed(sink) == [DELIVERED] * 10
    assert [int(each.data) for each in admin.read(topic, 10)] == list(range(10))


def test_the_service_may_be_away(admin: PubSubAdmin, emulator: Emulator, open_sink: OpenSink) -> None:
    topic = admin.make()
    sink = open_sink(topic)
    emulator.stop()

    sink.send(Destination.VALID, [message(1)])
    assert sink.confirm(0.5) is None
    emulator.start()

    assert confirmed(sink) == [DELIVERED]


def test_what_is_refused_is_told_and_the_key_goes_on_only_after_that(
    admin: PubSubAdmin, emulator: Emulator, open_sink: OpenSink
) -> None:
    topic = admin.make()
    sink = open_sink(topic, batch_messages=1)
    emulator.trouble.refusals["Publish"] = grpc.StatusCode.PERMISSION_DENIED
    sink.send(Destination.VALID, [message(0, b"k"), message(1, b"k")])
    until(lambda: emulator.broker.refused == 1, "the first one is refused")
    emulator.trouble.refusals.clear()

    sink.send(Destination.VALID, [message(2, b"k"), message(3, b"other")])

    outcomes = confirmed(sink)
    assert [isinstance(outcome, Undelivered) for outcome in outcomes] == [True, True, True, False]
    sink.send(Destination.VALID, [message(number, b"k") for number in range(3)])
    assert confirmed(sink) == [DELIVERED] * 3
    assert sorted(int(each.data) for each in admin.read(topic, 4)) == [0, 1, 2, 3]


def test_closing_does_not_wait_for_a_service_that_is_away(
    admin: PubSubAdmin, emulator: Emulator, open_sink: OpenSink
) -> None:
    sink = open_sink(admin.make())
    emulator.stop()
    sink.send(Destination.VALID, [message(1)])
    sink.confirm(0.2)

    sink.close()

    until(lambda: not any(each.name.startswith("pubsub-publish") for each in threading.enumerate()), "its threads end")
