"""The meaning of a failed delivery: whether a retry can help, and the repair."""

from enum import Enum, auto

from sluicegate.validator.model import Failure, Refused, TooLarge, Undelivered


class FailureKind(Enum):
    """The kinds of failures; each client's error codes are mapped to them.

    A retry of `SIZE` and `MESSAGE` always has the same result. `DESTINATION` fails until an
    operator changes the destination or the settings: the message is not at fault. `TRANSIENT` is
    temporary. An unknown code is `TRANSIENT`, because a retry loses nothing.
    """

    SIZE = auto()
    MESSAGE = auto()
    DESTINATION = auto()
    TRANSIENT = auto()


def failure(kind: FailureKind, detail: str) -> Failure:
    """Return the worker's value for a failure."""
    match kind:
        case FailureKind.SIZE:
            return TooLarge(detail)
        case FailureKind.MESSAGE:
            return Refused(detail)
    return Undelivered(detail, permanent=kind is FailureKind.DESTINATION)
