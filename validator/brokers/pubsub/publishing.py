"""Messages of one topic and one ordering key -> requests in sequence; others concurrently."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from google.api_core.retry import Retry
from google.pubsub_v1 import PublisherClient, types

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig
from sluicegate.validator.brokers.pubsub.trouble import TRANSIENT, publish_failure
from sluicegate.validator.model import DELIVERED, Failure, Outcome, Undelivered

Entry: TypeAlias = tuple[int, Any]
"""A message to publish, with the number of its outcome."""

_OVERHEAD = 16
"""Bytes that a message needs in a request beside its own."""
_WITHDRAWN = Undelivered("the worker gave it back before it was published")
_RETRY_SECONDS = 600.0
_CALL_SECONDS = 60.0
PublishRequest: Any = types.PublishRequest.pb()


@dataclass(slots=True)
class _Line:
    """Messages of one ordering key that wait for those before them.

    Once one has failed, all after it fail with it.
    """

    waiting: deque[Entry] = field(default_factory=deque)
    running: bool = False
    broken: Outcome | None = None


class Publishing:
    """Publishes on a few threads, each of which reports outcomes.

    The library retries temporary failures for ten minutes. After a failure, no message of that key
    is published until `resume`: failed messages must be sent again first.
    """

    def __init__(
        self, client: PublisherClient, config: PubSubSinkConfig, tell: Callable[[Sequence[Entry], Outcome], None]
    ) -> None:
        """`tell` receives outcomes, and must not wait."""
        self._client = client
        self._config = config
        self._tell = tell
        self._lines: dict[tuple[str, str], _Line] = {}
        self._lock = threading.Lock()
        self._closed = False
        self._withdrawn = False
        self._pool = ThreadPoolExecutor(config.requests, thread_name_prefix="pubsub-publish")
        self._retry = Retry(predicate=self._may_pass, initial=0.1, maximum=2.0, multiplier=2.0, timeout=_RETRY_SECONDS)

    def publish(self, topic: str, key: str, entries: Sequence[Entry]) -> None:
        """Publish messages of one key, or of none (empty). Does not wait."""
        if not key:
            for some in self._portions(entries):
                self._pool.submit(self._send, topic, some)
            return
        with self._lock:
            line = self._lines.setdefault((topic, key), _Line())
            broken = line.broken
            if broken is None:
                line.waiting.extend(entries)
                if not line.running:
                    line.running = True
                    self._pool.submit(self._work_off, topic, line)
        if broken is not None:
            self._tell(entries, broken)

    def ask(self, topic: str, seconds: float) -> bool:
        """Return whether a topic answers, and log the reason if not.

        It needs the right to publish only, as messages do: the service refuses a request without
        messages, and the kind of refusal is the answer.
        """
        outcome = self._request(topic, (), retry=None, seconds=seconds)
        if isinstance(outcome, Undelivered):
            logger().warning("Pub/Sub topic did not answer", topic=topic, detail=outcome.detail)
            return False
        return True

    def resume(self) -> None:
        """Keys that failed may go on. Nothing is on its way."""
        with self._lock:
            self._lines.clear()
        self._withdrawn = False

    def withdraw(self) -> None:
        """Fail everything that is not on its way, and do not repeat requests, until `resume`."""
        self._withdrawn = True

    def close(self) -> None:
        """Drop waiting messages; no retries."""
        self._closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._client.transport.close()  # type: ignore[no-untyped-call]  # has no types

    def _work_off(self, topic: str, line: _Line) -> None:
        while True:
            with self._lock:
                if not line.waiting:
                    line.running = False
                    return
                entries = next(self._portions(line.waiting))
                for _ in entries:
                    line.waiting.popleft()
            outcome = self._request(topic, entries, retry=self._retry)
            rest: Sequence[Entry] = ()
            if outcome is not DELIVERED:
                with self._lock:
                    line.broken = _after(outcome)
                    rest = list(line.waiting)
                    line.waiting.clear()
            self._tell(entries, outcome)
            if rest:
                self._tell(rest, _after(outcome))

    def _send(self, topic: str, entries: Sequence[Entry]) -> None:
        self._tell(entries, self._request(topic, entries, retry=self._retry))

    def _request(
        self, topic: str, entries: Sequence[Entry], *, retry: Retry | None, seconds: float = _CALL_SECONDS
    ) -> Outcome:
        if self._withdrawn and entries:
            return _WITHDRAWN
        request = PublishRequest(topic=topic, messages=[message for _, message in entries])
        try:
            self._client.publish(types.PublishRequest.wrap(request), retry=retry, timeout=seconds)
        except Exception as error:  # after every error, the message may be missing
            return publish_failure(error)
        return DELIVERED

    def _may_pass(self, error: BaseException) -> bool:
        return not self._closed and not self._withdrawn and isinstance(error, TRANSIENT)

    def _portions(self, entries: Sequence[Entry] | deque[Entry]) -> Iterator[Sequence[Entry]]:
        """As many messages as fit into a request."""
        portion: list[Entry] = []
        size = 0
        for entry in entries:
            more = entry[1].ByteSize() + _OVERHEAD
            if portion and (len(portion) >= self._config.batch_messages or size + more > self._config.batch_bytes):
                yield portion
                portion, size = [], 0
            portion.append(entry)
            size += more
        if portion:
            yield portion


def _after(outcome: Outcome) -> Undelivered:
    """Return the outcome of messages after a failed one."""
    detail = outcome.detail if isinstance(outcome, Failure) else ""
    return Undelivered(f"a message of the same key before it failed: {detail}")
