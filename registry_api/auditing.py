"""Notes for the audit that no change accompanies: refusals and logins, bounded, and lines of JSON.

Rows are collected, and written by a thread of their own, so that no request waits for them. Of each
principal, so many have rows of their own in a minute; of the others there is only a count: a flood
can neither slow nor fill the database.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Final

import orjson

from sluicegate.registry_api.core.access.ports import AuditTrail
from sluicegate.registry_api.core.access.records import AuditEntry
from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.core.model import Caller
from sluicegate.shared.clock import Clock

DONE: Final = "done"
DENIED: Final = "refused"
LOGIN: Final = "login"
READ: Final = "read"
UNAUTHENTICATED: Final = "unauthenticated"
"""The principal of requests with wrong credentials."""

_OTHERS: Final = "others"
_MAX_PRINCIPALS: Final = 1_000
_MAX_WAITING: Final = 10_000

Write = Callable[[str], object]


class Auditor:
    """Notes refusals, logins, and reads where they are wanted. Thread-safe."""

    def __init__(
        self, trail: AuditTrail, clock: Clock, per_minute: int, *, reads: bool = False, write: Write | None = None
    ) -> None:
        """Take the store of rows, their number for each principal in a minute, and the place for lines."""
        self._trail = trail
        self._clock = clock
        self._per_minute = per_minute
        self._write = write
        self._lock = threading.Lock()
        self._minute = clock.now().replace(second=0, microsecond=0)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._waiting: deque[AuditEntry] = deque(maxlen=_MAX_WAITING)
        self.reads = reads
        """Whether reads are noted."""

    def note(self, caller: Caller, outcome: str) -> None:
        """Note a refusal, a login or a read."""
        with self._lock:
            now = self._clock.now()
            self._roll(now)
            principal = caller.actor or UNAUTHENTICATED
            if (principal, outcome) not in self._counts and len(self._counts) >= _MAX_PRINCIPALS:
                principal = _OTHERS
            self._counts[principal, outcome] += 1
            if self._counts[principal, outcome] > self._per_minute:
                return
            entry = _entry(now, replace(caller, actor=principal), outcome)
            self._waiting.append(entry)
        self._line(entry)

    def line(self, caller: Caller, outcome: str) -> None:
        """Write the line of a change, whose row is written with the change."""
        if self._write is not None:
            self._line(_entry(self._clock.now(), caller, outcome))

    def flush(self) -> None:
        """Write the collected rows. Raises `StoreUnavailable`, and keeps them."""
        with self._lock:
            self._roll(self._clock.now())
            entries = list(self._waiting)
            self._waiting.clear()
        if not entries:
            return
        try:
            self._trail.note(entries)
        except StoreUnavailable:
            with self._lock:
                self._waiting.extendleft(reversed(entries[: _MAX_WAITING - len(self._waiting)]))
            raise

    def _roll(self, now: datetime) -> None:
        """Begin a new minute: omitted rows of the last one become one row for each principal."""
        minute = now.replace(second=0, microsecond=0)
        if minute == self._minute:
            return
        for (principal, outcome), count in self._counts.items():
            if count > self._per_minute:
                more = AuditEntry(self._minute, 0, principal, "", outcome, count=count - self._per_minute)
                self._waiting.append(more)
        self._counts.clear()
        self._minute = minute

    def _line(self, entry: AuditEntry) -> None:
        if self._write is not None:
            shown = {key: value for key, value in asdict(entry).items() if value is not None and key != "id"}
            self._write(orjson.dumps({"audit": shown}).decode())


def _entry(at: datetime, caller: Caller, outcome: str) -> AuditEntry:
    origin = caller.origin
    return AuditEntry(
        at,
        0,
        caller.actor,
        caller.request_id,
        outcome,
        origin.credential or None,
        origin.key_id or None,
        origin.source or None,
        origin.api or None,
        origin.operation or None,
    )
