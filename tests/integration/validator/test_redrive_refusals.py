"""Redrives to destinations that refuse one letter: others are sent once, it stays."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats import catalog
from sluicegate.shared.model import Violation
from sluicegate.validator.brokers.kafka.settings import Destination as KafkaDestination
from sluicegate.validator.brokers.kafka.settings import Source as KafkaSource
from sluicegate.validator.brokers.pubsub.settings import Destination as PubSubDestination
from sluicegate.validator.brokers.pubsub.settings import Source as PubSubSource
from sluicegate.validator.brokers.servicebus.settings import Destination as ServiceBusDestination
from sluicegate.validator.deadletters import letter
from sluicegate.validator.deadletters.redrive import Redrive, RedriveLimits, Tally
from sluicegate.validator.model import Code, Destination, Invalid, Message
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import headers, stored
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator
from tests.fixtures.pubsub.google import GoogleEmulator, installed
from tests.fixtures.servicebus import MakeQueue
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = [pytest.mark.usefixtures("careless_sockets"), pytest.mark.timeout(180)]

COUNT, REFUSED, INVALID = 40, 17, 23
KEPT = {"payload_invalid": 1}
COMPACTED = {"cleanup.policy": "compact"}
SMALL = {"max.message.bytes": "3000"}

Settings = KafkaDestination | PubSubDestination | ServiceBusDestination


@dataclass(frozen=True)
class Bench:
    """Forty dead letters, and a destination that refuses one of them with `code`.

    `valid` returns all payloads of the valid destination. `rewrites`: whether the letter that stays
    is written again, with the new reason.
    """

    settings: Settings
    subscription: str | None
    valid: Callable[[], Sequence[bytes | None]]
    code: str
    rewrites: bool = False

    def put(self) -> None:
        with closing(self.settings.make()) as sink:
            sink.send(Destination.DEAD_LETTER, [self._letter(number) for number in range(COUNT)])
            until(lambda: sink.confirm(0.1) is not None, "the dead letters are there", 60)

    def redrive(self) -> Tally:
        processor = Processor(ByAttributes(Checks(FakeSchemas(stored()), catalog.engine, 10)))
        sides = self.settings.letters(self.subscription).redrive()
        with closing(sides.sink):
            run = Redrive(sides, processor, RedriveLimits(), SystemClock())
            return run.run(threading.Event(), lambda _: None)

    def left(self) -> dict[bytes | None, str]:
        """Return payload and code of each dead letter that waits."""
        with closing(self.settings.letters(self.subscription).browse(everything=False)) as browser:
            found = [letter.read(message, "") for message in browser.messages(1000)]
        assert len(found) == len({each.message.payload for each in found}), "a letter is there twice"
        return {each.message.payload: each.code for each in found}

    def _letter(self, number: int) -> Message:
        unkeyed = number == REFUSED and self.code == Code.REFUSED_BY_DESTINATION and self.subscription is None
        original = Message(payload(number), None if unkeyed else b"k", headers(), 0, None)
        verdict = Invalid(Code.PAYLOAD_INVALID, (Violation("/age", "minimum", "no"),))
        return DeadLetters("w").write(original, verdict, f"memory://in/0/{number}", b"now")


def payload(number: int) -> bytes:
    if number == INVALID:
        return b'{"age":"old"}'
    return b'{"age":%d%s}' % (number, b',"unwanted":"%s"' % (b"x" * 5_000) if number == REFUSED else b"")


@pytest.fixture(params=["refused_by_destination", "too_large"])
def on_kafka(request: pytest.FixtureRequest, apache_bootstrap: str, make_apache_topic: MakeTopic) -> Bench:
    """A compacted topic takes no record without a key; another topic takes small records alone."""
    refuses_size = request.param == "too_large"
    topic = make_apache_topic("valid", 1, SMALL if refuses_size else COMPACTED)
    settings = KafkaDestination(
        bootstrap=apache_bootstrap, valid=topic, dead_letter=make_apache_topic("dead-letter", 1)
    )
    source = KafkaSource(bootstrap=apache_bootstrap, topics=(topic,), group="unused")

    def valid() -> Sequence[bytes | None]:
        with closing(source.browse(None, None)) as browser:
            return [each.payload for each in browser.messages(1000)]

    return Bench(settings, None, valid, request.param, rewrites=True)


@pytest.fixture
def on_pubsub() -> Iterator[Bench]:
    """The valid topic refuses some data, as topics with schemas do."""
    with Emulator() as emulator, PubSubAdmin(PROJECT, emulator.host) as admin:
        topic, dead = admin.make("valid"), admin.make("dead-letter", ordering=False)
        emulator.broker.trouble.unwanted = {admin.topic_path(topic): b"unwanted"}
        settings = PubSubDestination(project=PROJECT, valid=topic, dead_letter=dead, emulator=admin.host)
        source = PubSubSource(project=PROJECT, subscription=topic, emulator=admin.host)

        def valid() -> Sequence[bytes | None]:
            with closing(source.browse(None, topic)) as browser:
                return [each.payload for each in browser.messages(1000)]

        yield Bench(settings, dead, valid, "refused_by_destination")


@pytest.fixture
def on_google() -> Iterator[Bench]:
    """Google's emulator refuses no data, so only the invalid letter stays."""
    jar = installed()
    if jar is None:
        pytest.skip("Google's emulator is not installed")
    with GoogleEmulator(jar) as emulator, PubSubAdmin(PROJECT, emulator.host) as admin:
        topic, dead = admin.make("valid"), admin.make("dead-letter", ordering=False)
        settings = PubSubDestination(project=PROJECT, valid=topic, dead_letter=dead, emulator=emulator.host)
        source = PubSubSource(project=PROJECT, subscription=topic, emulator=emulator.host)

        def valid() -> Sequence[bytes | None]:
            with closing(source.browse(None, topic)) as browser:
                return [each.payload for each in browser.messages(1000)]

        yield Bench(settings, dead, valid, "payload_invalid")


