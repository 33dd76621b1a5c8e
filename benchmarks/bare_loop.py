"""The yardstick of the worker: the same client, consuming and producing, and doing nothing in between.

Run as a process: `python -m benchmarks.bare_loop BOOTSTRAP SOURCE DESTINATION COUNT`; prints one JSON line.
"""

import json
import resource
import sys
import time

from confluent_kafka import Consumer, Producer

BATCH = 5000
FILL_SECONDS = 0.01  # a batch that is not full waits so long for more: the last one always does
COMMIT_EVERY = 50_000


def main(bootstrap: str, source: str, destination: str, count: int) -> None:
    """Carry so many messages over, unchanged; commit now and then."""
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
        }
    )
    consumer.subscribe([source])
    batch = consumer.consume(1, 30)
    assert batch, "nothing came"
    started, cpu = time.perf_counter(), _cpu()
    done = uncommitted = 0
    while True:
        for message in batch:
            producer.produce(destination, message.value(), message.key(), headers=message.headers())
        producer.poll(0)
        done, uncommitted = done + len(batch), uncommitted + len(batch)
        if uncommitted >= COMMIT_EVERY or done >= count:
            producer.flush()
            consumer.commit(asynchronous=False)
            uncommitted = 0
        if done >= count:
            break
        batch = consumer.consume(BATCH, FILL_SECONDS)
    seconds = time.perf_counter() - started
    print(json.dumps({"messages": done, "seconds": seconds, "cpu_seconds": _cpu() - cpu}))
    consumer.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
