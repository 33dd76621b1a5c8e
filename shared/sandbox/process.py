"""A sandbox from the side of the program that started it."""

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
"""Time for a process to load its modules. It takes 0.2 s on an idle machine."""

T = TypeVar("T")

Idle: TypeAlias = Callable[[], None]

_BREATH = 0.25
"""Seconds between two calls of `idle`."""


_EXIT_SECONDS = 5.0
"""Longest wait for the exit code of a process that has closed its channel."""


class ProcessEnded(Exception):
    """The process ended during a question, or gave an unreadable answer.

    `ending` names the cause.
    """

    def __init__(self, reason: str, ending: Ending) -> None:
        """Keep the ending."""
        super().__init__(reason)
        self.ending = ending


class ProcessUnusable(Exception):
    """The process does not start, or neither answers nor ends.

    The machine is at fault, not the question.
    """


@dataclass(frozen=True, slots=True)
class Program:
    """The program of a process: a Python module, and the maximum of bytes of an answer.

    The module calls `shared.sandbox.serving.serve` with these limits.
    """

    module: str
    arguments: Sequence[str]
    limits: Limits
    answer_limit: int


class Sandbox:
    """A process that answers questions, one at a time. Not thread-safe. `end` ends it."""

    def __init__(self, program: Program) -> None:
        """Start the process and return at once.

        Raises `OSError` when the machine does not allow another one.
        """
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
        """Return whether it must get no further question. An idle process sends nothing."""
        return self._spent or (self._ready and self._channel.has_news())

    def await_ready(self, idle: Idle | None = None) -> None:
        """Wait until it has loaded its modules, and call `idle` meanwhile.

        Raises `ProcessUnusable` and the errors of `idle`.
        """
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

    def ask(self, question: bytes, read: Callable[[bytes], T], idle: Idle | None = None, weight: float = 1.0) -> T:
        """Return the answer to a question, parsed by `read`. Calls `idle` meanwhile.

        `weight`: the process gives it so many times the seconds of the limits.

        `read` raises `ValueError` for an invalid answer. Raises `ProcessEnded`, `ProcessUnusable`
        and the errors of `idle`; the process is spent then.
        """
        # until it has answered: after an interruption, no other caller may get the answer
        self._spent = True
        patience = self._patience * weight
        try:
            self._channel.send(question, patience)
            self._await_news(patience, idle)
            reply = self._channel.receive(self._answer_limit, patience)
            answer = read(reply[len(MORE) :])
        except TimeoutError as error:
            raise ProcessUnusable("it does not answer in time") from error
        except ChannelClosed as error:
            ending = self._ended()
            raise ProcessEnded(f"the process ended: {ending}", ending) from error
        except (ChannelBroken, ValueError) as error:  # the process lives, in an undefined state
            raise ProcessEnded(str(error), Ending(Cause.CRASH, self.end())) from error
        # The process itself says whether it may be asked again: its limits may be used up.
        self._spent = not reply.startswith(MORE)
        return answer

    def _ended(self) -> Ending:
        """Wait for the exit code of a process whose end of the channel is closed.

        The kernel closes files before the exit code can be read, so killing the process at once
        could hide the code. A process that lives on without its channel was not ended from outside:
        it closed the file itself.
        """
        try:
            return ending_of(self._process.wait(_EXIT_SECONDS))
        except subprocess.TimeoutExpired:
            return Ending(Cause.CRASH, self.end())

    def _await_news(self, seconds: float, idle: Idle | None) -> None:
        """Wait for data, and call `idle` meanwhile. Raises `TimeoutError`."""
        until = self._clock.monotonic() + seconds
        while idle is not None and not self._channel.has_news(_BREATH):
            idle()
            if self._clock.monotonic() > until:
                raise TimeoutError

    def end(self) -> int:
        """End it in every state, and return its exit code, or a signal's number, negative.

        Idempotent.
        """
        self._spent = True
        self._channel.close()
        self._process.kill()
        return self._process.wait()


def _start(program: Program) -> tuple[Channel, "subprocess.Popen[bytes]"]:
    """Start the process without environment, files and terminal; it gets the module path only.

    Invariant: no code runs between fork and exec, which would be slow and unsafe in threads. A
    process whose parent has ended reads the end of the channel and ends, too.
    """
    # A socket pair instead of pipes: one file for both directions, and timeouts by the kernel.
    ours, theirs = socket.socketpair()
    modules = os.pathsep.join(str(Path(entry).absolute()) for entry in sys.path)
    environment = {"PYTHONPATH": modules, "TMPDIR": tempfile.gettempdir()}
    limits = program.limits
    limited = (str(each) for each in (limits.seconds, limits.memory_bytes, limits.growth_bytes))
    # The parent closes its copy: otherwise it would never see the end of the child.
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
