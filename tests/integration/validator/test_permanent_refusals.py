"""Pub/Sub and Service Bus refuse a request for one message: it becomes a dead letter."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats import catalog
from sluicegate.validator.brokers.memory import MemoryBroker, MemorySource
from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig
from sluicegate.validator.brokers.pubsub.sink import PubSubSink
from sluicegate.validator.brokers.servicebus.config import Access, SinkConfig
from sluicegate.validator.brokers.servicebus.sink import ServiceBusSink
from sluicegate.validator.errors import MessageUndeliverable
from sluicegate.validator.loop.worker import Pace, Parts, Worker
from sluicegate.validator.model import Destination, Message
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.ports import Sink
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import INPUT, headers, stored
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator
from tests.fixtures.servicebus import MakeQueue
from tests.fixtures.servicebus_server import ServiceBusServer

COUNT, BAD = 50, {7, 8, 31}
BOTH = (Destination.VALID, Destination.DEAD_LETTER)


def payload(number: int) -> bytes:
    return b'{"age":%d%s}' % (number, b',"unwanted":1' if number in BAD else b"")


class Bench:
    """A worker from a broker in memory to one of these brokers."""

    def __init__(self, sink: Sink, read: Callable[[Destination, int], list[tuple[bytes | None, str]]]) -> None:
        self.sink, self.read = sink, read
        self.broker = MemoryBroker(1)
        self.stop = threading.Event()
        decider = ByAttributes(Checks(FakeSchemas(stored()), catalog.engine, capacity=10))
        source = MemorySource(self.broker, [INPUT], "group")
        parts = Parts(source, sink, Processor(decider), DeadLetters("w", 1024), SystemClock(), Metrics())
        self.worker = Worker(parts, Pace(), self.stop)

    def put(self, key: Callable[[int], bytes | None]) -> None:
        for number in range(COUNT):
            self.broker.append(INPUT, Message(payload(number), key(number), headers(), 0, None))

    def run(self, done: Callable[[], bool]) -> None:
        watch = threading.Thread(target=self._stop_when, args=(done,))
        watch.start()
        try:
            self.worker.run()
        finally:
            self.stop.set()
            watch.join()

    def settled(self) -> int:
        return sum(self.broker.group("group").committed.values())

    def _stop_when(self, done: Callable[[], bool]) -> None:
        clock = SystemClock()
        until = clock.monotonic() + 60
        while not done() and clock.monotonic() < until and not clock.wait(0.02, self.stop):
            pass
        self.stop.set()


Refuse = Callable[[Sequence[Destination]], Bench]


@pytest.fixture
def on_pubsub() -> Iterator[Refuse]:
    """The topics refuse some data, as topics with schemas do."""
    with Emulator() as emulator, PubSubAdmin(PROJECT, emulator.host) as admin:
        topics = {Destination.VALID: admin.make("valid"), Destination.DEAD_LETTER: admin.make("dead")}
        paths = {goal: admin.topic_path(topic) for goal, topic in topics.items()}

        def read(goal: Destination, count: int) -> list[tuple[bytes | None, str]]:
            found = admin.read(topics[goal], count)
            return [(each.data, each.attributes.get("deadLetterErrorCode", "")) for each in found]

        with closing(PubSubSink(PubSubSinkConfig(paths, emulator.host))) as sink:

            def refuse(goals: Sequence[Destination]) -> Bench:
                emulator.broker.trouble.unwanted = {paths[goal]: b"unwanted" for goal in goals}
                bench = Bench(sink, read)
                bench.put(lambda number: b"k")
                return bench

            yield refuse


@pytest.fixture
def on_servicebus(servicebus_server: ServiceBusServer, make_queue: MakeQueue) -> Iterator[Refuse]:
    """Queues that require sessions refuse messages without one."""
    with closing(_Closing()) as opened:

        def refuse(goals: Sequence[Destination]) -> Bench:
            queues = {goal: make_queue(sessions=goal in goals) for goal in BOTH}

            def read(goal: Destination, count: int) -> list[tuple[bytes | None, str]]:
                found = servicebus_server.messages(queues[goal])
                return [(each.payload, str(each.properties.get("deadLetterErrorCode", ""))) for each in found]

            config = SinkConfig(
                Access(servicebus_server.connection_string), queues, retries=0, keep_alive=0, listen=0.02
            )
            opened.sink = ServiceBusSink(config)
            bench = Bench(opened.sink, read)
            bench.put(lambda number: None if number in BAD else b"k")
            return bench

        yield refuse


class _Closing:
    sink: Sink | None = None

    def close(self) -> None:
        if self.sink is not None:
            self.sink.close()


@pytest.fixture(params=["pubsub", "servicebus"])
def refuse(request: pytest.FixtureRequest) -> Refuse:
    made: Refuse = request.getfixturevalue(f"on_{request.param}")
    return made


def test_refused_messages_are_dead_lettered_and_the_rest_arrives_in_order(refuse: Refuse) -> None:
    bench = refuse([Destination.VALID])

    bench.run(lambda: bench.settled() == COUNT)

    assert bench.settled() == COUNT
    good = [payload(number) for number in range(COUNT) if number not in BAD]
    assert [data for data, _ in bench.read(Destination.VALID, len(good))] == good
    letters = bench.read(Destination.DEAD_LETTER, len(BAD))
    assert set(letters) == {(payload(number), "refused_by_destination") for number in BAD}


def test_a_message_that_both_topics_refuse_halts_the_worker(refuse: Refuse) -> None:
    bench = refuse(BOTH)

    with pytest.raises(MessageUndeliverable, match=f"{INPUT}/0/7 is refused by the dead-letter destination"):
        bench.run(lambda: bench.worker.halted is not None)

    assert bench.settled() == 0
    assert not bench.worker.sending
