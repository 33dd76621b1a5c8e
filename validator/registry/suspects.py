"""Questions to which the registry gives no usable answer while it answers others.

A message names its schema, so one message can ask something that the registry never answers: access
is refused, the server fails over that schema, a proxy answers instead. Such a question must neither
stop the worker nor be taken for an outage, and an outage must not condemn a message. So each
failure is followed by a control question about a schema that does not exist. If the control has a
clear answer, the failure belongs to the question alone: it becomes a suspect, which is asked again
after pauses of its own. A suspect that failed for `seconds`, with a clear control each time, is
unreadable. One usable answer acquits it.

Many suspects share that time. The first unreadable question proves the kind of failure (the status
of the answer), and later questions with a failure of the same kind do not wait for `seconds` again:
they are unreadable after `MIN_FAILURES` failures in short pauses, or after one, where the registry
did answer with something other than an error of the server. An outage or a usable answer for a
suspect of the kind ends this.
"""

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

MAX_SUSPECTS: Final = 10_000
"""Questions that are remembered. A suspect whose time is not over is kept: it would begin again at
zero.
"""
ABANDONED_SECONDS: Final = 600.0
"""A suspect that was not asked about for so long makes room: its messages are gone."""

MIN_FAILURES: Final = 3
TIMES: Final = BackoffTimes(first=0.5, longest=10.0)
PROVEN_PAUSE_SECONDS: Final = 0.1
"""Pause between questions whose kind of failure is proven."""
PROVEN_SECONDS: Final = 60.0
"""A proven kind of failure that did not happen for so long has to be proven again."""
_SERVER_ERROR: Final = 500


@dataclass(slots=True)
class _Suspect:
    since: float
    backoff: Backoff
    kind: int = 0
    until: float = 0.0
    failures: int = 0
    detail: str = ""
    unreadable: bool = False


class Suspects:
    """Remembers failures of single questions. Not thread-safe."""

    def __init__(self, seconds: float, clock: Clock) -> None:
        """`seconds` is how long a question must have failed to be unreadable."""
        self._seconds = seconds
        self._clock = clock
        self._suspects: OrderedDict[Hashable, _Suspect] = OrderedDict()
        self._proven: dict[int, float] = {}  # kinds of failure, and when each happened last

    def __len__(self) -> int:
        """Return how many questions are unreadable."""
        return sum(suspect.unreadable for suspect in self._suspects.values())

    def waiting(self, question: Hashable) -> str | None:
        """Return why a question must not be asked now; None when it may."""
        suspect = self._suspects.get(question)
        return None if suspect is None or self._clock.monotonic() >= suspect.until else suspect.detail

    def unreadable(self, question: Hashable) -> bool:
        """Return whether a question has failed for long enough."""
        suspect = self._suspects.get(question)
        return suspect is not None and suspect.unreadable

    def add(self, question: Hashable, detail: str, status: int) -> None:
        """Record a failure that was followed by a clear control.

        `status` is 0 where there was no answer.
        """
        now = self._clock.monotonic()
        suspect = self._suspects.setdefault(question, _Suspect(now, Backoff(TIMES)))
        self._suspects.move_to_end(question)
        suspect.failures += 1
        suspect.detail, suspect.kind = detail, status
        proven = now - self._proven.get(status, -math.inf) < PROVEN_SECONDS
        if not suspect.unreadable and (self._failed_for_long(suspect, now) or (proven and _failed_enough(suspect))):
            suspect.unreadable = True
            logger().warning("schema unreadable", detail=detail, seconds=round(now - suspect.since, 1))
        if proven or suspect.unreadable:
            self._proven[status] = now
        quick = proven and not suspect.unreadable
        suspect.until = now + (PROVEN_PAUSE_SECONDS if quick else suspect.backoff.pause())
        if len(self._suspects) > MAX_SUSPECTS:
            del self._suspects[self._dispensable(question, now)]

    def outage(self, question: Hashable) -> None:
        """Record that the registry answers nothing: earlier failures of the question do not count."""
        self._proven.clear()
        suspect = self._suspects.get(question)
        if suspect is not None and not suspect.unreadable:
            del self._suspects[question]

    def acquit(self, question: Hashable) -> bool:
        """Record a usable answer. Return whether the question was a suspect."""
        suspect = self._suspects.pop(question, None) if self._suspects else None
        if suspect is None:
            return False
        self._proven.pop(suspect.kind, None)
        return True

    def _dispensable(self, newest: Hashable, now: float) -> Hashable:
        """Return the question to forget: the oldest that is decided or abandoned, else the newest."""
        for question, suspect in self._suspects.items():
            if suspect.unreadable or now - suspect.until > ABANDONED_SECONDS:
                return question
        return newest

    def _failed_for_long(self, suspect: _Suspect, now: float) -> bool:
        return suspect.failures >= MIN_FAILURES and now - suspect.since >= self._seconds


def _failed_enough(suspect: _Suspect) -> bool:
    """Return whether a question with a proven kind of failure is unreadable.

    Servers' errors may be transient.
    """
    transient = suspect.kind == 0 or suspect.kind >= _SERVER_ERROR
    return suspect.failures >= (MIN_FAILURES if transient else 1)
