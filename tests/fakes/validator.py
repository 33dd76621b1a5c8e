"""A worker on a memory broker, with everything around it under the test's control."""

import threading
from collections.abc import Callable, Sequence

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.brokers.memory import MemoryBroker, MemorySink, MemorySource
from sluicegate.validator.loop.fallbacks import Overflow
from sluicegate.validator.loop.worker import Pace, Parts, Worker
from sluicegate.validator.model import DELIVERED, Destination, Headers, Message, Outcome, StoredSchema
from sluicegate.validator.pipeline.budget import DeadLetterBudget
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.decider import ByAttributes, Decider
from sluicegate.validator.pipeline.limited import Pulse
from sluicegate.validator.pipeline.limits import BackoffTimes
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.pipeline.window import WindowLimits
from sluicegate.validator.ports import Sink, Tracer, TransactionalSink
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.schemas import FakeSchemas

PERSON = '{"type":"object","properties":{"age":{"type":"integer","minimum":0}},"required":["age"]}'
INPUT, VALID, DEAD, OVERFLOW = "input", "valid", "dead-letter", "overflow"
TOPICS = {Destination.VALID: VALID, Destination.DEAD_LETTER: DEAD, Destination.OVERFLOW: OVERFLOW}

SETTINGS = """
[source]
bootstrap = "localhost:9092"
topics = ["input"]
group = "g"
[destination]
bootstrap = "localhost:9092"
valid = "valid"
dead_letter = "dead-letter"
[registry]
url = "http://localhost:8080"
"""
"""The least that a settings file must say."""

GOOD = b'{"age":36}'
BAD = b'{"age":-1}'


def stored(
    schema_id: int = 1, version: int = 1, text: str = PERSON, kind: SchemaFormat = SchemaFormat.JSON
) -> StoredSchema:
    """A schema as the registry has it."""
    return StoredSchema(SchemaId(schema_id), VersionNumber(version), kind, SchemaSource(text))


def headers(schema_id: object = 1, version: object = 1, **more: str) -> Headers:
    """The attributes that name a schema, and others."""
    named = {"schemaId": schema_id, "versionId": version} | more
    return [(name, str(value).encode()) for name, value in named.items()]


def message(payload: bytes | None = GOOD, key: bytes | None = b"k", head: Headers | None = None) -> Message:
    """A message as it is sent."""
    return Message(payload, key, headers() if head is None else head, 1_700_000_000_000, None)


class FaultySink(MemorySink):
    """A sink whose `confirm` returns the outcomes of the test; it drops refused messages.

    `faults` maps a payload to the outcomes of its next tries; `silent` is the number of calls of
    `confirm` without an answer; a `forgetful` sink omits one outcome.
    """

    def __init__(self, broker: MemoryBroker) -> None:
        """Write to the topics of the tests."""
        super().__init__(broker, TOPICS)
        self.faults: dict[bytes, list[Outcome]] = {}
        self.silent = 0
        self.forgetful = False
        self.sent: list[tuple[Destination, bytes | None]] = []

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Store the messages that are not refused."""
        for each in messages:
            self.sent.append((destination, each.payload))
            faults = self.faults.get(each.payload or b"")
            outcome = faults.pop(0) if faults else DELIVERED
            if outcome == DELIVERED:
                super().send(destination, [each])
            else:
                self._outcomes.append(outcome)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """No answer for a while."""
        if self.silent > 0:
            self.silent -= 1
            return None
        outcomes = super().confirm(seconds)
        return outcomes[1:] if self.forgetful and outcomes else outcomes


class Bench:
    """A worker and all its surroundings.

    `run` works until everything that was put is settled, or the test says to stop.
    """

    def __init__(
        self,
        *schemas: StoredSchema,
        partitions: int = 2,
        window: WindowLimits = WindowLimits(batch=7, messages=20, size=1_000_000),  # noqa: B008 - a frozen value
        confirm: float = 0.0,
    ) -> None:
        """A person schema, unless others are given."""
        self.broker = MemoryBroker(partitions)
        self.schemas = FakeSchemas(*(schemas or (stored(),)))
        self.sink = FaultySink(self.broker)
        self.clock = FakeClock()
        self.metrics = Metrics()
        self.stop = threading.Event()
        self.budget: DeadLetterBudget | None = None
        self.overflow = Overflow()
        self.tracer: Tracer | None = None
        self.pulse = Pulse()
        self.pace = Pace(
            window=window,
            receive=0.0,
            confirm=confirm,
            held=0.0,
            drain=5.0,
            resend=BackoffTimes(first=0.5, longest=4.0),
        )

        self.make_source = SteppingSource

    def put(self, *messages: Message) -> None:
        """Messages at the source."""
        for each in messages:
            self.broker.append(INPUT, each)

    def worker(self) -> Worker:
        """A new worker, as after a restart."""
        self.source = self.make_source(self.broker, [INPUT], "group")
        parts = Parts(
            source=self.source,
            sink=self.destination(),
            processor=Processor(self.decider()),
            letters=DeadLetters("worker-1"),
            clock=self.clock,
            metrics=self.metrics,
            budget=self.budget,
            overflow=self.overflow,
            tracer=self.tracer,
            pulse=self.pulse,
        )
        self.made = Worker(parts, self.pace, self.stop)
        return self.made

    def decider(self) -> Decider:
        """How messages are decided: each names its schema."""
        return ByAttributes(Checks(self.schemas, catalog.engine, capacity=10))

    def destination(self) -> Sink | TransactionalSink:
        """Return the destination of a new worker."""
        return self.sink

    def run(self, until: Callable[[], bool] | None = None, rounds: int = 200) -> Worker:
        """Run a worker for so many rounds of receiving, or until something happens."""
        self.stop.clear()
        worker = self.worker()
        done = until or (lambda: self.settled() == self._put())
        left = iter(range(rounds))

        def after_round() -> None:
            self.clock.advance(0.05)
            if next(left, None) is None or done():
                self.stop.set()

        self.source.after_round = after_round
        worker.run()
        return worker

    def settled(self) -> int:
        """How many messages the source would not give again."""
        return sum(self.broker.group("group").committed.values())

    def payloads(self, topic: str) -> list[bytes | None]:
        """Return the payloads on a topic."""
        return [each.payload for each in self.broker.messages(topic)]

    def _put(self) -> int:
        return len(self.broker.messages(INPUT))


class SteppingSource(MemorySource):
    """Calls the test after each `receive`."""

    after_round: Callable[[], None]

    def receive(self, limit: int, seconds: float) -> Sequence[Message]:
        """Tell the test."""
        found = super().receive(limit, seconds)
        self.after_round()
        return found
