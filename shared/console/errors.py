"""What can stand between a command and its answer.

ConsoleError
├── InputUnusable            a file or an option cannot be sent to any registry
├── OutputFailed             the answer cannot be written down
├── RegistryRefused          the registry says no; carries its report
│   └── AccessRefused        the credentials are missing, wrong or not enough
├── RegistryUnreachable      nobody answers at the address
├── RegistryFailing          the registry answers that it cannot do its work
└── AnswerUnintelligible     what answers is not a registry

Which exit code each one gives is in `command.py`.
"""

from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.wire import Report


class ConsoleError(SluicegateError):
    """The command could not be carried out."""


class InputUnusable(ConsoleError):
    """What was given cannot be sent to a registry."""


class OutputFailed(ConsoleError):
    """The output cannot be written."""


class RegistryRefused(ConsoleError):
    """The registry refused."""

    def __init__(self, report: Report) -> None:
        """Keep the registry's own words, with every finding."""
        super().__init__(report.message)
        self.report = report


class AccessRefused(RegistryRefused):
    """The registry does not let this caller do this."""


class RegistryUnreachable(ConsoleError):
    """The registry cannot be reached."""


class RegistryFailing(ConsoleError):
    """The registry cannot do its work."""


class AnswerUnintelligible(ConsoleError):
    """What answers is not a registry."""