@pytest.fixture
def on_servicebus(servicebus_server: ServiceBusServer, make_queue: MakeQueue) -> Bench:
    """A queue that requires sessions refuses messages without one."""
    queue = make_queue("valid", sessions=True)
    settings = ServiceBusDestination.model_validate(
        {
            "broker": "servicebus",
            "connection_string": servicebus_server.connection_string,
            "valid": queue,
            "dead_letter": make_queue("dead-letter"),
        }
    )
    return Bench(
        settings,
        None,
        lambda: [each.payload for each in servicebus_server.messages(queue)],
        "refused_by_destination",
    )


def assert_sent_once(bench: Bench) -> None:
    """Redrive three times: only the first run sends anything."""
    bench.put()

    tallies = [bench.redrive() for _ in range(3)]

    assert [each.passed for each in tallies] == [COUNT - 2, 0, 0]
    assert [each.codes for each in tallies] == [{bench.code: 1, **KEPT}] * 3
    sent = [payload(number) for number in range(COUNT) if number not in (REFUSED, INVALID)]
    assert sorted(each or b"" for each in bench.valid()) == sorted(sent)
    code = bench.code if bench.rewrites else "payload_invalid"
    assert bench.left() == {payload(REFUSED): code, payload(INVALID): "payload_invalid"}


def test_redrive_on_kafka_sends_other_letters_once(on_kafka: Bench) -> None:
    assert_sent_once(on_kafka)


def test_redrive_on_pubsub_sends_other_letters_once(on_pubsub: Bench) -> None:
    assert_sent_once(on_pubsub)


def test_redrive_on_googles_emulator_sends_letters_once(on_google: Bench) -> None:
    """It withholds letters that a cancelled stream gave back until their leases end."""
    on_google.put()
    assert set(on_google.left()) == {payload(number) for number in range(COUNT)}  # leased, and given back

    tallies = [on_google.redrive() for _ in range(3)]

    assert [each.passed for each in tallies] == [COUNT - 1, 0, 0]
    assert [each.codes for each in tallies] == [KEPT] * 3
    assert sorted(each or b"" for each in on_google.valid()) == sorted(
        payload(number) for number in range(COUNT) if number != INVALID
    )
    assert on_google.left() == {payload(INVALID): "payload_invalid"}


def test_redrive_on_servicebus_sends_other_letters_once(on_servicebus: Bench) -> None:
    assert_sent_once(on_servicebus)
