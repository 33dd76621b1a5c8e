"""The errors of commands; those of the registry's client are in `shared.client.errors`.

ConsoleError
├── InputUnusable            a file or an option cannot be sent to any registry
├── BrokerFailed             a Kafka broker does not do its work
└── OutputFailed             the answer cannot be written

`command.py` has the exit code of each.
"""

from sluicegate.shared.errors import SluicegateError


class ConsoleError(SluicegateError):
    """The command failed on this machine."""


class InputUnusable(ConsoleError):
    """The input cannot be sent to a registry."""


class BrokerFailed(ConsoleError):
    """The Kafka broker does not do its work."""


class OutputFailed(ConsoleError):
    """The output cannot be written."""
