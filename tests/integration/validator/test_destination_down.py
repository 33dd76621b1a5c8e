"""A worker whose destination is down, at its start or later: the source counts no delivery."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial

import grpc
import pytest
from confluent_kafka import Consumer, TopicPartition
from google.pubsub_v1 import types

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats import catalog
from sluicegate.validator.bootstrap import readiness
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig
from sluicegate.validator.brokers.kafka.kafka_python.sink import KafkaPythonSink
from sluicegate.validator.brokers.kafka.librdkafka.sink import ConfluentSink
from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig, PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.sink import PubSubSink
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.brokers.servicebus.config import Access, Entity, SinkConfig, SourceConfig
from sluicegate.validator.brokers.servicebus.dead_lettering import OwnDeadLetters
from sluicegate.validator.brokers.servicebus.sink import ServiceBusSink
from sluicegate.validator.brokers.servicebus.source import ServiceBusSource
from sluicegate.validator.loop.worker import Pace, Parts, Worker
from sluicegate.validator.model import Destination
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.ports import Sink, Source
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import stored
from tests.fixtures.apache_kafka import MakeKafka
from tests.fixtures.kafka_topics import topic_maker
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = pytest.mark.usefixtures("careless_sockets")

COUNT = 5
ATTRIBUTES = {"schemaId": "1", "versionId": "1", "format": "json"}


@dataclass(frozen=True, slots=True)
class Sides:
    """A source, and a destination that is up.

    `counted`: messages of the source with a counted delivery or a lock.
    """

    source: Source
    sink: Callable[[], Sink]
    put: Callable[[], object]
    counted: Callable[[], int]
    end: Callable[[], object]
    mend: Callable[[], object]
    delivered: Callable[[], int]
    left: Callable[[], int] = lambda: 0  # messages of the source that are not settled


@pytest.fixture
def servicebus() -> Iterator[ServiceBusServer]:
    with ServiceBusServer() as server:
        server.create_queue("input")
        yield server


@pytest.fixture
def from_servicebus(servicebus: ServiceBusServer) -> Callable[..., Sides]:
    """Both sides, with Service Bus as the source."""

    def put() -> None:
        servicebus.put("input", [(b'{"age":1}', ATTRIBUTES, "k")] * COUNT)

    def counted() -> int:
        return sum(bool(each.deliveries or each.token) for each in servicebus.messages("input"))

    def left() -> int:
        return len(servicebus.messages("input"))

    config = SourceConfig(Access(servicebus.connection_string), Entity("input"))
    return partial(Sides, ServiceBusSource(config), put=put, counted=counted, left=left)


@pytest.fixture
def on_servicebus(from_servicebus: Callable[..., Sides]) -> Iterator[Sides]:
    with ServiceBusServer() as far:
        far.create_queue("output")
        entities = dict.fromkeys(Destination, "output")
        config = SinkConfig(Access(far.connection_string), entities, retries=0)
        yield from_servicebus(
            lambda: OwnDeadLetters(ServiceBusSink(config)),
            end=far.stop,
            mend=far.start,
            delivered=lambda: len(far.messages("output")),
        )


@pytest.fixture(
    params=[(ConfluentSink, {}), (KafkaPythonSink, {"max_block_ms": 1_000})], ids=["confluent", "kafka-python"]
)
def on_kafka(
    request: pytest.FixtureRequest, make_kafka: MakeKafka, from_servicebus: Callable[..., Sides]
) -> Iterator[Sides]:
    node = make_kafka().start()
    topic = topic_maker(node.bootstrap)("output", 1)
    make, options = request.param
    config = KafkaSinkConfig(node.bootstrap, dict.fromkeys(Destination, topic), options)
    reader = Consumer({"bootstrap.servers": node.bootstrap, "group.id": "reader", "log_level": 0})
    yield from_servicebus(
        lambda: make(config),
        end=node.kill,
        mend=node.start,
        delivered=lambda: reader.get_watermark_offsets(TopicPartition(topic, 0), 5)[1],
    )
    reader.close()


@pytest.fixture
def to_pubsub(from_servicebus: Callable[..., Sides]) -> Iterator[Sides]:
    with Emulator() as far, PubSubAdmin(PROJECT, far.host) as admin:
        topic = admin.make("output")
        topics = dict.fromkeys(Destination, admin.topic_path(topic))
        yield from_servicebus(
            lambda: PubSubSink(PubSubSinkConfig(topics, far.host)),
            end=lambda: far.trouble.refusals.update({"Publish": grpc.StatusCode.UNAVAILABLE}),
            mend=far.trouble.refusals.clear,
            delivered=lambda: far.queue(topic).waiting,
        )


@pytest.fixture
def on_pubsub() -> Iterator[Sides]:
    with ExitStack() as stack:
        near, far = (stack.enter_context(Emulator()) for _ in range(2))
        into, out = (stack.enter_context(PubSubAdmin(PROJECT, each.host)) for each in (near, far))
        given, taken = into.make("input"), out.make("output")
        topic, message = into.topic_path(given), types.PubsubMessage.pb()(data=b'{"age":1}', attributes=ATTRIBUTES)
        topics = dict.fromkeys(Destination, out.topic_path(taken))
        yield Sides(
            PubSubSource(PubSubSourceConfig(into.subscription_path(given), near.host)),
            lambda: PubSubSink(PubSubSinkConfig(topics, far.host)),
            put=lambda: near.broker.publish(topic, [message] * COUNT),
            counted=lambda: len(near.queue(given).leases),
            end=lambda: far.trouble.refusals.update({"Publish": grpc.StatusCode.UNAVAILABLE}),
            mend=far.trouble.refusals.clear,
            delivered=lambda: far.queue(taken).waiting,
        )


class Running:
    """A worker between both sides, in a thread of its own."""

    def __init__(self, sides: Sides, sink: Sink) -> None:
        self.schemas, self._stop = FakeSchemas(stored()), threading.Event()
        decider = ByAttributes(Checks(self.schemas, catalog.engine, capacity=10))
        parts = Parts(sides.source, sink, Processor(decider), DeadLetters("w", 1024), SystemClock(), Metrics())
        self.worker = Worker(parts, Pace(outage=0.5), self._stop)
        self._thread = threading.Thread(target=self.worker.run)
        self._thread.start()

    @property
    def ready(self) -> bool:
        return all(readiness(self.worker, self.schemas).values())

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive()


@pytest.fixture
def start() -> Iterator[Callable[[Sides], Running]]:
    """Start a worker, and stop it at the end."""
    with ExitStack() as stack:

        def run(sides: Sides) -> Running:
            sink = stack.enter_context(closing(sides.sink()))
            running = Running(sides, sink)
            stack.callback(running.stop)
            return running

        yield run


Run = Callable[[Sides], Running]


@pytest.mark.parametrize("broker", ["on_servicebus", "on_pubsub"])
def test_worker_receives_nothing_before_its_destination_answers(
    broker: str, request: pytest.FixtureRequest, start: Run
) -> None:
    _receives_nothing_before(request.getfixturevalue(broker), start)


@pytest.mark.parametrize("on_kafka", [(ConfluentSink, {})], indirect=True)
def test_worker_receives_nothing_before_kafka_answers(on_kafka: Sides, start: Run) -> None:
    """The other client refuses to be made while no broker answers, so that no worker begins."""
    _receives_nothing_before(on_kafka, start)


def _receives_nothing_before(sides: Sides, start: Run) -> None:
    sides.end()
    sides.put()
    running = start(sides)
    until(lambda: not running.worker.sending, "the destination is noticed to be down", 60)
    assert not readiness(running.worker, running.schemas)["destination"]
    assert running.worker.alive
    assert not sides.counted()

    sides.mend()
    until(lambda: sides.delivered() == COUNT, "everything is delivered", 90)
    until(lambda: running.ready, "the worker is ready", 60)


@pytest.mark.parametrize("broker", ["on_servicebus", "on_pubsub"])
def test_worker_stops_while_its_destination_is_down(broker: str, request: pytest.FixtureRequest, start: Run) -> None:
    sides: Sides = request.getfixturevalue(broker)
    sides.end()
    sides.put()
    running = start(sides)
    until(lambda: not running.worker.sending, "the destination is noticed to be down", 60)

    running.stop()

    assert not sides.counted()


def test_worker_gives_messages_back_when_servicebus_goes_away(on_servicebus: Sides, start: Run) -> None:
    _gives_messages_back(on_servicebus, start)


def test_worker_gives_messages_back_when_pubsub_goes_away(to_pubsub: Sides, start: Run) -> None:
    _gives_messages_back(to_pubsub, start)


@pytest.mark.timeout(400)
def test_worker_gives_messages_back_when_kafka_goes_away(on_kafka: Sides, start: Run) -> None:
    _gives_messages_back(on_kafka, start)


def _gives_messages_back(sides: Sides, start: Run) -> None:
    """A process that is killed in the outage costs no delivery then: nothing is locked."""
    running = start(sides)
    until(lambda: running.ready, "the worker is ready", 60)
    sides.end()
    sides.put()
    until(lambda: sides.counted() == COUNT, "the worker has the messages", 60)
    until(lambda: not sides.counted(), "the messages are given back, and no delivery is counted", 90)
    assert not running.worker.sending
    assert running.worker.alive

    sides.mend()
    until(lambda: sides.delivered() >= COUNT and not sides.left(), "everything is delivered and settled", 120)
    until(lambda: running.ready, "the worker is ready", 60)
    running.stop()
    assert sides.delivered() == COUNT, "nothing was left in the client's queue that would arrive as well"
