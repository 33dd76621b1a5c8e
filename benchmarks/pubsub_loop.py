"""The yardstick of the worker on Pub/Sub: Google's own client in a loop that validates nothing.

It subscribes with a callback, publishes each message as it came, one in twenty to a second topic,
and acknowledges it once it is published: as Google's documentation does it, with batches as large
as the service allows.

Run as a process, with PUBSUB_EMULATOR_HOST: `python -m benchmarks.pubsub_loop PROJECT SUBSCRIPTION
TOPIC OTHER COUNT ORDERED`; prints one JSON line.
"""

import json
import resource
import sys
import threading
import time
from concurrent.futures import Future
from functools import partial

from google.cloud import pubsub_v1
from google.cloud.pubsub_v1.subscriber.message import Message

from benchmarks.persons import BAD_ONE_IN


def main(project: str, subscription: str, topic: str, other: str, count: int, ordered: bool) -> None:
    """Carry so many messages over."""
    publisher = pubsub_v1.PublisherClient(
        pubsub_v1.types.BatchSettings(max_bytes=1_000_000, max_latency=0.01, max_messages=1000),
        pubsub_v1.types.PublisherOptions(enable_message_ordering=ordered),
    )
    subscriber = pubsub_v1.SubscriberClient()
    carried = _Carried(count)
    topics = [publisher.topic_path(project, name) for name in (topic, other)]

    def carry(message: Message) -> None:
        attributes = dict(message.attributes)
        number = carried.next()
        path = topics[number % BAD_ONE_IN == 0]
        sent = publisher.publish(path, message.data, message.ordering_key or "", **attributes)
        sent.add_done_callback(partial(carried.done, message))

    flow = pubsub_v1.types.FlowControl(max_messages=10_000, max_bytes=64 * 1024 * 1024)
    pull = subscriber.subscribe(subscriber.subscription_path(project, subscription), carry, flow_control=flow)
    carried.finished.wait(300)
    print(json.dumps(carried.result()), flush=True)
    pull.cancel()
    pull.result(30)


class _Carried:
    """Counts from the first message that was published to the last."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._taken = self._done = 0
        self._started = self._ended = self._cpu = 0.0
        self._lock = threading.Lock()
        self.finished = threading.Event()

    def next(self) -> int:
        with self._lock:
            self._taken += 1
            return self._taken

    def done(self, message: Message, sent: "Future[str]") -> None:
        if sent.exception() is not None:
            sys.exit(f"not published: {sent.exception()}")
        message.ack()
        with self._lock:
            self._done += 1
            if self._done == 1:
                self._started, self._cpu = time.perf_counter(), _cpu()
            if self._done == self._count:
                self._ended, self._cpu = time.perf_counter(), _cpu() - self._cpu
                self.finished.set()

    def result(self) -> dict[str, float]:
        return {"messages": self._done, "seconds": self._ended - self._started, "cpu_seconds": self._cpu}


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    _, project, subscription, topic, other, count, ordered = sys.argv
    main(project, subscription, topic, other, int(count), ordered == "True")
