"""How a child process ended, and whether the question that it was asked is to blame.

A process ends over a question for one of three causes. It reached a limit of its own, or it
crashed: both are the question's fault. Or something outside ended it, such as the kernel's
out-of-memory killer (SIGKILL), an operator or a shutdown: that says nothing about the question,
which has to be asked again.
"""

import signal
from dataclasses import dataclass
from enum import Enum
from typing import Final

_LIMITS: Final = frozenset({signal.SIGPROF, signal.SIGXCPU, signal.SIGXFSZ})
"""Signals that the kernel sends for the limits of `limits.Restraint`.

Memory has no signal: it is a `MemoryError`, or a crash.
"""

_CRASHES: Final = frozenset(
    {
        signal.SIGABRT,
        signal.SIGBUS,
        signal.SIGFPE,
        signal.SIGILL,
        signal.SIGSEGV,
        signal.SIGSYS,
        signal.SIGTRAP,
    }
)


class Cause(Enum):
    """Why a process ended over a question."""

    LIMIT = "limit"
    CRASH = "crash"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a process.

    `code` is as in `subprocess`: an exit code, or a signal's number, negative.
    """

    cause: Cause
    code: int

    @property
    def condemns(self) -> bool:
        """Whether the question is to blame, so that asking it again ends the next process too."""
        return self.cause is not Cause.OUTSIDE

    def __str__(self) -> str:
        """The ending in words, for logs and reasons."""
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return signal.Signals(-self.code).name
        except ValueError:
            return f"signal {-self.code}"


def ending_of(code: int) -> Ending:
    """Return the ending that an exit code stands for.

    A process that leaves with 0 was idle for too long at the moment it was asked. Any other exit
    code is one that the interpreter or a library left with by itself.
    """
    if code > 0:
        return Ending(Cause.CRASH, code)
    number = -code
    if number in _LIMITS:
        return Ending(Cause.LIMIT, code)
    return Ending(Cause.CRASH if number in _CRASHES else Cause.OUTSIDE, code)
