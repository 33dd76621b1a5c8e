"""The inside of a sandbox: answers questions from standard input until the channel closes.

Standard input is its end of the channel. It also ends if a question exceeds a limit, if an answer
requests it, and if the process has grown.
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
"""First message of a process that accepts questions."""

LAST, MORE = b"\1", b"\0"
"""Before each answer: whether the process ends behind it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, and whether the process is as good as it was."""

    data: bytes
    good: bool = True


def serve(
    limits: Limits,
    question_limit: int,
    answer: Callable[[bytes], Answered],
    idle_seconds: float | None = None,
    weight: Callable[[bytes], float] = lambda _: 1.0,
) -> None:
    """Answer questions of at most `question_limit` bytes.

    `weight` tells how many times the seconds of the limits a question may take. It must be cheap.

    Returns after the last question, or after `idle_seconds` without one. All necessary modules are
    loaded now.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(
            each, signal.SIG_IGN
        )  # a stop of the whole service concerns the asking program: it gets its answer first
    channel = Channel(socket.socket(fileno=sys.stdin.fileno()))
    gc.collect()
    gc.freeze()  # exclude loaded objects from the collector
    restraint = Restraint(limits)
    with contextlib.suppress(ChannelBroken):
        channel.send(READY)
        while idle_seconds is None or channel.has_news(idle_seconds):
            if not _serve(channel, restraint, channel.receive(question_limit), answer, weight):
                break


def limits_from(arguments: list[str]) -> tuple[Limits, list[str]]:
    """Return the limits in the first arguments of the process, and the other arguments.

    `Sandbox` writes them: seconds, bytes of memory, bytes of growth.
    """
    return Limits(float(arguments[0]), int(arguments[1]), int(arguments[2])), arguments[3:]


def _serve(
    channel: Channel,
    restraint: Restraint,
    question: bytes,
    answer: Callable[[bytes], Answered],
    weight: Callable[[bytes], float],
) -> bool:
    """Answer one question; False when there must be no other one."""
    restraint.start(weight(question))
    answered = answer(question)
    last = not answered.good or restraint.has_grown()
    channel.send((LAST if last else MORE) + answered.data)
    restraint.stop()
    return not last
