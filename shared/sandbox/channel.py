"""One end of the connection to a sandbox: whole messages, each after its length in four bytes."""

import select
import socket
import struct
from collections.abc import Callable
from typing import TypeVar

from sluicegate.shared.clock import Clock, SystemClock

_LENGTH = struct.Struct(">I")
_TIMEVAL = struct.Struct("@ll")
_PIECE = 64 * 1024

T = TypeVar("T")


class ChannelBroken(Exception):
    """The channel cannot be used any more: it is closed, or a message breaks the agreed framing."""


class ChannelClosed(ChannelBroken):
    """The other side is gone."""


class Channel:
    """Sends and receives. Not thread-safe. It owns and closes the socket.

    The kernel measures timeouts (`SO_SNDTIMEO`, `SO_RCVTIMEO`): Python's own would need two or
    three system calls for each piece.
    """

    def __init__(self, end: socket.socket, clock: Clock | None = None) -> None:
        """Take one end of a pair of stream sockets."""
        end.setblocking(True)
        self._end = end
        self._clock = clock or SystemClock()
        self._seconds: dict[int, float | None] = {}
        self._news = select.poll()
        self._news.register(end, select.POLLIN)

    def send(self, message: bytes, seconds: float | None = None) -> None:
        """Send one message.

        Raises `ChannelBroken`, and `TimeoutError` when it was not taken within so many seconds.
        """
        deadline = self._deadline(seconds)
        data = memoryview(_LENGTH.pack(len(message)) + message)
        data = data[self._taken(data, seconds) :]
        while data:
            data = data[self._taken(data, self._left(deadline)) :]

    def receive(self, limit: int, seconds: float | None = None) -> bytes:
        """The next message.

        Raises `ChannelBroken`, also for one of more than `limit` bytes, and `TimeoutError`.
        """
        deadline = self._deadline(seconds)
        data = self._piece(_PIECE, seconds)
        while len(data) < _LENGTH.size:
            data += self._piece(_PIECE, self._left(deadline))
        (length,) = _LENGTH.unpack_from(data)
        if length > limit:
            raise ChannelBroken(f"a message of {length} bytes; at most {limit} are allowed")
        parts, missing = [data[_LENGTH.size :]], length - (len(data) - _LENGTH.size)
        while missing > 0:
            parts.append(self._piece(min(missing, 16 * _PIECE), self._left(deadline)))
            missing -= len(parts[-1])
        if missing < 0:
            raise ChannelBroken("more than one message at once")
        return b"".join(parts)

    def has_news(self, seconds: float = 0.0) -> bool:
        """Whether there is something to receive, if only the end. Waits for it so long."""
        return bool(self._news.poll(seconds * 1000))

    def close(self) -> None:
        """Close this end: the other side's `receive` raises. Idempotent."""
        self._end.close()

    def _taken(self, data: memoryview, seconds: float | None) -> int:
        return self._within(seconds, socket.SO_SNDTIMEO, lambda: self._end.send(data))

    def _piece(self, most: int, seconds: float | None) -> bytes:
        piece = self._within(seconds, socket.SO_RCVTIMEO, lambda: self._end.recv(most))
        if not piece:
            raise ChannelClosed("the other side is gone")
        return piece

    def _within(self, seconds: float | None, option: int, work: Callable[[], T]) -> T:
        try:
            if self._seconds.get(option) != seconds:
                self._end.setsockopt(socket.SOL_SOCKET, option, _timeval(seconds))
                self._seconds[option] = seconds
            return work()
        except BlockingIOError:
            raise TimeoutError from None
        except OSError as error:
            raise ChannelClosed("the other side is gone") from error

    def _deadline(self, seconds: float | None) -> float | None:
        return None if seconds is None else self._clock.monotonic() + seconds

    def _left(self, deadline: float | None) -> float | None:
        left = None if deadline is None else deadline - self._clock.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        return left


def _timeval(seconds: float | None) -> bytes:
    """Encode a time for the kernel; zero means no limit."""
    microseconds = 0 if seconds is None else max(1, round(seconds * 1_000_000))
    return _TIMEVAL.pack(*divmod(microseconds, 1_000_000))
