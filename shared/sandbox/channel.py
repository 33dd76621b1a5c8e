"""One end of the line between a program and its sandbox: whole messages, each behind its length in four bytes."""

import select
import socket
import struct

from shared.clock import Clock, SystemClock

_LENGTH = struct.Struct(">I")
_PIECE = 64 * 1024


class ChannelBroken(Exception):
    """The other side is gone, or says what nobody would say."""


class Channel:
    """Sends and receives. Not thread-safe. Whoever made the socket need not close it: the channel does."""

    def __init__(self, end: socket.socket, clock: Clock | None = None) -> None:
        """Take one end of a pair of stream sockets."""
        self._end = end
        self._clock = clock or SystemClock()

    def send(self, message: bytes, seconds: float | None = None) -> None:
        """Send one message. Raises `ChannelBroken`, and `TimeoutError` when it was not taken within so many seconds."""
        self._end.settimeout(seconds)
        try:
            self._end.sendall(_LENGTH.pack(len(message)) + message)
        except TimeoutError:
            raise
        except OSError as error:
            raise ChannelBroken("the other side is gone") from error

    def receive(self, limit: int, seconds: float | None = None) -> bytes:
        """The next message. Raises `ChannelBroken`, also for one of more than `limit` bytes, and `TimeoutError`."""
        deadline = None if seconds is None else self._clock.monotonic() + seconds
        data = self._piece(_PIECE, deadline)
        while len(data) < _LENGTH.size:
            data += self._piece(_PIECE, deadline)
        (length,) = _LENGTH.unpack_from(data)
        if length > limit:
            raise ChannelBroken(f"a message of {length} bytes; at most {limit} are allowed")
        parts, missing = [data[_LENGTH.size :]], length - (len(data) - _LENGTH.size)
        while missing > 0:
            parts.append(self._piece(min(missing, 16 * _PIECE), deadline))
            missing -= len(parts[-1])
        if missing < 0:
            raise ChannelBroken("more than one message at once")
        return b"".join(parts)

    def has_news(self) -> bool:
        """Whether there is something to receive, if only the end. Never blocks."""
        news = select.poll()
        news.register(self._end, select.POLLIN)
        return bool(news.poll(0))

    def close(self) -> None:
        """Close this end: the other side's `receive` raises. Idempotent."""
        self._end.close()

    def _piece(self, most: int, deadline: float | None) -> bytes:
        if deadline is not None:
            left = deadline - self._clock.monotonic()
            if left <= 0:
                raise TimeoutError
            self._end.settimeout(left)
        try:
            piece = self._end.recv(most)
        except TimeoutError:
            raise
        except OSError as error:
            raise ChannelBroken("the other side is gone") from error
        if not piece:
            raise ChannelBroken("the other side is gone")
        return piece
