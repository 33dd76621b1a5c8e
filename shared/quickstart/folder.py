"""The data folder of a quickstart: what lies where, and who has it."""

import fcntl
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.clock import Clock
from shared.quickstart.errors import AlreadyRunning, DataDirUnusable

_LEAVE_SECONDS = 15.0  # what a killed run's processes have to finish their work
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Where one quickstart keeps its files."""

    path: Path

    @property
    def postgres(self) -> Path:
        """The database: all that outlives a run."""
        return self.path / "postgres"

    @property
    def validator_settings(self) -> Path:
        """The settings file of the validator, written anew by each run."""
        return self.path / "validator.toml"

    @property
    def lock(self) -> Path:
        """Held by the run that has the folder; holds its process id."""
        return self.path / "quickstart.lock"

    def log(self, name: str) -> Path:
        """Where a part's output goes."""
        return self.path / "logs" / f"{name}.log"

    def prepare(self) -> None:
        """Make the folders. Raises `DataDirUnusable`."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            (self.path / "logs").mkdir(exist_ok=True)
            self.lock.touch()
        except OSError as error:
            raise DataDirUnusable(self.path, error.strerror or str(error)) from error


class FolderLock:
    """Makes one run the only one on its folder.

    Children inherit `descriptor`, so the lock is free only when the last of them is gone: a run that starts after one was killed
    waits for the processes that the dead one left to finish.
    """

    def __init__(self, folder: DataFolder, clock: Clock) -> None:
        """Prepare; nothing is locked until it is entered."""
        self._folder = folder
        self._clock = clock
        self.descriptor = -1

    def __enter__(self) -> Self:
        """Take the lock. Raises `AlreadyRunning`."""
        self.descriptor = os.open(self._folder.lock, os.O_RDWR | os.O_CLOEXEC)
        try:
            self._take()
        except BaseException:
            os.close(self.descriptor)
            raise
        os.truncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""
        os.close(self.descriptor)

    def _take(self) -> None:
        deadline = self._clock.monotonic() + _LEAVE_SECONDS
        while not self._taken():
            owner = self._owner()
            if (owner is not None and _alive(owner)) or self._clock.monotonic() > deadline:
                raise AlreadyRunning(self._folder.path, owner)
            self._clock.wait(_POLL_SECONDS, threading.Event())

    def _taken(self) -> bool:
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _owner(self) -> int | None:
        text = os.pread(self.descriptor, 32, 0).decode(errors="replace")
        return int(text) if text.isdecimal() else None


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return True
