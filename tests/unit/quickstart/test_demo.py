"""The demonstration, against streams that route right and wrong."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.shared.quickstart.arrival import ShownArrival
from sluicegate.shared.quickstart.demo import Demo, fault
from sluicegate.shared.quickstart.errors import DemoFailed, PartFailed
from sluicegate.shared.quickstart.messages import SampleMessage, sample_messages
from sluicegate.shared.quickstart.registration import Registered
from sluicegate.shared.quickstart.samples import ORDER, PERSON
from sluicegate.shared.quickstart.screen import Screen
from tests.fakes.clock import FakeClock

MESSAGES = sample_messages(
    Registered(PERSON, SchemaId(7), (VersionNumber(1), VersionNumber(2))),
    Registered(ORDER, SchemaId(8), (VersionNumber(1),)),
)


class FakeStream:
    """Turns each message into arrivals with a function, at once; its waits move the clock."""

    def __init__(self, clock: FakeClock, route: Callable[[str, SampleMessage], list[ShownArrival]]) -> None:
        self._clock = clock
        self._route = route
        self._waiting: list[ShownArrival] = []

    def send(self, key: str, message: SampleMessage) -> None:
        self._waiting += self._route(key, message)

    def next(self, seconds: float) -> ShownArrival | None:
        if self._waiting:
            return self._waiting.pop(0)
        self._clock.advance(seconds)
        return None


def rightly(key: str, message: SampleMessage) -> list[ShownArrival]:
    headers = dict(message.headers)
    if message.code is not None:
        headers |= {"deadLetterErrorCode": message.code, "deadLetterErrorReason": f"because of {message.code}"}
    return [ShownArrival(message.destination, key, headers, message.payload)]


def shown(route: Callable[[str, SampleMessage], list[ShownArrival]], check: Callable[[], None] = lambda: None) -> str:
    text, clock = io.StringIO(), FakeClock()
    Demo(FakeStream(clock, route), Screen(Console(file=text, width=200)), clock, check).run(MESSAGES)
    return text.getvalue()


def test_every_message_is_shown_with_where_it_went_and_why() -> None:
    text = shown(rightly)
    assert all(message.shows in text for message in MESSAGES)
    assert all(f"because of {message.code}" in text for message in MESSAGES if message.code)
    assert f"{len(MESSAGES)} messages: 6 valid, 10 dead-lettered" in text


def test_a_message_that_comes_twice_counts_once() -> None:
    assert f"{len(MESSAGES)} messages" in shown(lambda key, message: rightly(key, message) * 2)


def test_all_messages_that_are_lost_are_named() -> None:
    def lossy(key: str, message: SampleMessage) -> list[ShownArrival]:
        return [] if key in ("sample-01", "sample-03") else rightly(key, message)

    with pytest.raises(DemoFailed) as caught:
        shown(lossy)
    assert "sample-01 (a person) did not arrive" in caught.value.message
    assert "sample-03 (a negative age) did not arrive" in caught.value.message
    assert "sample-02" not in caught.value.message


def test_a_part_that_ends_ends_the_demonstration() -> None:
    def gone() -> None:
        raise PartFailed("validator", "ended", Path("validator.log"))

    with pytest.raises(PartFailed):
        shown(rightly, gone)


GOOD = SampleMessage("a good one", {"schemaId": "7"}, b"{}")
BAD = SampleMessage("a bad one", {"schemaId": "7"}, b"{", "payload_malformed")


@pytest.mark.parametrize("message", [GOOD, BAD])
def test_a_message_as_it_should_be_has_no_fault(message: SampleMessage) -> None:
    assert fault("k", message, rightly("k", message)[0]) is None


@pytest.mark.parametrize(
    ("message", "arrived_as", "said"),
    [
        (GOOD, BAD, "should go to valid, and went to dead-letter payload_malformed because of payload_malformed"),
        (BAD, GOOD, "should go to dead-letter payload_malformed, and went to valid"),
        (BAD, replace(BAD, code="payload_invalid"), "went to dead-letter payload_invalid"),
        (GOOD, replace(GOOD, payload=b"{} "), "another payload or other headers"),
        (GOOD, replace(GOOD, headers={}), "another payload or other headers"),
    ],
)
def test_a_fault_says_what_was_expected_and_what_came(
    message: SampleMessage, arrived_as: SampleMessage, said: str
) -> None:
    found = fault("k", message, rightly("k", arrived_as)[0])
    assert found is not None
    assert said in found


def test_the_samples_show_every_code_that_a_producer_can_cause() -> None:
    assert {message.code for message in MESSAGES} == {
        None,
        "attribute_missing",
        "attribute_invalid",
        "schema_not_found",
        "format_mismatch",
        "payload_malformed",
        "payload_invalid",
    }
