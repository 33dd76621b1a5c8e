"""The work that no request waits for: first keys, last uses, refusals, and the months of the audit."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger

_BEAT_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 5.0


@dataclass(slots=True)
class Task:
    """A piece of work, and the seconds between two runs.

    It may raise `StoreUnavailable`, and is tried again soon then.
    """

    name: str
    run: Callable[[], object]
    seconds: float
    due: float = field(default=0.0)


class Upkeep:
    """Runs tasks in a thread of its own until it is closed."""

    def __init__(self, tasks: Sequence[Task], clock: Clock) -> None:
        """Take the tasks."""
        self._tasks = tasks
        self._clock = clock
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access-upkeep", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def close(self) -> None:
        """Stop after the task that runs now. Idempotent."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(_RETRY_SECONDS)

    def beat(self) -> None:
        """Run the tasks that are due."""
        for task in self._tasks:
            now = self._clock.monotonic()
            if now < task.due or self._closed.is_set():
                continue
            try:
                task.run()
                task.due = now + task.seconds
            except StoreUnavailable:
                task.due = now + _RETRY_SECONDS
            except Exception:
                task.due = now + max(task.seconds, _RETRY_SECONDS)
                logger().exception("upkeep failed", task=task.name)

    def _run(self) -> None:
        while not self._closed.is_set():
            self.beat()
            self._clock.wait(_BEAT_SECONDS, self._closed)
