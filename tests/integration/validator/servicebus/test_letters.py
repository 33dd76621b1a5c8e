"""Dead letters on Service Bus, taken up again."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import Violation
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.validator.brokers.letters import Redriving
from sluicegate.validator.brokers.servicebus.settings import Destination, Source
from sluicegate.validator.deadletters import judging, letter
from sluicegate.validator.deadletters.redrive import Redrive, RedriveLimits, Tally
from sluicegate.validator.errors import NotOffered
from sluicegate.validator.model import Code, Invalid, Message
from sluicegate.validator.model import Destination as Goal
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.ports import Sink
from tests.fixtures.programs import until
from tests.fixtures.servicebus import MakeQueue
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = pytest.mark.usefixtures("careless_sockets")
SCHEMA = '{"type": "integer"}'


@pytest.fixture
def destination(servicebus_server: ServiceBusServer, make_queue: MakeQueue) -> Destination:
    return Destination.model_validate(
        {
            "broker": "servicebus",
            "connection_string": servicebus_server.connection_string,
            "valid": make_queue("valid"),
            "dead_letter": make_queue("dead-letter"),
        }
    )


def letters(payloads: tuple[bytes, ...]) -> list[Message]:
    desk = DeadLetters("test")
    verdict = Invalid(Code.PAYLOAD_MALFORMED, tuple(violations()))
    original = [Message(payload, b"one key", [("schemaId", b"7")], 0, None) for payload in payloads]
    return [desk.write(message, verdict, "kafka://t/0/1", b"2026-01-01T00:00:00.000Z") for message in original]


def violations() -> Iterator[Violation]:
    with judge() as processor:
        found = processor.judge(Message(b"{", None, [], 0, None))
    assert isinstance(found, Invalid)
    yield from found.violations


@contextmanager
def judge() -> Iterator[Processor]:
    """A processor that holds every message against one file."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        file.write(SCHEMA)
        file.flush()
        with judging.by_file(Path(file.name), None, Limits(), FormatOptions()) as processor:
            yield processor


def put(sink: Sink, where: Goal, messages: list[Message]) -> None:
    sink.send(where, messages)
    until(lambda: sink.confirm(0.1) is not None, "sent")
    sink.close()


def redriven(sides: Redriving) -> Tally:
    with closing(sides.sink), judge() as processor:
        return Redrive(sides, processor, RedriveLimits(quiet=1.0), SystemClock()).run(threading.Event(), lambda _: None)


def test_what_passes_is_sent_on_once_and_the_rest_stays(
    destination: Destination, servicebus_server: ServiceBusServer
) -> None:
    put(destination.make(), Goal.DEAD_LETTER, letters((b"1", b"{", b"2", b'"x"')))
    there = destination.letters(None)
    browser = there.browse(everything=False)
    seen = [letter.read(message, browser.address(message)) for message in browser.messages(10)]
    browser.close()

    first, second = redriven(there.redrive()), redriven(there.redrive())

    assert [(each.code, each.schema, each.address) for each in seen] == [
        ("payload_malformed", "7", f"servicebus://{destination.dead_letter}/{number}") for number in (1, 2, 3, 4)
    ]
    assert (first.passed, first.stayed, second.passed, second.stayed) == (2, 2, 0, 2)
    sent = servicebus_server.messages(destination.valid)
    assert [each.payload for each in sent] == [b"1", b"2"]
    assert [each.properties for each in sent] == [{"schemaId": "7"}] * 2
    assert [each.payload for each in servicebus_server.messages(destination.dead_letter)] == [b"{", b'"x"']


def test_the_own_dead_letter_queue_can_be_taken_up(
    destination: Destination, servicebus_server: ServiceBusServer, make_queue: MakeQueue
) -> None:
    queue = make_queue("input", max_deliveries=1)
    connection = {"broker": "servicebus", "connection_string": servicebus_server.connection_string}
    source = Source.model_validate({**connection, "queue": queue, "own_dead_letter_queue": True})
    put(
        Destination.model_validate({**connection, "valid": queue, "dead_letter": "x"}).make(),
        Goal.VALID,
        letters((b"5",)),
    )
    reader = source.make()
    reader.open(lambda lanes: None)
    until(lambda: bool(reader.receive(1, 0.1)), "it came")
    servicebus_server.lose_locks(queue)  # delivered too often
    reader.close()

    there = source.own_letters(destination)
    assert there is not None
    assert there.place == f"servicebus://{queue}/$DeadLetterQueue"
    assert redriven(there.redrive()).passed == 1
    (sent,) = servicebus_server.messages(destination.valid)
    assert (sent.payload, sent.properties) == (b"5", {"schemaId": "7"})
    assert servicebus_server.messages(f"{queue}/$DeadLetterQueue") == []


def test_entities_with_sessions_cannot_be_looked_at(destination: Destination) -> None:
    with pytest.raises(NotOffered, match="sessions"):
        destination.model_copy(update={"sessions": True}).letters(None)
