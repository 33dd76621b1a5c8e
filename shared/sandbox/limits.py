"""Limits of one question, and how a sandbox enforces them on itself."""

import os
import resource
import signal
import sys
import time
from dataclasses import dataclass, replace
from typing import NoReturn

_MIB = 1024 * 1024
_FILE_BYTES = 16 * _MIB  # compilers of some formats are programs that write their output to a file
_FILES = 64
_BACKSTOP_SECONDS = 2
_NETWORK = frozenset(
    {"socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendmsg", "socket.sendto"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one question: seconds of processor time, and bytes of memory above an idle process.

    A process that has grown by more than `growth_bytes` gets no further question. An answer may
    take `patience_factor` seconds of wall-clock time for each second of processor time: a busy
    machine is not the question's fault.
    """

    seconds: float = 2.0
    memory_bytes: int = 512 * _MIB
    growth_bytes: int = 64 * _MIB
    patience_factor: float = 5.0

    @property
    def patience(self) -> float:
        """Return the seconds of wall-clock time after which waiting ends."""
        return self.seconds * self.patience_factor

    def times(self, weight: float) -> "Limits":
        """The limits of a question that may take so many times the processor time."""
        return replace(self, seconds=self.seconds * weight)

    @property
    def described(self) -> str:
        """In words."""
        return f"{self.seconds:g} seconds of processor time and {self.memory_bytes // _MIB} MiB of memory"


class Restraint:
    """The limits of this process, permanent. Create it once, after all modules are loaded.

    The kernel enforces them and ends the process; the waiting program enforces those that a
    platform lacks.
    """

    def __init__(self, limits: Limits) -> None:
        """Put the limits in force."""
        self._seconds = limits.seconds
        self._growth = limits.growth_bytes
        self._backstop = 0
        self._size = _Size()
        self._base = self._size.now()
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        if self._base:
            _limit(resource.RLIMIT_AS, self._base + limits.memory_bytes)
        _limit(resource.RLIMIT_FSIZE, _FILE_BYTES)
        _limit(resource.RLIMIT_NOFILE, _FILES)
        _limit(resource.RLIMIT_CORE, 0)
        sys.addaudithook(_no_network)

    def start(self, weight: float = 1.0) -> None:
        """Begin a question: its processor time counts from now. It may take `weight` times the seconds.

        The limit is exact to the microsecond, with a second limit in whole seconds behind it.
        """
        seconds = self._seconds * weight
        end = int(time.process_time() + seconds) + _BACKSTOP_SECONDS
        if end != self._backstop:
            # the hard limit stays: only a privileged process may raise one
            hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
            resource.setrlimit(resource.RLIMIT_CPU, (end if hard == resource.RLIM_INFINITY else min(end, hard), hard))
            self._backstop = end
        signal.setitimer(signal.ITIMER_PROF, seconds)

    def stop(self) -> None:
        """It is answered."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def has_grown(self) -> bool:
        """Return whether the process is too large for the memory of the next question."""
        return self._size.now() > self._base + self._growth


class _Size:
    """The bytes of this process's address space; 0 where the system does not tell."""

    def __init__(self) -> None:
        try:
            self._statm: int | None = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._statm = None

    def now(self) -> int:
        """How many there are."""
        if self._statm is None:
            return 0
        return int(os.pread(self._statm, 32, 0).split(maxsplit=1)[0]) * resource.getpagesize()


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _no_network(event: str, _: tuple[object, ...]) -> None:
    if event in _NETWORK:
        _forbid(event)


def _forbid(event: str) -> NoReturn:
    raise PermissionError(f"{event}: a sandbox has no network")
