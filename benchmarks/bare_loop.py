"""The worker's yardsticks: the same client in a loop that validates nothing.

`bare` does what a worker does without validating: it reads payload, key, headers and timestamp, reads which schema the headers name, sends
the message on as it was, one in twenty to a second topic, and hears of what was not delivered. `leanest` sends payload, key and
headers to one topic, and looks at nothing.

Run as a process: `python -m benchmarks.bare_loop bare|leanest BOOTSTRAP SOURCE DESTINATION OTHER COUNT`; prints one JSON line.
"""

import json
import resource
import sys
import time
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaError, Message, Producer

from benchmarks.persons import BAD_ONE_IN

BATCH = 5000
FILL_SECONDS = 0.01
COMMIT_EVERY = 50_000

Carry = Callable[[list[Message]], None]


def main(kind: str, bootstrap: str, source: str, destination: str, other: str, count: int) -> None:
    """Carry so many messages over; commit now and then."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"bare-{source}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "session.timeout.ms": 6000,
            "fetch.queue.backoff.ms": 5,
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "acks": "all",
            "enable.idempotence": True,
            "linger.ms": 5,
            "queue.buffering.max.messages": 1_000_000,
            "delivery.report.only.error": True,
        },
        on_delivery=_failed,
    )
    carry = _bare(producer, destination, other) if kind == "bare" else _leanest(producer, destination)
    consumer.subscribe([source])
    batch = consumer.consume(1, 30)
    assert batch, "nothing came"
    carry(batch)
    started, cpu = time.perf_counter(), _cpu()
    done = _loop(consumer, producer, carry, count)
    seconds = time.perf_counter() - started
    print(json.dumps({"messages": done, "seconds": seconds, "cpu_seconds": _cpu() - cpu}))
    consumer.close()


def _failed(error: KafkaError, _: Message) -> None:
    sys.exit(f"not delivered: {error}")


def _loop(consumer: Consumer, producer: Producer, carry: Carry, count: int) -> int:
    done = uncommitted = 0
    while done < count:
        batch = consumer.consume(BATCH, FILL_SECONDS)
        carry(batch)
        producer.poll(0)
        done, uncommitted = done + len(batch), uncommitted + len(batch)
        if uncommitted >= COMMIT_EVERY or done >= count:
            producer.flush()
            consumer.commit(asynchronous=False)
            uncommitted = 0
    return done


def _bare(producer: Producer, destination: str, other: str) -> Carry:
    topics: dict[tuple[int, int, bytes], str] = {}
    number = 0

    def carry(batch: list[Message]) -> None:
        nonlocal number
        for message in batch:
            payload, headers = message.value(), message.headers()
            attributes = dict(headers)
            named = (int(attributes["schemaId"]), int(attributes["versionId"]), attributes["format"])
            topic = topics.setdefault(named, destination)
            number += 1
            if number % BAD_ONE_IN == 0:
                topic = other
            _, timestamp = message.timestamp()
            producer.produce(topic, payload, message.key(), headers=headers, timestamp=timestamp)

    return carry


def _leanest(producer: Producer, destination: str) -> Carry:
    def carry(batch: list[Message]) -> None:
        for message in batch:
            producer.produce(destination, message.value(), message.key(), headers=message.headers())

    return carry


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*sys.argv[1:6], count=int(sys.argv[6]))
