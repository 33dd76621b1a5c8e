"""What a failure to send means: whether a retry can help, and what has to change."""

from enum import Enum, auto

from sluicegate.validator.model import Failure, Refused, TooLarge, Undelivered


class FailureKind(Enum):
    """The kinds that each client's error codes are sorted into.

    A retry of `SIZE` and `MESSAGE` has the same result, whatever else happens. `DESTINATION` fails until somebody changes the
    destination or the settings: nothing is wrong with the message. `TRANSIENT` passes. An unknown code is `TRANSIENT`,
    because nothing is lost by retrying.
    """

    SIZE = auto()
    MESSAGE = auto()
    DESTINATION = auto()
    TRANSIENT = auto()


def failure(kind: FailureKind, detail: str) -> Failure:
    """Return what the worker is told of a message."""
    match kind:
        case FailureKind.SIZE:
            return TooLarge(detail)
        case FailureKind.MESSAGE:
            return Refused(detail)
    return Undelivered(detail, permanent=kind is FailureKind.DESTINATION)
