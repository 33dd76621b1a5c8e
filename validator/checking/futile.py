"""Schemas whose search for reasons was abandoned recently, with the sizes of the payloads.

Such payloads are already known to be invalid, so skipping the search loses only reasons. Each
search would take its whole time limit, and a stream of invalid payloads would stop the worker.
"""

from collections import OrderedDict
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.validator.checking.messages import Key

REMEMBERED_SECONDS: Final = 60.0
KEPT: Final = 1_000
"""Schemas; the oldest go first."""


class Vain:
    """Remembers, for a while, the smallest payload of each schema with which a search was given up."""

    def __init__(self, clock: Clock) -> None:
        """Nothing yet."""
        self._clock = clock
        self._sizes: OrderedDict[Key, tuple[int, float]] = OrderedDict()

    def expected(self, key: Key, size: int) -> bool:
        """Whether a search is expected to be given up, too."""
        least, since = self._sizes.get(key, (size + 1, 0.0))
        return size >= least and self._clock.monotonic() - since < REMEMBERED_SECONDS

    def add(self, key: Key, size: int) -> None:
        """A search was given up. One that was not even begun says nothing new."""
        if self.expected(key, size):
            return
        self._sizes[key] = (size, self._clock.monotonic())
        self._sizes.move_to_end(key)
        if len(self._sizes) > KEPT:
            self._sizes.popitem(last=False)
