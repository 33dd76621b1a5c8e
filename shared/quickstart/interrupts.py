"""Ctrl-C, SIGTERM and a closed terminal: one polite end, wherever the run is."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RunInterrupted(KeyboardInterrupt):
    """A signal asked the run to end."""

    def __init__(self, signum: int) -> None:
        """Keep which signal asked."""
        super().__init__(signal.Signals(signum).name)
        self.signum = signum


class Interrupts:
    """Raises `RunInterrupted` in the main thread at the first signal; later signals change nothing."""

    def __init__(self) -> None:
        """Prepare; the signals are ours between enter and exit."""
        self._received: int | None = None
        self._deaf = 0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        """Take the signals. A SIGHUP that was ignored (nohup) stays so."""
        for each in _SIGNALS:
            if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
                self._before[each] = signal.signal(each, self._receive)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back."""
        for each, handler in self._before.items():
            signal.signal(each, handler)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let a few steps finish together: a signal that comes meanwhile is raised at their end.

        An error then is taken for the signal's doing: a terminal sends Ctrl-C to the programs that
        the steps run, too.
        """
        self._deaf += 1
        try:
            yield
        finally:
            self._deaf -= 1
            self.check()

    def refuse(self) -> None:
        """Raise nothing any more: the run is ending."""
        self._deaf += 1

    def check(self) -> None:
        """Raise `RunInterrupted` when a signal came and may be heard."""
        if self._received is not None and not self._deaf:
            raise RunInterrupted(self._received)

    def _receive(self, signum: int, frame: FrameType | None) -> None:
        first, self._received = self._received is None, self._received or signum
        if first:
            self.check()
