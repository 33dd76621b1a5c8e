"""One worker process as its parent sees it: started, polled by a thread of its own, and ended.

Only that thread reads the pipe, so a process that is frozen blocks nothing else; everybody else
reads the last answer.
"""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.validator.fleet.caution import Caution, careful
from sluicegate.validator.fleet.member import run
from sluicegate.validator.fleet.messages import MemberFailure, State
from sluicegate.validator.settings.validator import ValidatorSettings

POLL_SECONDS: Final = 0.5
"""Pause between an answer and the next question. At most one question is open."""
START_SECONDS: Final = 60.0
"""How much longer a process may be silent that has never answered."""


class WorkerProcess:
    """One process, from its start to its end.

    `state`, `failure` and `silence` may be read from any thread.
    """

    def __init__(self, settings: ValidatorSettings, caution: Caution | None, clock: Clock) -> None:
        """Start it."""
        # the child inherits no thread, lock or connection
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        own = settings if caution is None else careful(settings, caution)
        arguments = (own, caution is not None, theirs)
        self._process = context.Process(target=run, args=arguments, name=settings.worker.name)
        self._process.start()
        theirs.close()
        self._clock = clock
        self._over = threading.Event()
        self._heard = clock.monotonic() + START_SECONDS
        self.caution = caution
        self.started = clock.monotonic()
        self.questions = 0
        """Questions that were asked. Any thread may read it."""
        self.leaving = False
        """Whether it was asked to stop for its successor."""
        self.state: State | None = None
        self.failure: str | None = None
        self._poller = threading.Thread(target=self._poll, args=(ours,), name="poll", daemon=True)
        self._poller.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.is_alive()

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.exitcode

    @property
    def silence(self) -> float:
        """Seconds since its last answer; negative while it starts."""
        return self._clock.monotonic() - self._heard

    @property
    def answering(self) -> bool:
        """Whether it has answered at least once."""
        return self.state is not None

    def leave(self) -> None:
        """Have it make room for another one."""
        self.leaving = True
        self.stop()

    def stop(self) -> None:
        """Tell it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it, frozen or not."""
        self._process.kill()

    def wait(self, seconds: float) -> bool:
        """Wait for its end. Return whether it has ended."""
        self._process.join(seconds)
        return not self._process.is_alive()

    def close(self) -> None:
        """Let go of a process that has ended, once all that it said was read."""
        self._over.set()
        self._poller.join(2 * POLL_SECONDS)
        self._process.close()

    def _poll(self, channel: Connection) -> None:
        with channel:
            try:
                while True:
                    answer = channel.recv()
                    self._heard = self._clock.monotonic()
                    if isinstance(answer, MemberFailure):
                        self.failure = answer.detail
                        continue
                    if isinstance(answer, State):
                        self.state = answer
                        self._clock.wait(POLL_SECONDS, self._over)
                    channel.send(None)
                    self.questions += 1
            except (EOFError, OSError):
                return
