"""A sandbox as whoever started it sees it."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.sandbox.channel import Channel, ChannelBroken, ChannelClosed
from sluicegate.shared.sandbox.ending import Cause, Ending, ending_of
from sluicegate.shared.sandbox.limits import Limits
from sluicegate.shared.sandbox.serving import LAST, MORE, READY

START_SECONDS = 20.0
"""How long a process may take to load what it needs. It takes a fifth of a second when the machine has time."""

T = TypeVar("T")

Idle: TypeAlias = Callable[[], None]

_BREATH = 0.25
"""Seconds between two calls of `idle`."""


_EXIT_SECONDS = 5.0
"""Longest wait for the exit code of a process that has closed its channel."""


class ProcessEnded(Exception):
    """The process ended over a question, or gave an answer that cannot be read. `ending` says who is to blame."""

    def __init__(self, reason: str, ending: Ending) -> None:
        """Keep the ending."""
        super().__init__(reason)
        self.ending = ending


class ProcessUnusable(Exception):
    """The process does not start, or neither answers nor ends: the machine is at fault, and not the question."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a process runs: a Python module, which calls `shared.sandbox.serving.serve` with these limits; and the bytes of an answer."""

    module: str
    arguments: Sequence[str]
    limits: Limits
    answer_limit: int


class Sandbox:
    """A process that answers questions, one at a time. Not thread-safe. `end` ends it."""

    def __init__(self, program: Program) -> None:
        """Start the process and return at once. Raises `OSError` when the machine does not allow another one."""
        self._patience = program.limits.patience
        self._answer_limit = program.answer_limit + len(LAST)
        self._channel, self._process = _start(program)
        self._clock = SystemClock()
        self._ready = False
        self._spent = False

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def spent(self) -> bool:
        """Whether it must not be asked any more, for whatever it did or said. One that is idle is silent."""
        return self._spent or (self._ready and self._channel.has_news())

    def await_ready(self, idle: Idle | None = None) -> None:
        """Wait until it has loaded what it needs, and call `idle` meanwhile. Raises `ProcessUnusable`, and what `idle` raises."""
        if self._ready:
            return
        self._spent = True
        try:
            self._await_news(START_SECONDS, idle)
            greeting = self._channel.receive(len(READY), START_SECONDS)
        except (ChannelBroken, TimeoutError) as error:
            raise ProcessUnusable("it does not start") from error
        if greeting != READY:
            raise ProcessUnusable("it greets with something else")
        self._ready, self._spent = True, False

    def ask(self, question: bytes, read: Callable[[bytes], T], idle: Idle | None = None) -> T:
        """The answer to a question, as `read` understands it; it raises `ValueError` for what is none. Calls `idle` meanwhile.

        Raises `ProcessEnded` and `ProcessUnusable`, and what `idle` raises; the process is spent then.
        """
        self._spent = True  # until it has answered: whatever interrupts this, nobody else may get the answer
        try:
            self._channel.send(question, self._patience)
            self._await_news(self._patience, idle)
            reply = self._channel.receive(self._answer_limit, self._patience)
            answer = read(reply[len(MORE) :])
        except TimeoutError as error:
            raise ProcessUnusable("it does not answer in time") from error
        except ChannelClosed as error:
            ending = self._ended()
            raise ProcessEnded(f"the process ended: {ending}", ending) from error
        except (ChannelBroken, ValueError) as error:  # the process lives, and is not in its right mind
            raise ProcessEnded(str(error), Ending(Cause.CRASH, self.end())) from error
        self._spent = not reply.startswith(MORE)
        return answer

    def _ended(self) -> Ending:
        """Wait for the exit code of a process whose end of the channel is closed.

        The kernel closes files before the exit code can be read, so killing the process at once could hide the
        code. A process that lives on without its channel was not ended from outside: it closed the file itself.
        """
        try:
            return ending_of(self._process.wait(_EXIT_SECONDS))
        except subprocess.TimeoutExpired:
            return Ending(Cause.CRASH, self.end())

    def _await_news(self, seconds: float, idle: Idle | None) -> None:
        """Wait for whatever comes, if there is something to be done meanwhile. Raises `TimeoutError`."""
        until = self._clock.monotonic() + seconds
        while idle is not None and not self._channel.has_news(_BREATH):
            idle()
            if self._clock.monotonic() > until:
                raise TimeoutError

    def end(self) -> int:
        """End it, whatever it does, and say how it ended: its exit code, or a signal's number, negative. Idempotent."""
        self._spent = True
        self._channel.close()
        self._process.kill()
        return self._process.wait()


def _start(program: Program) -> tuple[Channel, "subprocess.Popen[bytes]"]:
    """Nothing of this process's own goes along but where Python finds its modules: no environment, no files, no terminal.

    No code runs between fork and exec, which would be slow and not safe in threads. A process whose parent is gone, however it went,
    reads the end of the channel and ends too.
    """
    ours, theirs = socket.socketpair()
    modules = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    environment = {"PYTHONPATH": modules, "TMPDIR": tempfile.gettempdir()}
    limits = program.limits
    limited = (str(each) for each in (limits.seconds, limits.memory_bytes, limits.growth_bytes))
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - a program of our own, arguments that we made
                [sys.executable, "-P", "-m", program.module, *limited, *program.arguments],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment,
                start_new_session=True,
            )
        except OSError:
            ours.close()
            raise
    return Channel(ours), process
