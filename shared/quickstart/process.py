"""One supervised child process."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sluicegate.shared.quickstart.lifeline import ends_with_parent

_TAIL_BYTES = 16_384


class RunningPart(Protocol):
    """Something that runs beside us. `stop` may block for some seconds and is idempotent."""

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        ...

    def stop(self) -> None:
        """End it and wait until it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its whole environment and the destination of its output."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    log: Path


class ChildProcess:
    """A child in a session of its own: Ctrl-C reaches us alone, and we end the children in order.

    Start it from the main thread: there, on Linux, it gets SIGTERM when this process is gone.
    """

    def __init__(self, command: Command, inherited: int, stop_seconds: float = 10.0) -> None:
        """Prepare; nothing runs until `start`.

        `inherited` is a file descriptor that the child keeps open.
        """
        self._command = command
        self._inherited = inherited
        self._stop_seconds = stop_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._exit_code: int | None = None

    @property
    def running(self) -> bool:
        """Whether it is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Return the exit code; None before the end."""
        return self._exit_code if self._process is None else self._process.poll()

    @property
    def pid(self) -> int:
        """Its process id; 0 before it was started."""
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        """Run it. Its log begins anew."""
        with self._command.log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, arguments of our own
                self._command.arguments,
                env=dict(self._command.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self._inherited,),
                preexec_fn=ends_with_parent(signal.SIGTERM),
            )

    def stop(self) -> None:
        """Ask it to stop; kill it after its time, and always kill its remaining children.

        Idempotent.
        """
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(self._stop_seconds)
        # no process is left (macOS: only zombies)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._exit_code = process.returncode


def last_lines(log: Path, count: int = 15) -> tuple[str, ...]:
    """The end of a log; nothing when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ()
    return tuple(text.rstrip().splitlines()[-count:])
