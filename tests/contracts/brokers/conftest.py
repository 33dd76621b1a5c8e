"""The brokers under the contract, behind one interface."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig, KafkaSourceConfig
from sluicegate.validator.brokers.kafka.kafka_python.sink import KafkaPythonSink
from sluicegate.validator.brokers.kafka.kafka_python.source import KafkaPythonSource
from sluicegate.validator.brokers.kafka.librdkafka.sink import ConfluentSink
from sluicegate.validator.brokers.kafka.librdkafka.source import ConfluentSource
from sluicegate.validator.brokers.memory import MemoryBroker, MemorySink, MemorySource
from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig, PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.sink import PubSubSink
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.model import Destination, Message, Outcome, Undelivered
from sluicegate.validator.ports import OnRevoke, Sink, Source, TransactionalSink
from tests.fixtures.kafka_topics import topic_maker
from tests.fixtures.pubsub.admin import PubSubAdmin

LARGEST = 20_000
"""No broker of the contract takes a message of this size."""
WAIT_SECONDS = 30.0


@dataclass
class Broker:
    """One broker with one topic; sinks write to it (as VALID), and sources read from it."""

    make_source: Callable[[str, str], Source]
    make_sink: Callable[[str], Sink]
    scheme: str
    null_headers: bool = True
    plain: bool = False  # no nulls, one header of a name, the broker's own time
    # messages are leased to a source one by one; no lanes that others take over
    leases: bool = False
    # Google's emulator: it delivers no key again to a client whose stream was closed
    forgetful: bool = False
    largest: int = LARGEST
    topic: str = "topic"
    group: str = field(default_factory=lambda: f"group-{uuid.uuid4().hex[:8]}")
    opened: list[Any] = field(default_factory=list)

    def source(self, on_revoke: OnRevoke = lambda lanes: None) -> Source:
        """An open source of the topic."""
        if self.forgetful and any(isinstance(each, PubSubSource) for each in self.opened):
            pytest.skip("this emulator gives nothing of a key whose stream was closed")
        source = self.make_source(self.topic, self.group)
        source.open(on_revoke)
        self.opened.append(source)
        return source

    def sink(self) -> Sink:
        """A sink that writes to the topic."""
        sink = self.make_sink(self.topic)
        self.opened.append(sink)
        return sink

    def put(self, *messages: Message) -> None:
        """Have messages on the topic."""
        sink = self.sink()
        sink.send(Destination.VALID, list(messages))
        confirmed(sink)

    def close(self) -> None:
        """Close everything."""
        for each in reversed(self.opened):
            each.close()


def confirmed(sink: Sink) -> Sequence[Outcome]:
    """The outcomes, however long they take."""
    deadline = SystemClock().monotonic() + WAIT_SECONDS
    while (outcomes := sink.confirm(0.2)) is None:
        assert SystemClock().monotonic() < deadline, "the sink did not confirm"
    return outcomes


def received(source: Source, count: int, limit: int = 1000) -> list[Message]:
    """So many messages, in as many batches as they come in."""
    return [message for batch in batches(source, count, limit) for message in batch]


def batches(source: Source, count: int, limit: int = 1000) -> list[Sequence[Message]]:
    """The batches in which so many messages come."""
    found: list[Sequence[Message]] = []
    deadline = SystemClock().monotonic() + WAIT_SECONDS
    while sum(map(len, found)) < count:
        assert SystemClock().monotonic() < deadline, f"only {sum(map(len, found))} of {count} messages came"
        batch = source.receive(limit, 0.2)
        if batch:
            found.append(batch)
    return found


def _memory() -> Broker:
    broker = MemoryBroker(largest=LARGEST)
    return Broker(
        make_source=lambda topic, group: MemorySource(broker, [topic], group),
        make_sink=lambda topic: MemorySink(broker, dict.fromkeys(Destination, topic)),
        scheme="memory",
    )


def _confluent(bootstrap: str, session_ms: int) -> Broker:
    return Broker(
        make_source=lambda topic, group: ConfluentSource(
            KafkaSourceConfig(
                bootstrap, (topic,), group, {"session.timeout.ms": session_ms, "heartbeat.interval.ms": 500}
            )
        ),
        make_sink=lambda topic: ConfluentSink(
            KafkaSinkConfig(bootstrap, dict.fromkeys(Destination, topic), {"message.max.bytes": LARGEST})
        ),
        scheme="kafka",
    )


def _kafka_python(bootstrap: str, session_ms: int) -> Broker:
    return Broker(
        make_source=lambda topic, group: KafkaPythonSource(
            KafkaSourceConfig(
                bootstrap, (topic,), group, {"session_timeout_ms": session_ms, "heartbeat_interval_ms": 500}
            )
        ),
        make_sink=lambda topic: KafkaPythonSink(
            KafkaSinkConfig(bootstrap, dict.fromkeys(Destination, topic), {"max_request_size": LARGEST})
        ),
        scheme="kafka",
        null_headers=False,
    )


KAFKA = {"confluent": _confluent, "kafka-python": _kafka_python}


def _pubsub(admin: PubSubAdmin, *, exactly_once: bool) -> Broker:
    """Each group is a subscription, which must be there before the first message."""
    topic = admin.make(subscriptions=())
    made = Broker(
        make_source=lambda topic, group: PubSubSource(
            PubSubSourceConfig(admin.subscription_path(_subscription(topic, group)), admin.host)
        ),
        make_sink=lambda topic: PubSubSink(
            PubSubSinkConfig(dict.fromkeys(Destination, admin.topic_path(topic)), admin.host, largest=LARGEST)
        ),
        scheme="pubsub",
        plain=True,
        leases=True,
        topic=topic,
    )
    for group in (made.group, f"{made.group}-reader"):
        admin.make_subscription(topic, _subscription(topic, group), exactly_once=exactly_once)
    return made


def _subscription(topic: str, group: str) -> str:
    """Return the subscription; the first group's has the topic's name, as on other brokers."""
    return f"{topic}-reader" if group.endswith("-reader") else topic


@pytest.fixture(
    params=[
        "memory",
        "confluent",
        "kafka-python",
        "confluent-apache",
        # The client now and then does not come back from a second join there, within half a minute:
        # `make faults`.
        pytest.param("kafka-python-apache", marks=pytest.mark.faults),
        "pubsub-own",
        "pubsub-own-exactly-once",
        "pubsub-google",
        "pubsub-service",
        "servicebus",
        "servicebus-sessions",
        "servicebus-service",
        "servicebus-service-sessions",
    ]
)
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """Yield each broker in turn, with a topic of four partitions for this test alone."""
    client, apache, _ = request.param.partition("-apache")
    if client == "memory":
        made = _memory()
    elif client.startswith("pubsub"):
        where, exactly_once, _ = client.partition("-exactly-once")
        made = _pubsub(request.getfixturevalue(where.replace("-", "_")), exactly_once=bool(exactly_once))
        made.forgetful = where == "pubsub-google"
    elif client.startswith("servicebus"):
        from tests.contracts.brokers.servicebus import servicebus

        real = client.startswith("servicebus-service")
        server = request.getfixturevalue("servicebus_service" if real else "small_servicebus")
        made = servicebus(server, sessions=client.endswith("sessions"))
    else:
        bootstrap = request.getfixturevalue("apache_bootstrap" if apache else "kafka_bootstrap")
        made = KAFKA[client](bootstrap, request.getfixturevalue("kafka_session_ms"))
        made.topic = topic_maker(bootstrap)()
    yield made
    made.close()


def committed(sink: TransactionalSink, done: Sequence[Sequence[Message]]) -> Outcome:
    """The outcome, however long it takes."""
    deadline = SystemClock().monotonic() + WAIT_SECONDS
    while (outcome := sink.commit(done, 0.2)) is None:
        assert SystemClock().monotonic() < deadline, "the transaction did not end"
    return outcome


def sent_until_decided(
    sink: TransactionalSink, messages: Sequence[Message], done: Sequence[Sequence[Message]]
) -> Outcome:
    """Send again until the outcome is final."""
    for _ in range(20):
        sink.send(Destination.VALID, messages)
        outcome = committed(sink, done)
        if not isinstance(outcome, Undelivered):
            break
        SystemClock().wait(0.1, threading.Event())
    return outcome
