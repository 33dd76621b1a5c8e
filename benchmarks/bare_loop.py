"""Yardsticks of the worker: the same client in minimal loops.

`bare` does the work of a worker without validation: it reads payload, key, headers and timestamp,
parses the schema in the headers, forwards the message, one in twenty to a second topic, and reads
delivery reports. `checking` also has jsonschema-rs decide, inline, about the topic, without
reasons. `leanest` sends payload, key and headers to one topic, and reads nothing else.

Run as a process: `python -m benchmarks.bare_loop bare|leanest|checking BOOTSTRAP SOURCE DESTINATION
OTHER COUNT`; prints one JSON line.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema_rs
import orjson
from confluent_kafka import Consumer, KafkaError, Message, Producer

from benchmarks.persons import BAD_ONE_IN

BATCH = 5000
FILL_SECONDS = 0.01
COMMIT_EVERY = 50_000

Batch: TypeAlias = list[Any]  # of messages whose payloads and headers are bytes, unlike the stub
Carry: TypeAlias = Callable[[Batch], None]


def main() -> None:
    """Carry so many messages over; commit now and then."""
    arguments = _arguments()
    bootstrap, source, count = arguments.bootstrap, arguments.source, arguments.count
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
    carry = _carry(producer, arguments)
    consumer.subscribe([source])
    batch = consumer.consume(1, 30)
    assert batch, "nothing came"
    carry(batch)
    started, cpu = time.perf_counter(), _cpu()
    done = _loop(consumer, producer, carry, count)
    seconds = time.perf_counter() - started
    print(json.dumps({"messages": done, "seconds": seconds, "cpu_seconds": _cpu() - cpu}))
    consumer.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("bare", "leanest", "checking"))
    parser.add_argument("--schema", type=Path, help="schema of `checking`")
    for name in ("bootstrap", "source", "destination", "other"):
        parser.add_argument(name)
    parser.add_argument("count", type=int)
    return parser.parse_args()


def _carry(producer: Producer, arguments: argparse.Namespace) -> Carry:
    destination, other = arguments.destination, arguments.other
    if arguments.kind == "leanest":
        return _leanest(producer, destination)
    if arguments.kind == "checking":
        return _checking(producer, destination, other, json.loads(arguments.schema.read_text()))
    return _bare(producer, destination, other)


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

    def carry(batch: Batch) -> None:
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


def _checking(producer: Producer, destination: str, other: str, schema: dict[str, object]) -> Carry:
    validators: dict[tuple[int, int, bytes], jsonschema_rs.Validator] = {}
    validator = jsonschema_rs.validator_for(schema)

    def carry(batch: Batch) -> None:
        for message in batch:
            payload, headers = message.value(), message.headers()
            attributes = dict(headers)
            named = (int(attributes["schemaId"]), int(attributes["versionId"]), attributes["format"])
            topic = destination if validators.setdefault(named, validator).is_valid(orjson.loads(payload)) else other
            _, timestamp = message.timestamp()
            producer.produce(topic, payload, message.key(), headers=headers, timestamp=timestamp)

    return carry


def _leanest(producer: Producer, destination: str) -> Carry:
    def carry(batch: Batch) -> None:
        for message in batch:
            producer.produce(destination, message.value(), message.key(), headers=message.headers())

    return carry


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
