"""Payloads whose check was ended from outside, and when each of them may be checked again.

Something outside ends checking processes for as long as it lasts: a container that is short of
memory, an operator. Two pauses bound the work that this costs. Each payload waits longer after each
interrupted check, so that a payload that always loses its process leaves the others their turn.
After several interrupted checks in a row, whichever payloads they were of, no check starts for a
moment.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from sluicegate.shared.clock import Clock
from sluicegate.validator.checking.messages import Key
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes

MAX_PAYLOADS: Final = 1_000
"""Postponed payloads that are remembered; the oldest go first."""

PAYLOAD_TIMES: Final = BackoffTimes(first=1.0, longest=60.0)
ALL_TIMES: Final = BackoffTimes(first=0.5, longest=5.0)
MAX_IN_A_ROW: Final = 3
"""Interrupted checks without an answer between them, after which every check waits."""

_Identity: TypeAlias = tuple[Key, int, int]


@dataclass(slots=True)
class _Pause:
    backoff: Backoff
    until: float = 0.0


@dataclass(slots=True)
class Postponed:
    """Remembers interrupted checks. Not thread-safe."""

    clock: Clock
    _payloads: OrderedDict[_Identity, _Pause] = field(default_factory=OrderedDict)
    _all: _Pause = field(default_factory=lambda: _Pause(Backoff(ALL_TIMES)))
    _in_a_row: int = 0

    def waits(self, key: Key, payload: bytes) -> bool:
        """Return whether the payload must not be checked yet."""
        now = self.clock.monotonic()
        if now < self._all.until:
            return True
        pause = self._payloads.get(_identity(key, payload)) if self._payloads else None
        return pause is not None and now < pause.until

    def add(self, key: Key, payload: bytes) -> None:
        """Record that the check of a payload was ended from outside."""
        now, identity = self.clock.monotonic(), _identity(key, payload)
        pause = self._payloads.setdefault(identity, _Pause(Backoff(PAYLOAD_TIMES)))
        pause.until = now + pause.backoff.pause()
        self._payloads.move_to_end(identity)
        if len(self._payloads) > MAX_PAYLOADS:
            self._payloads.popitem(last=False)
        self._in_a_row += 1
        if self._in_a_row >= MAX_IN_A_ROW:
            self._all.until = now + self._all.backoff.pause()

    def remove(self, key: Key, payload: bytes) -> None:
        """Record that the check of a payload came to its end."""
        self._in_a_row = 0
        self._all.backoff.reset()
        if self._payloads:
            self._payloads.pop(_identity(key, payload), None)


def _identity(key: Key, payload: bytes) -> _Identity:
    return key, len(payload), hash(payload)
