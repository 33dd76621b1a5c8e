"""Bodies of requests, received on the event loop with a deadline, a limit, and a common budget.

A slow client costs a connection and the bytes that it has sent, but no thread. When the budget is
used up, the largest incomplete body is refused: a flood of large bodies cannot block small ones.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sluicegate.registry_api.early import BODY_CROWDED_OUT, BODY_TOO_LARGE, STOPPING, EarlyRefusal, body_late
from sluicegate.registry_api.front.protocol import Exchange

LAST_SECONDS: Final = 1.0
"""The time for bodies once the process is to end. Those of a client that sends at once arrive in
it.
"""


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """Limits of bodies.

    `max_total_bytes` is for all bodies of a process, from the first byte to the request's end.
    """

    max_bytes: int
    max_total_bytes: int
    seconds: float


class BodyRefused(Exception):
    """A body that is not received to its end."""

    def __init__(self, refusal: EarlyRefusal) -> None:
        """Take the answer to the request."""
        super().__init__(refusal.message)
        self.refusal = refusal


class ClientGone(Exception):
    """The client closed the connection before its body was complete."""


@dataclass(eq=False, slots=True)
class Reception:
    """One body that is being received, or that a request still holds."""

    task: "asyncio.Task[object] | None"
    size: int = 0
    refusal: EarlyRefusal | None = None
    """The reason for which it was cut short by others."""
    chunks: list[bytes] = field(default_factory=list)


class Bodies:
    """Receives bodies.

    Belongs to one event loop, but for `release`, which every thread may call through the loop.
    """

    def __init__(self, limits: BodyLimits) -> None:
        """Take the limits."""
        self._limits = limits
        self._total = 0
        self._receiving: set[Reception] = set()
        self._stopping = False

    async def receive(self, exchange: Exchange, declared: int | None) -> bytes:
        """Return a whole body, which counts against the budget until `release`.

        `declared`: its Content-Length.

        Raises `BodyRefused` and `ClientGone`.
        """
        reception = Reception(asyncio.current_task())
        with self._admitted(reception):
            try:
                async with asyncio.timeout(LAST_SECONDS if self._stopping else self._limits.seconds):
                    await self._collect(exchange, reception)
            except TimeoutError:
                raise BodyRefused(STOPPING if self._stopping else body_late(self._limits.seconds)) from None
            except asyncio.CancelledError:
                raise (ClientGone if reception.refusal is None else BodyRefused(reception.refusal)) from None
            if declared is not None and reception.size != declared:
                raise ClientGone
            body = b"".join(reception.chunks)
            self._total += len(body)  # from here on it is the request's
        return body

    def release(self, size: int) -> None:
        """Give the bytes of a body back to the budget, at the end of its request."""
        self._total -= size

    def stop(self) -> None:
        """Leave `LAST_SECONDS` to each body that is being received, and to each later one.

        Call on the event loop.

        A balancer still sends requests while the process ends: a request whose body arrives is
        answered.
        """
        self._stopping = True
        begun = tuple(self._receiving)
        asyncio.get_running_loop().call_later(LAST_SECONDS, self._cut_all, begun)

    def _cut_all(self, receptions: tuple[Reception, ...]) -> None:
        for reception in self._receiving.intersection(receptions):
            self._cut(reception, STOPPING)

    @contextmanager
    def _admitted(self, reception: Reception) -> Iterator[None]:
        self._receiving.add(reception)
        try:
            yield
        finally:
            self._receiving.discard(reception)
            self._total -= reception.size
            reception.chunks.clear()

    async def _collect(self, exchange: Exchange, reception: Reception) -> None:
        async for chunk in exchange:
            reception.size += len(chunk)
            self._total += len(chunk)
            if reception.size > self._limits.max_bytes:
                raise BodyRefused(BODY_TOO_LARGE)
            self._make_room(reception)
            reception.chunks.append(chunk)

    def _make_room(self, reception: Reception) -> None:
        if self._total <= self._limits.max_total_bytes:
            return
        largest = max(self._receiving, key=lambda each: each.size)
        if largest is reception:
            raise BodyRefused(BODY_CROWDED_OUT)
        self._cut(largest, BODY_CROWDED_OUT)

    def _cut(self, reception: Reception, refusal: EarlyRefusal) -> None:
        if reception.refusal is None and reception.task is not None:
            reception.refusal = refusal
            reception.task.cancel()
