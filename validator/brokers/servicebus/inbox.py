"""Messages from receivers to the worker."""

import threading
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Message


@dataclass(frozen=True, slots=True)
class Lost:
    """A lost session: its earlier messages cannot be completed, and are redelivered."""

    session: str


Item: TypeAlias = Message | Lost

_FILL_SECONDS = 0.005
"""How long a batch that has begun waits for more: the price of larger batches is paid in latency."""


class Inbox:
    """A queue from many threads to one."""

    def __init__(self) -> None:
        """Empty."""
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._failure: SourceFailed | None = None
        self._never = threading.Event()

    @property
    def waiting(self) -> int:
        """How many items the worker has not taken yet. Any thread."""
        return len(self._items)

    def put(self, item: Item) -> None:
        """Hand something over."""
        with self._changed:
            self._items.append(item)
            self._changed.notify()

    def fail(self, failure: SourceFailed) -> None:
        """Nothing can ever come."""
        with self._changed:
            self._failure = failure
            self._changed.notify()

    def take(self, limit: int, seconds: float) -> list[Item]:
        """Wait so long for something, and then a moment for more; at most so many.

        Raises `SourceFailed`.
        """
        if not self._items and self._wait(seconds):
            self._never.wait(_FILL_SECONDS)
        with self._changed:
            if self._failure is not None:
                raise self._failure
            return [self._items.popleft() for _ in range(min(limit, len(self._items)))]

    def _wait(self, seconds: float) -> bool:
        with self._changed:
            return bool(self._changed.wait_for(lambda: self._items or self._failure, seconds))
