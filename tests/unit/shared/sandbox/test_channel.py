"""Messages after their lengths, in any pieces, and invalid input."""

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from sluicegate.shared.sandbox.channel import Channel, ChannelBroken

LIMIT = 10_000_000


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    """A channel, and the bare socket at its other end."""
    ours, theirs = socket.socketpair()
    channel = Channel(ours)
    with theirs:
        yield channel, theirs
        channel.close()


def framed(message: bytes) -> bytes:
    return struct.pack(">I", len(message)) + message


@pytest.mark.parametrize("message", [b"", b"a", b"a" * 65_531, b"a" * 65_532, b"a" * 65_533, b"ab" * 1_500_000])
def test_what_is_sent_is_received(ends: tuple[Channel, socket.socket], message: bytes) -> None:
    channel, theirs = ends
    other = Channel(theirs)
    sender = threading.Thread(target=other.send, args=(message,))
    sender.start()
    assert channel.receive(LIMIT, 10) == message
    sender.join()


def test_pieces_are_put_together(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends

    def dribble() -> None:
        for byte in framed(b"message"):
            theirs.sendall(bytes([byte]))

    sender = threading.Thread(target=dribble)
    sender.start()
    assert channel.receive(LIMIT, 10) == b"message"
    sender.join()


def test_the_end_is_told(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall(framed(b"message")[:-1])
    theirs.close()
    with pytest.raises(ChannelBroken):
        channel.receive(LIMIT)
    with pytest.raises(ChannelBroken):
        channel.send(b"message")


@pytest.mark.parametrize("sent", [framed(b"one") + framed(b"two"), framed(b"one") + b"x", framed(b"12345")])
def test_more_than_was_agreed_is_refused(ends: tuple[Channel, socket.socket], sent: bytes) -> None:
    channel, theirs = ends
    theirs.sendall(sent)
    with pytest.raises(ChannelBroken):
        channel.receive(4)


def test_a_length_alone_makes_nobody_take_memory(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    theirs.sendall(b"\xff\xff\xff\xff")
    with pytest.raises(ChannelBroken, match="4294967295 bytes"):
        channel.receive(LIMIT)


def test_who_is_silent_is_not_waited_for(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    with pytest.raises(TimeoutError):
        channel.receive(LIMIT, 0.01)
    theirs.sendall(framed(b"message")[:-1])
    with pytest.raises(TimeoutError):
        channel.receive(LIMIT, 0.01)


def test_who_does_not_listen_is_not_waited_for(ends: tuple[Channel, socket.socket]) -> None:
    channel, _ = ends
    with pytest.raises(TimeoutError):
        channel.send(bytes(LIMIT), 0.01)


def test_news_are_seen_without_being_taken(ends: tuple[Channel, socket.socket]) -> None:
    channel, theirs = ends
    assert not channel.has_news()
    theirs.sendall(framed(b"message"))
    assert channel.has_news()
    assert channel.receive(LIMIT) == b"message"
    assert not channel.has_news()
    theirs.close()
    assert channel.has_news()
