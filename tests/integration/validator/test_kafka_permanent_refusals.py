"""Topics that permanently refuse single messages: others arrive, refused ones are dead letters."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.formats import catalog
from sluicegate.validator.brokers.kafka.settings import Destination, Source
from sluicegate.validator.errors import MessageUndeliverable
from sluicegate.validator.loop.worker import Pace, Parts, Worker
from sluicegate.validator.model import DELIVERED, Code, Message
from sluicegate.validator.model import Destination as Goal
from sluicegate.validator.pipeline.check import Checks
from sluicegate.validator.pipeline.deadletter import DeadLetters
from sluicegate.validator.pipeline.decider import ByAttributes
from sluicegate.validator.pipeline.process import Processor
from sluicegate.validator.telemetry.metrics import Metrics
from tests.contracts.brokers.conftest import confirmed, received
from tests.fakes.schemas import FakeSchemas
from tests.fakes.validator import headers, stored
from tests.fixtures.kafka_topics import MakeTopic

COMPACTED = {"cleanup.policy": "compact"}
OF_TODAY = {"message.timestamp.before.max.ms": "3600000"}
BATCH = 60
CLIENTS = [("confluent", "at_least_once"), ("confluent", "exactly_once"), ("kafka-python", "at_least_once")]


def payload(number: int) -> bytes:
    return b'{"age":%d}' % number


class Pipe:
    """A worker from one topic to two others on Apache Kafka."""

    def __init__(self, bootstrap: str, make_topic: MakeTopic, group: str, client: str, delivery: str) -> None:
        self.side = {"bootstrap": bootstrap, "client": client}
        self.make_topic, self.group, self.delivery = make_topic, group, delivery
        self.input = make_topic("input", 1)
        self.stop = threading.Event()
        self.metrics = Metrics()

    def topics(self, valid: dict[str, str], dead: dict[str, str]) -> None:
        self.valid, self.dead = self.make_topic("valid", 1, valid), self.make_topic("dead", 1, dead)

    def put(self, messages: Sequence[Message]) -> None:
        settings = {"bootstrap": self.side["bootstrap"], "valid": self.input, "dead_letter": "never-used"}
        sink = Destination.model_validate(settings).make()
        sink.send(Goal.VALID, messages)
        assert list(confirmed(sink)) == [DELIVERED] * len(messages)
        sink.close()

    def worker(self) -> Worker:
        source_settings = Source.model_validate({**self.side, "topics": [self.input], "group": self.group})
        settings = Destination.model_validate({**self.side, "valid": self.valid, "dead_letter": self.dead})
        if self.delivery == "exactly_once":
            source, sink = settings.make_exactly_once(source_settings, self.group)
        else:
            source, sink = source_settings.make(), settings.make()  # type: ignore[assignment]  # a sink of another port
        self.sink = sink
        decider = ByAttributes(Checks(FakeSchemas(stored()), catalog.engine, capacity=10))
        parts = Parts(source, sink, Processor(decider), DeadLetters("w"), SystemClock(), self.metrics)
        return Worker(parts, replace(Pace(), receive=0.1), self.stop)

    def run_until_settled(self, count: int) -> None:
        """Work until so many messages are settled."""
        self.run(self.worker(), lambda: self.metrics.settled._value.get() >= count)

    def run(self, worker: Worker, done: Callable[[], bool]) -> None:
        """Work until it is done, or for 90 seconds."""
        watch = threading.Thread(target=self._stop_when, args=(done,))
        watch.start()
        try:
            worker.run()
        finally:
            self.stop.set()
            watch.join()
            self.sink.close()

    def _stop_when(self, done: Callable[[], bool]) -> None:
        clock = SystemClock()
        until = clock.monotonic() + 90
        while not done() and clock.monotonic() < until:
            if clock.wait(0.05, self.stop):
                return
        self.stop.set()

    def arrived(self, topic: str, count: int) -> Sequence[Message]:
        settings = {"bootstrap": self.side["bootstrap"], "topics": [topic], "group": f"reader-{self.group}"}
        reader = Source.model_validate(settings).make()
        reader.open(lambda lanes: None)
        try:
            return received(reader, count)
        finally:
            reader.close()


def without_repeats(numbers: Sequence[bytes | None]) -> list[bytes | None]:
    return [number for number, _ in groupby(numbers)]


@pytest.fixture(params=CLIENTS, ids=lambda each: "-".join(each))
def pipe(request: pytest.FixtureRequest, apache_bootstrap: str, make_apache_topic: MakeTopic, group_id: str) -> Pipe:
    return Pipe(apache_bootstrap, make_apache_topic, group_id, *request.param)


@pytest.mark.parametrize("cause", ["key", "timestamp"])
def test_refused_messages_are_dead_lettered_and_the_rest_arrives_in_order(pipe: Pipe, cause: str) -> None:
    """A compacted topic takes no message without a key; a topic may limit timestamps."""
    bad = {7, 8, 31}
    pipe.topics(*((COMPACTED, {}) if cause == "key" else (OF_TODAY, OF_TODAY)))
    now = int(SystemClock().now().timestamp() * 1000)
    pipe.put(
        [
            Message(
                payload(number),
                None if cause == "key" and number in bad else b"k",
                headers(),
                1_000 if cause == "timestamp" and number in bad else now,
                None,
            )
            for number in range(BATCH)
        ]
    )

    pipe.run_until_settled(BATCH)

    good = [payload(number) for number in range(BATCH) if number not in bad]
    assert without_repeats([each.payload for each in pipe.arrived(pipe.valid, len(good))]) == good
    letters = pipe.arrived(pipe.dead, len(bad))
    assert {each.payload for each in letters} == {payload(number) for number in bad}
    for each in letters:
        assert dict(each.headers)["deadLetterErrorCode"] == Code.REFUSED_BY_DESTINATION.value.encode()


def test_a_message_that_both_topics_refuse_halts_the_worker(pipe: Pipe) -> None:
    pipe.topics(COMPACTED, COMPACTED)
    pipe.put([Message(payload(number), None if number == 3 else b"k", headers(), 0, None) for number in range(6)])
    worker = pipe.worker()

    with pytest.raises(MessageUndeliverable, match=f"{pipe.input}/0/3 is refused by the dead-letter destination"):
        pipe.run(worker, lambda: worker.halted is not None)

    assert not worker.sending
    assert worker.alive
