"""A worker that starts while its destination is down: the source counts no delivery."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import grpc
import pytest
from google.pubsub_v1 import types

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats import catalog
from sluicegate.validator.bootstrap import readiness
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
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = pytest.mark.usefixtures("careless_sockets")

COUNT = 5
ATTRIBUTES = {"schemaId": "1", "versionId": "1", "format": "json"}


@dataclass(frozen=True, slots=True)
class Sides:
    """A source with messages, and a destination that is down until `mend`."""

    source: Source
    sink: Sink
    deliveries: Callable[[], int]
    mend: Callable[[], object]
    delivered: Callable[[], int]


@pytest.fixture
def on_servicebus() -> Iterator[Sides]:
    with ExitStack() as stack:
        near, far = (stack.enter_context(ServiceBusServer()) for _ in range(2))
        near.create_queue("input")
        far.create_queue("output")
        near.put("input", [(b'{"age":1}', ATTRIBUTES, "k")] * COUNT)
        far.stop()
        entities = dict.fromkeys(Destination, "output")
        sink = ServiceBusSink(SinkConfig(Access(far.connection_string), entities, retries=0))
        stack.callback(sink.close)
        yield Sides(
            ServiceBusSource(SourceConfig(Access(near.connection_string), Entity("input"))),
            OwnDeadLetters(sink),
            lambda: sum(each.deliveries + bool(each.token) for each in near.messages("input")),
            far.start,
            lambda: len(far.messages("output")),
        )


@pytest.fixture
def on_pubsub() -> Iterator[Sides]:
    with ExitStack() as stack:
        near, far = (stack.enter_context(Emulator()) for _ in range(2))
        into, out = (stack.enter_context(PubSubAdmin(PROJECT, each.host)) for each in (near, far))
        given, taken = into.make("input"), out.make("output")
        topic, message = into.topic_path(given), types.PubsubMessage.pb()(data=b'{"age":1}', attributes=ATTRIBUTES)
        near.broker.publish(topic, [message] * COUNT)
        far.trouble.refusals["Publish"] = grpc.StatusCode.UNAVAILABLE
        topics = dict.fromkeys(Destination, out.topic_path(taken))
        sink = stack.enter_context(closing(PubSubSink(PubSubSinkConfig(topics, far.host))))
        yield Sides(
            PubSubSource(PubSubSourceConfig(into.subscription_path(given), near.host)),
            sink,
            lambda: len(near.queue(given).leases),
            far.trouble.refusals.clear,
            lambda: far.queue(taken).waiting,
        )


@pytest.mark.parametrize("broker", ["on_servicebus", "on_pubsub"])
def test_worker_receives_nothing_before_its_destination_answers(broker: str, request: pytest.FixtureRequest) -> None:
    sides: Sides = request.getfixturevalue(broker)
    schemas, stop = FakeSchemas(stored()), threading.Event()
    decider = ByAttributes(Checks(schemas, catalog.engine, capacity=10))
    parts = Parts(sides.source, sides.sink, Processor(decider), DeadLetters("w", 1024), SystemClock(), Metrics())
    worker = Worker(parts, Pace(), stop)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        until(lambda: not worker.sending, "the destination is noticed to be down", 60)
        ready = readiness(worker, schemas)
        assert not ready["destination"]
        assert worker.alive
        assert not sides.deliveries()

        sides.mend()
        until(lambda: sides.delivered() == COUNT, "everything is delivered", 60)
        until(lambda: all(readiness(worker, schemas).values()), "the worker is ready", 60)
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("broker", ["on_servicebus", "on_pubsub"])
def test_worker_stops_while_its_destination_is_down(broker: str, request: pytest.FixtureRequest) -> None:
    sides: Sides = request.getfixturevalue(broker)
    stop = threading.Event()
    decider = ByAttributes(Checks(FakeSchemas(stored()), catalog.engine, capacity=10))
    parts = Parts(sides.source, sides.sink, Processor(decider), DeadLetters("w", 1024), SystemClock(), Metrics())
    worker = Worker(parts, Pace(), stop)
    thread = threading.Thread(target=worker.run)
    thread.start()
    until(lambda: not worker.sending, "the destination is noticed to be down", 60)

    stop.set()
    thread.join(60)

    assert not thread.is_alive()
    assert not sides.deliveries()
