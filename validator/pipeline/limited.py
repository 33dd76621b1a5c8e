"""Payloads whose check may take long, and the checkers for them.

A check may take a microsecond or a century, and a library cannot be interrupted. Each validator
declares the size up to which payloads are checked quickly (`shared.formats.effort`): those are
checked in the worker. All others are checked in a process that can be ended.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault
from sluicegate.validator.model import Code, Invalid, Retry, StoredSchema, Unprocessable, Verdict

AT_ONCE: Final = 0.01
"""Maximum of seconds for a check inside a batch, without a pulse."""

SOON: Final = 0.25
"""Seconds that a check may take at most on the spot."""


class Pulse:
    """The worker's sign of life, sent before checks that may take longer and while waiting for one.

    The loop sets the callback. An error of the callback ends the waiting: the worker is to stop.
    """

    def __init__(self) -> None:
        """Begin without a callback."""
        self.beat: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Subject:
    """The schema of a check: a version, and one of its message types."""

    schema: StoredSchema
    message_type: str | None = None

    @property
    def key(self) -> tuple[int, int, str | None, int]:
        """Return the identity. It includes the text: a restored registry may use a number twice."""
        return self.schema.schema_id, self.schema.version, self.message_type, hash(self.schema.source)


class LimitedChecker(Protocol):
    """Checks payloads for as long as is allowed and no longer.

    A payload whose check is given up is invalid.
    """

    def beat(self) -> None:
        """Send a sign of life before a longer check in this process.

        All methods raise its errors.
        """
        ...

    def verdict(self, subject: Subject, payload: bytes) -> Verdict:
        """Valid, or invalid with the violations; `Retry` when nothing can be said at present."""
        ...

    def reasons(self, subject: Subject, payload: bytes) -> Invalid | Retry:
        """Why a payload does not fit, of which that is known."""
        ...

    def compiles(self, subject: Subject) -> Unprocessable | Retry | None:
        """Return the reason if compiling the schema crashes a process; None for other faults, too."""
        ...


@dataclass(frozen=True, slots=True)
class PayloadSizes:
    """Limits of payload bytes for each way of checking.

    Up to `at_once`: inside a batch. Up to `soon`: in this process. Up to `explained`: also the
    search for reasons. Up to `quiet`: all of that without a sign of life.
    """

    at_once: int
    soon: int
    explained: int
    quiet: int


def sizes(effort: Effort) -> PayloadSizes:
    """Return the sizes that follow from the declaration of a validator."""
    at_once, soon = effort.verdict.bytes_within(AT_ONCE), effort.verdict.bytes_within(SOON)
    explained = min(effort.reasons.bytes_within(SOON), soon)
    return PayloadSizes(at_once, soon, explained, min(at_once, effort.reasons.bytes_within(AT_ONCE)))


UNLIMITED: Final = PayloadSizes(sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)
"""For whom time does not matter."""


NOTHING_ON_THE_SPOT: Final = PayloadSizes(-1, -1, -1, -1)
"""For a worker that must not check anything in its own process."""


class OnTheSpot:
    """Checks nothing: the counterpart of `UNLIMITED`."""

    def beat(self) -> None:
        """Never."""
        raise AssertionError

    def verdict(self, subject: Subject, payload: bytes) -> Verdict:
        """Never."""
        raise AssertionError

    def reasons(self, subject: Subject, payload: bytes) -> Invalid | Retry:
        """Never."""
        raise AssertionError

    def compiles(self, subject: Subject) -> Unprocessable | Retry | None:
        """Never."""
        raise AssertionError


def code_of(fault: Fault) -> Code:
    """The code of a rejection's fault."""
    return Code.PAYLOAD_MALFORMED if fault is Fault.MALFORMED else Code.PAYLOAD_INVALID
