"""The header that names the registry: clients that keep schemas key them by it."""

import threading
from collections.abc import Callable
from contextlib import suppress

from sluicegate.registry_api.core.errors import StoreUnavailable

HEADER = "Sluicegate-Registry"


class RegistryId:
    """The registry's identity, read from its database at start and on reconnection. Thread-safe."""

    def __init__(self, read: Callable[[], str]) -> None:
        """Take the function that reads the identity; it may raise `StoreUnavailable`."""
        self._read = read
        self._lock = threading.Lock()
        self._asked = False
        self.headers: tuple[tuple[str, str], ...] = ()
        """The header, ready to be sent; empty until the identity is known."""

    def refresh(self) -> None:
        """Read the identity again: the address may lead to another database.

        Raises `StoreUnavailable`.
        """
        self.headers = ((HEADER, self._read()),)

    def ensure(self) -> None:
        """Read the identity if no attempt was made yet.

        A failed attempt is left to `refresh`, so that no request waits twice.
        """
        if self.headers or self._asked:
            return
        with self._lock:
            if not self._asked:
                with suppress(StoreUnavailable):
                    self.refresh()
                self._asked = True
