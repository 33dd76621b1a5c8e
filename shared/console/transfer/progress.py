"""A progress bar on standard error, on a terminal."""

from collections.abc import Iterable, Sized
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import track as rich_track

from sluicegate.shared.console.streams import is_terminal, stream

T = TypeVar("T")


class Track(Protocol):
    """Passes subjects on, and shows how far it is."""

    def __call__(self, items: Iterable[str], said: str, total: int | None = None) -> Iterable[str]:
        """`total`: the number of items, which may be an iterator."""
        ...


def track(items: Iterable[T], said: str, total: int | None = None) -> Iterable[T]:
    """Yield the items, with a progress bar that ends at `total`, or at their number."""
    if not is_terminal("stderr"):
        return items
    known = items if total is not None or isinstance(items, Sized) else tuple(items)
    return rich_track(known, said, total=total, console=Console(file=stream("stderr")), transient=True)
