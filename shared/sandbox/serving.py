"""The inside of a sandbox: questions from standard input, which is its end of the channel, until the other side closes it.

It ends, too, when a question takes more than it may, when its answer says so, and when the process has grown.
"""

import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

from sluicegate.shared.sandbox.channel import Channel, ChannelBroken
from sluicegate.shared.sandbox.limits import Limits, Restraint

READY = b"ready"
"""What a process says when it can be asked."""

LAST, MORE = b"\1", b"\0"
"""Before each answer: whether the process ends behind it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and whether the process is as good as it was."""

    data: bytes
    good: bool = True


def serve(
    limits: Limits, question_limit: int, answer: Callable[[bytes], Answered], idle_seconds: float | None = None
) -> None:
    """Answer questions of so many bytes at most, until there must be no other one, or none has come for so long.

    Whatever is needed for it is loaded now.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(
            each, signal.SIG_IGN
        )  # who stops every process of a service means the one that asks: it has its answer first
    channel = Channel(socket.socket(fileno=sys.stdin.fileno()))
    gc.collect()
    gc.freeze()  # what was loaded is kept away from the collector
    restraint = Restraint(limits)
    with contextlib.suppress(ChannelBroken):
        channel.send(READY)
        while idle_seconds is None or channel.has_news(idle_seconds):
            if not _serve(channel, restraint, question_limit, answer):
                break


def limits_from(arguments: list[str]) -> tuple[Limits, list[str]]:
    """The limits that `Sandbox` gave the process as its first arguments (seconds, bytes of memory, bytes of growth), and the others."""
    return Limits(float(arguments[0]), int(arguments[1]), int(arguments[2])), arguments[3:]


def _serve(channel: Channel, restraint: Restraint, limit: int, answer: Callable[[bytes], Answered]) -> bool:
    """Answer one question; False when there must be no other one."""
    question = channel.receive(limit)
    restraint.start()
    answered = answer(question)
    last = not answered.good or restraint.has_grown()
    channel.send((LAST if last else MORE) + answered.data)
    restraint.stop()
    return not last
