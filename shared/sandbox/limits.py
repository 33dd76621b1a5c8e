"""What one question may take, and how a sandbox holds itself to it."""

import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from typing import NoReturn

_MIB = 1024 * 1024
_FILE_BYTES = 16 * _MIB  # compilers of some formats are programs that leave what they make in a file
_FILES = 64
_BACKSTOP_SECONDS = 2
_NETWORK = frozenset(
    {"socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendmsg", "socket.sendto"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What answering one question may take: seconds of processor time, and bytes of memory on top of what an idle process has.

    A process that has grown by more than `growth_bytes` is not asked again. An answer may take `patience_factor` seconds
    on the clock for each second of processor time: a busy machine is not the question's fault.
    """

    seconds: float = 2.0
    memory_bytes: int = 512 * _MIB
    growth_bytes: int = 64 * _MIB
    patience_factor: float = 5.0

    @property
    def patience(self) -> float:
        """Seconds on the clock after which nobody waits any longer."""
        return self.seconds * self.patience_factor

    @property
    def described(self) -> str:
        """In words."""
        return f"{self.seconds:g} seconds of processor time and {self.memory_bytes // _MIB} MiB of memory"


class Restraint:
    """The limits in force for this process, for good: to be made once, when everything that it needs is loaded.

    They are the kernel's, which ends the process; what it does not know on a platform is left to whoever waits for the process.
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

    def start(self) -> None:
        """A question begins: from now its processor time counts, to the microsecond, with a backstop of whole seconds behind it."""
        end = int(time.process_time() + self._seconds) + _BACKSTOP_SECONDS
        if end != self._backstop:
            resource.setrlimit(resource.RLIMIT_CPU, (end, resource.RLIM_INFINITY))
            self._backstop = end
        signal.setitimer(signal.ITIMER_PROF, self._seconds)

    def stop(self) -> None:
        """It is answered."""
        signal.setitimer(signal.ITIMER_PROF, 0)

    def has_grown(self) -> bool:
        """Whether the process has become so large that the next question would have less than it may take."""
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
