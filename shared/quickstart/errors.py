"""Errors that stop a quickstart. Each message has the problem and the remedy.

SluicegateError
├── QuickstartError
│   ├── PortUnavailable     a port is taken or not allowed
│   ├── DataDirUnusable     the data folder cannot be made or written
│   ├── KeyUnusable         a key file of the data folder holds no key
│   ├── AlreadyRunning      another quickstart has the data folder
│   ├── PartFailed          a process ended, or did not get ready
│   └── DemoFailed          a sample message went where it should not
├── KafkaServerFailed       shared.quickstart.kafka
└── PostgresServerFailed    shared.quickstart.cluster
"""

from pathlib import Path

from sluicegate.shared.errors import SluicegateError


class QuickstartError(SluicegateError):
    """The quickstart met a problem."""


class PortUnavailable(QuickstartError):
    """A port cannot be used."""

    def __init__(self, port: int, part: str, option: str, reason: str) -> None:
        """Name the port, its part, and the option that chooses another."""
        super().__init__(
            f"Port {port} cannot be used for {part}: {reason}. Choose another with {option} (0 takes a free one)"
        )
        self.port = port


class DataDirUnusable(QuickstartError):
    """The data folder cannot be used."""

    def __init__(self, folder: Path, reason: str) -> None:
        """Name the folder and the system's error."""
        super().__init__(f"The data folder {folder} cannot be used: {reason}. Choose another with --data-dir")


class KeyUnusable(QuickstartError):
    """A file of the data folder holds no key."""

    def __init__(self, file: Path) -> None:
        """Name the file."""
        super().__init__(f"{file} holds no key. Remove it: the next start makes another one")


class AlreadyRunning(QuickstartError):
    """Another quickstart has the data folder."""

    def __init__(self, folder: Path, who: str) -> None:
        """Name the folder and its present owner."""
        super().__init__(
            f"A quickstart is already running on {folder} ({who}): stop it, or choose another folder with --data-dir"
        )


class PartFailed(QuickstartError):
    """A part of the quickstart failed."""

    def __init__(self, part: str, what: str, log: Path, last_lines: tuple[str, ...] = ()) -> None:
        """Name the failure of the part, its log, and the last lines of it."""
        said = "".join(f"\n  {line}" for line in last_lines) or "\n  (it said nothing)"
        super().__init__(f"The {part} {what}. The end of {log}:{said}")
        self.part = part


class DemoFailed(QuickstartError):
    """A sample message went where it should not."""
