"""The hours in which keys were used last, written by a thread of its own: no request waits for it."""

import threading
from datetime import datetime

from sluicegate.registry_api.core.access.ports import AccessStore
from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.shared.clock import Clock


class Usage:
    """Collects the keys that are used. Thread-safe; a note costs an insertion into a set."""

    def __init__(self, store: AccessStore, clock: Clock) -> None:
        """Take the store that `flush` writes to."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._used: set[str] = set()
        self._written: dict[str, datetime] = {}

    def note(self, key_id: str) -> None:
        """Note that a key is used."""
        self._used.add(key_id)

    def flush(self) -> None:
        """Write the hour of each key that was used, once for each hour.

        Keys stay noted while the database is away.
        """
        with self._lock:
            hour = self._clock.now().replace(minute=0, second=0, microsecond=0)
            used = set(self._used)
            due = {key_id for key_id in used if self._written.get(key_id) != hour}
            if due:
                try:
                    self._store.note_use(due, hour)
                except StoreUnavailable:
                    return
            self._used -= used
            self._written = {key_id: at for key_id, at in self._written.items() if at == hour} | dict.fromkeys(
                due, hour
            )
