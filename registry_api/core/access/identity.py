"""The port by which callers are identified, and its implementation for an open registry."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from sluicegate.registry_api.core.access.principals import ANONYMOUS, Principal

Header: TypeAlias = Callable[[str], str | None]
"""Returns the value of a request's header by its name in lower case, or None."""


class Identity(Protocol):
    """Identifies callers by the headers and the source address of a request. Thread-safe."""

    def identify(self, header: Header, source: str) -> Principal:
        """Return the caller.

        May ask a database or another server. Raises `Unauthenticated` and `StoreUnavailable`.
        """
        ...

    def recall(self, header: Header, source: str) -> Principal | None:
        """Return the caller if memory alone identifies it, else None.

        Never waits: runs on the server's thread.
        """
        ...


class OpenAccess:
    """Every caller may do everything: for loopback, quickstart and tests."""

    def identify(self, header: Header, source: str) -> Principal:
        """Return the anonymous principal."""
        return ANONYMOUS

    def recall(self, header: Header, source: str) -> Principal:
        """Return the anonymous principal."""
        return ANONYMOUS
