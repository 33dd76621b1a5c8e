"""Log lines about partitions that have messages and give none: everything else looks healthy."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.settlements import Log

SILENT_SECONDS: Final = 60.0
"""Seconds at one position, with messages behind it, until the first line."""

_LOOK_SECONDS: Final = 30.0
"""Longest time between two looks that counts; after a longer one the worker was waiting itself."""

_REMEDY = "Other partitions are not affected. Restart the worker, and report this with its log."


@dataclass(slots=True)
class _Place:
    position: int
    since: float
    next: float = SILENT_SECONDS


class Standstill:
    """Watches the positions of partitions that ought to give messages.

    The time between two lines about a partition doubles.
    """

    def __init__(self, clock: Clock) -> None:
        """Start without positions."""
        self._clock = clock
        self._places: dict[Log, _Place] = {}
        self._looked = clock.monotonic()

    def look(self, places: Mapping[Log, tuple[int, int]], held: Collection[Log]) -> None:
        """Note the position and the end of each partition. Those in `held` may give nothing."""
        now, before = self._clock.monotonic(), self._looked
        self._looked = now
        known = self._places if now - before <= _LOOK_SECONDS else {}
        waiting = {log: place for log, (place, end) in places.items() if place < end and log not in held}
        self._places = {log: self._place(known.get(log), position, now) for log, position in waiting.items()}
        for (topic, number), place in self._places.items():
            if now - place.since < place.next:
                continue
            place.next *= 2
            logger().error(
                "partition has messages and gives none",
                partition=f"{topic}/{number}",
                position=place.position,
                end=places[topic, number][1],
                seconds=round(now - place.since),
                remedy=_REMEDY,
            )

    def _place(self, known: _Place | None, position: int, now: float) -> _Place:
        return known if known is not None and known.position == position else _Place(position, now)
