"""Bodies that arrive in pieces, on an event loop, from exchanges of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import Any

import pytest

from sluicegate.registry_api.early import BODY_CROWDED_OUT, BODY_TOO_LARGE, STOPPING
from sluicegate.registry_api.front.bodies import Bodies, BodyLimits, BodyRefused, ClientGone

LIMITS = BodyLimits(max_bytes=10, max_total_bytes=15, seconds=600.0)


class Sender:
    """A client that sends some pieces, and then the end or nothing more."""

    def __init__(self, *pieces: bytes, ends: bool = True) -> None:
        self._pieces = pieces
        self._ends = ends

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            await asyncio.sleep(0)
            yield piece
        if not self._ends:
            await asyncio.Event().wait()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        raise AssertionError("bodies answer nobody")


def run(what: Coroutine[Any, Any, bytes]) -> bytes:
    return asyncio.run(what)


def test_body_is_whole() -> None:
    assert run(Bodies(LIMITS).receive(Sender(b"ab", b"", b"cd"), 4)) == b"abcd"


def test_body_over_its_limit_is_refused() -> None:
    with pytest.raises(BodyRefused) as caught:
        run(Bodies(LIMITS).receive(Sender(b"123456", b"78901"), None))
    assert caught.value.refusal == BODY_TOO_LARGE


def test_body_that_breaks_off_is_no_body() -> None:
    with pytest.raises(ClientGone):
        run(Bodies(LIMITS).receive(Sender(b"ab"), 4))


def test_late_body_is_refused() -> None:
    with pytest.raises(BodyRefused, match=r"within 0.01 seconds"):
        run(Bodies(BodyLimits(10, 15, 0.01)).receive(Sender(b"ab", ends=False), 4))


def test_largest_body_gives_way_to_a_smaller_one() -> None:
    async def both() -> tuple[object, object]:
        bodies = Bodies(LIMITS)
        large = asyncio.create_task(bodies.receive(Sender(b"1234567890", ends=False), None))
        await asyncio.sleep(0.01)
        small = await bodies.receive(Sender(b"123456"), 6)
        return small, (await asyncio.gather(large, return_exceptions=True))[0]

    small, refused = asyncio.run(both())
    assert small == b"123456"
    assert isinstance(refused, BodyRefused)
    assert refused.refusal == BODY_CROWDED_OUT


def test_released_bodies_make_room() -> None:
    async def in_turn() -> bytes:
        bodies = Bodies(LIMITS)
        for _ in range(5):
            bodies.release(len(await bodies.receive(Sender(b"1234567890"), 10)))
        return await bodies.receive(Sender(b"1234567890"), 10)

    assert run(in_turn()) == b"1234567890"


@pytest.mark.slow
def test_stopping_refuses_bodies_that_arrive() -> None:
    async def stopped() -> object:
        bodies = Bodies(LIMITS)
        arriving = asyncio.create_task(bodies.receive(Sender(b"1", ends=False), None))
        await asyncio.sleep(0.01)
        bodies.stop()
        return (await asyncio.gather(arriving, return_exceptions=True))[0]

    refused = asyncio.run(stopped())
    assert isinstance(refused, BodyRefused)
    assert refused.refusal == STOPPING
