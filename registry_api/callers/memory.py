"""Callers that were identified a moment ago, by the SHA-256 of their credentials: bounded, and forgotten at each change of access."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from sluicegate.registry_api.core.access.principals import Principal
from sluicegate.shared.clock import Clock

TOKEN_SECONDS: Final = 60.0
KEY_SECONDS: Final = 3600.0
"""A key is remembered for longer than a token: its revocation is announced."""

_WRONG_SECONDS: Final = 10.0
_MAX_ENTRIES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """A caller, or the refusal of wrong credentials, until a time of the monotonic clock."""

    principal: Principal | None
    until: float
    reason: str = ""


class Memory:
    """Remembers callers. Thread-safe. Without a working channel of changes it remembers nothing."""

    def __init__(self, clock: Clock, max_entries: int = _MAX_ENTRIES) -> None:
        """Start without a channel: see `on_live`."""
        self._clock = clock
        self._max_entries = max_entries
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, Remembered] = OrderedDict()
        self._wrong: OrderedDict[bytes, Remembered] = OrderedDict()
        self._live = False
        self._generation = 0

    @property
    def generation(self) -> int:
        """Return the number of changes so far.

        Read it before a look-up; the result is kept only if the number is still the same.
        """
        return self._generation

    def get(self, digest: bytes) -> Remembered | None:
        """Return a caller or a refusal that still holds."""
        found = self._known.get(digest) or self._wrong.get(digest)
        return found if found is not None and self._clock.monotonic() < found.until else None

    def keep(self, digest: bytes, principal: Principal, generation: int, seconds: float) -> None:
        """Cache a caller for `seconds`, unless there was a change since the look-up began."""
        self._put(self._known, digest, Remembered(principal, self._until(seconds)), generation)

    def keep_wrong(self, digest: bytes, reason: str, generation: int) -> None:
        """Remember a refusal. Wrong credentials never push out right ones."""
        self._put(self._wrong, digest, Remembered(None, self._until(_WRONG_SECONDS), reason), generation)

    def forget(self) -> None:
        """Forget everything: keys or grants have changed."""
        with self._lock:
            self._generation += 1
            self._known.clear()
            self._wrong.clear()

    def on_gap(self) -> None:
        """Changes may be missed from now on."""
        with self._lock:
            self._live = False
        self.forget()

    def on_live(self) -> None:
        """Changes are seen again."""
        with self._lock:
            self._live = True

    def _until(self, seconds: float) -> float:
        return self._clock.monotonic() + seconds

    def _put(self, kept: "OrderedDict[bytes, Remembered]", digest: bytes, entry: Remembered, generation: int) -> None:
        with self._lock:
            if not self._live or generation != self._generation:
                return
            kept[digest] = entry
            kept.move_to_end(digest)
            if len(kept) > self._max_entries:
                kept.popitem(last=False)
