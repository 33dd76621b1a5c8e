"""Messages that failed together -> the pieces in which they are sent again, in order.

Brokers refuse a whole batch for one of its messages, and only some say which one it was. So
messages that were refused are halved until one is alone: then the refusal is about that message.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from sluicegate.validator.model import Failure, Undelivered

Item = TypeVar("Item")


def pieces(failed: Sequence[tuple[Item, Failure]]) -> Iterator[Sequence[Item]]:
    """Yield refused messages separately from those that only failed with them.

    Several refused messages are halved.
    """
    for waits, run in groupby(failed, key=lambda each: isinstance(each[1], Undelivered)):
        items = [item for item, _ in run]
        yield from [items] if waits else halves(items)


def halves(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Give both halves, or the only item."""
    half = len(items) // 2
    if half:
        yield items[:half]
    yield items[half:]
