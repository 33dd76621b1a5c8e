"""Loops and workers that process one topic into two others, each run with its own topics."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import TypeAlias

import httpx
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from benchmarks import machine
from benchmarks.turns import Contender, Run
from benchmarks.validator_process import measured
from benchmarks.worker.brokers import Broker, ForRun
from benchmarks.workloads import Workload
from benchmarks.yardsticks import Loop
from tests.fixtures.kafka_topics import topic_maker

Headers: TypeAlias = list[tuple[str, str | bytes | None]]

PARTITIONS = 4
KEYS = 64
MORE = 0.2  # of the messages follow the measured ones, so that no contender waits at the end
_SAMPLE_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Topics:
    """A broker, the topic to read, which is full, and two to write to."""

    broker: Broker
    names: Sequence[str]

    def settings(self, registry_url: str, delivery: str) -> str:
        """Return the settings of a worker."""
        source, valid, dead_letter = self.names
        return f"""
delivery = "{delivery}"
[source]
bootstrap = "{self.broker.bootstrap}"
topics = ["{source}"]
group = "{source}"
config = {{ "session.timeout.ms" = 6000 }}
[destination]
bootstrap = "{self.broker.bootstrap}"
valid = "{valid}"
dead_letter = "{dead_letter}"
[registry]
url = "{registry_url}"
"""


class Bench:
    """Makes contenders. `count`: messages of a run, for a workload whose share is 1."""

    def __init__(self, for_run: ForRun, registry_url: str, count: int) -> None:
        """Schemas are registered when a workload is first used."""
        self._for_run = for_run
        self._registry_url = registry_url
        self._count = count
        self._ids: dict[str, int] = {}

    def loop(self, loop: Loop, workload: Workload) -> Contender:
        """A loop that validates nothing, or does it in its own way."""

        def carry(topics: Topics, count: int) -> Run:
            carried = loop.run(topics.broker.bootstrap, topics.names, count)
            return Run(carried.messages / carried.seconds, carried.cpu_seconds / carried.messages * 1e6)

        return self._contender(workload, carry)

    def worker(self, workload: Workload, delivery: str = "at_least_once") -> Contender:
        """The worker."""

        def carry(topics: Topics, count: int) -> Run:
            return measured(topics.settings(self._registry_url, delivery), count, _SAMPLE_SECONDS)

        return self._contender(workload, carry)

    def _contender(self, workload: Workload, carry: Callable[[Topics, int], Run]) -> Contender:
        def contend() -> Run:
            count = round(self._count * workload.share)
            with self._filled(workload, count) as topics:
                pid = topics.broker.pid
                assert pid is not None
                before = machine.cpu_seconds(pid)
                run = carry(topics, count)
                return replace(run, broker=(machine.cpu_seconds(pid) - before) / count * 1e6)

        return contend

    @contextmanager
    def _filled(self, workload: Workload, count: int) -> Iterator[Topics]:
        headers = self._headers(workload)
        with self._for_run() as broker:
            make = topic_maker(broker.bootstrap)
            names = [make(name, PARTITIONS) for name in ("source", "valid", "dead-letter")]
            _fill(broker.bootstrap, names[0], workload, headers, round(count * (1 + MORE)))
            yield Topics(broker, names)
            AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0}).delete_topics(names)

    def _headers(self, workload: Workload) -> Headers:
        if workload.schema not in self._ids:
            body = {
                "name": f"workload-{len(self._ids)}",
                "schema_type": workload.format.value,
                "specification": workload.schema,
            }
            answer = httpx.post(f"{self._registry_url}/schemas", json=body).raise_for_status().json()
            self._ids[workload.schema] = int(answer["identification"])
        named = {"schemaId": str(self._ids[workload.schema]), "versionId": "1", "format": workload.format.value}
        return [(name, value.encode()) for name, value in named.items()]


def _fill(bootstrap: str, topic: str, workload: Workload, headers: Headers, count: int) -> None:
    """Put so many messages on a topic, and wait until they are there."""
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5, "queue.buffering.max.messages": 1_000_000})
    for number, payload in enumerate(islice(cycle(workload.payloads), count)):
        trace: Headers = [("traceparent", b"00-%032x-%016x-01" % (number, number))] if workload.traced else []
        producer.produce(topic, payload, key=b"k%d" % (number % KEYS), headers=headers + trace)
        if number % 10_000 == 0:
            producer.poll(0)
    assert producer.flush(60) == 0, "the broker did not take the messages"
