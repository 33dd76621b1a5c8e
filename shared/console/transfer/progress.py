"""A progress bar on standard error, on a terminal."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import track as rich_track

from sluicegate.shared.console.streams import is_terminal, stream

T = TypeVar("T")


def track(items: Iterable[T], said: str) -> Iterable[T]:
    """Yield the items, with a progress bar."""
    known: Sequence[T] = items if isinstance(items, Sequence) else tuple(items)
    if not is_terminal("stderr"):
        return known
    return rich_track(known, said, console=Console(file=stream("stderr")), transient=True)
