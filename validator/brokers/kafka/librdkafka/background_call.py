"""A call in a thread of its own, for one that may never return."""

import threading
from collections.abc import Callable

from sluicegate.shared.clock import Clock


class BackgroundCall:
    """Runs a call once. The thread does not keep the process from ending."""

    def __init__(self, call: Callable[[], object], clock: Clock) -> None:
        """Begin."""
        self._call = call
        self._clock = clock
        self._begun = clock.monotonic()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="kafka-background-call", daemon=True)
        self._thread.start()

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return self._clock.monotonic() - self._begun

    def finished(self, seconds: float) -> bool:
        """Whether it has returned or raised, within so many seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> None:
        """Raise the error of the call after its end."""
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._call()
        except BaseException as error:
            self._error = error
        del self._call  # and its arguments
