"""Payloads that may take long: which ones those are, and who checks them.

What a schema makes of a payload may take a microsecond or a century, and a library in the middle of it cannot be stopped. Each
validator states how large payloads may be so that they end soon (`shared.formats.effort`): those are checked on the spot. All
others are checked where the check can be ended.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault
from sluicegate.validator.model import Code, Invalid, Retry, StoredSchema, Unprocessable, Verdict

AT_ONCE: Final = 0.01
"""Seconds that a check may take at most in the midst of a batch, with nobody looking at anything else."""

SOON: Final = 0.25
"""Seconds that a check may take at most on the spot."""


class Pulse:
    """The worker's sign of life, to be given before checks that may take longer and while one is waited for.

    Whoever works sets it. What it raises ends the waiting: the worker has been told to stop.
    """

    def __init__(self) -> None:
        """Nobody is waiting for one."""
        self.beat: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Subject:
    """What payloads are checked against: a version of a schema, and one of its message types."""

    schema: StoredSchema
    message_type: str | None = None

    @property
    def key(self) -> tuple[int, int, str | None, int]:
        """What tells it from others. The text counts: a restored registry may give a number out a second time."""
        return self.schema.schema_id, self.schema.version, self.message_type, hash(self.schema.source)


class LimitedChecker(Protocol):
    """Checks payloads for as long as is allowed and no longer. A payload whose check is given up is invalid."""

    def beat(self) -> None:
        """Give a sign of life, before a check on the spot that takes longer than most. All methods raise what that raises."""
        ...

    def verdict(self, subject: Subject, payload: bytes) -> Verdict:
        """Valid, or invalid with the violations; `Retry` when nothing can be said at present."""
        ...

    def reasons(self, subject: Subject, payload: bytes) -> Invalid | Retry:
        """Why a payload does not fit, of which that is known."""
        ...

    def compiles(self, subject: Subject) -> Unprocessable | Retry | None:
        """Return what is wrong when compiling the schema crashes; None when it does not, whatever else is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of a payload, by what may be done with it.

    Up to `at_once` it is checked in the midst of a batch, up to `soon` on the spot; up to `explained` reasons are found there, too,
    and up to `quiet` all of that without a sign of life.
    """

    at_once: int
    soon: int
    explained: int
    quiet: int


def sizes(effort: Effort) -> Sizes:
    """The sizes that follow from what a validator says."""
    at_once, soon = effort.verdict.bytes_within(AT_ONCE), effort.verdict.bytes_within(SOON)
    explained = min(effort.reasons.bytes_within(SOON), soon)
    return Sizes(at_once, soon, explained, min(at_once, effort.reasons.bytes_within(AT_ONCE)))


UNLIMITED: Final = Sizes(sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)
"""For whom time does not matter."""


NOTHING_ON_THE_SPOT: Final = Sizes(-1, -1, -1, -1)
"""For a worker that must not check anything in its own process."""


class OnTheSpot:
    """Nobody: to go with `UNLIMITED`."""

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
