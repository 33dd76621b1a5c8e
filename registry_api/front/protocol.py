"""A request of granian's RSGI interface.

https://github.com/emmett-framework/granian, docs/spec/RSGI.md
"""

from asyncio import Task
from collections.abc import AsyncIterator
from typing import Protocol


class Headers(Protocol):
    """The headers of a request; names in lower case."""

    def __contains__(self, name: str) -> bool:
        """Whether there is such a header."""
        ...

    def get(self, name: str) -> str | None:
        """The first value of a header."""
        ...

    def get_all(self, name: str) -> list[str]:
        """All values of a header."""
        ...

    def items(self) -> list[tuple[str, str]]:
        """Every header; a name may be repeated."""
        ...


class Scope(Protocol):
    """The head of a request. `path` is decoded; `server` and `client` are `address:port`."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Headers


class Exchange(Protocol):
    """The body of a request, in chunks, and the one answer.

    A body that breaks off ends like a whole one.
    """

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Start to receive the body."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer. Returns at once; later calls do nothing."""
        ...


class Arrival(Protocol):
    """A request that has arrived. Every thread may answer it."""

    scope: Scope
    proto: Exchange

    def done(self) -> None:
        """Close the exchange; a request without an answer gets a 500."""
        ...

    def taskref(self, task: Task[None]) -> None:
        """Have a task cancelled when the client goes."""
        ...
