"""The data folder of a quickstart: its files, and its lock."""

import fcntl
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from sluicegate.shared.clock import Clock
from sluicegate.shared.quickstart.errors import AlreadyRunning, DataDirUnusable
from sluicegate.shared.quickstart.readiness import until

_LEAVE_SECONDS = 15.0  # time for processes of a killed run to finish


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
    def manager_key(self) -> Path:
        """The key of the first manager, kept from run to run."""
        return self.path / "manager.key"

    @property
    def validator_key(self) -> Path:
        """The key of the validator, kept from run to run."""
        return self.path / "validator.key"

    @property
    def lock(self) -> Path:
        """Held by the run that has the folder; holds its process id."""
        return self.path / "quickstart.lock"

    @property
    def parts_lock(self) -> Path:
        """Held by the run's processes, each until it ends."""
        return self.path / "parts.lock"

    def log(self, name: str) -> Path:
        """Where a part's output goes."""
        return self.path / "logs" / f"{name}.log"

    def prepare(self) -> None:
        """Make the folders. Raises `DataDirUnusable`."""
        try:
            self.path.mkdir(_mode(), parents=True, exist_ok=True)
            (self.path / "logs").mkdir(0o700, exist_ok=True)
            self.lock.touch()
            self.parts_lock.touch()
        except OSError as error:
            raise DataDirUnusable(self.path, error.strerror or str(error)) from error


def _mode() -> int:
    """Closed to other users. Root's Postgres runs as another user, who has to pass through."""
    return 0o711 if os.geteuid() == 0 else 0o700


class FolderLock:
    """Makes one run the only one on its folder.

    There are two locks: one of the run alone, and one that its children inherit (`descriptor`),
    which is free only when the last of them is gone. So a run that starts after one was killed
    waits for the processes that the dead one left to finish.
    """

    def __init__(self, folder: DataFolder, clock: Clock) -> None:
        """Prepare; nothing is locked until it is entered."""
        self._folder = folder
        self._clock = clock
        self._files = ExitStack()
        self.descriptor = -1

    def __enter__(self) -> Self:
        """Take the locks. Raises `AlreadyRunning`."""
        with self._files:
            run = self._files.enter_context(self._folder.lock.open("r+"))
            if not _taken(run.fileno()):
                raise AlreadyRunning(self._folder.path, f"process {run.read().strip()}")
            run.truncate(0)
            run.write(str(os.getpid()))
            run.flush()
            parts = self._files.enter_context(self._folder.parts_lock.open("a"))
            self._await(parts.fileno())
            self.descriptor = parts.fileno()
            self._files = self._files.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let them go."""
        self._files.close()

    def _await(self, descriptor: int) -> None:
        if not until(lambda: _taken(descriptor), _LEAVE_SECONDS, self._clock, lambda: None):
            raise AlreadyRunning(self._folder.path, "a process of a killed quickstart")


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
