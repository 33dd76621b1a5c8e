"""Starting points in a log that no longer has the committed offset of the group.

Kafka's own rule (`auto.offset.reset`) has one silent answer for every case: `earliest` repeats all
messages, and `latest` skips all messages that arrived since. The ends of the log and its leaders'
epochs (KIP-320) tell the cases apart.
"""

from collections.abc import Sequence
from enum import Enum

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.kafka.config import KafkaSourceConfig
from sluicegate.validator.brokers.settlements import Log
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Gap, GapCause

_OPTIONS = ("auto.offset.reset", "auto_offset_reset")
_WHY = {
    GapCause.EXPIRED: "messages expired at the broker before they were read",
    GapCause.TRUNCATED: "the broker has lost the end of its log, with messages that had been read",
}


class Start(Enum):
    """Where a group begins that has not been anywhere yet."""

    FIRST = "first"
    END = "end"


_STARTS = {
    "earliest": Start.FIRST,
    "smallest": Start.FIRST,
    "beginning": Start.FIRST,
    "latest": Start.END,
    "largest": Start.END,
    "end": Start.END,
}


class Gaps:
    """Decides where to continue, logs it, and stores the gaps for the next caller."""

    def __init__(self, config: KafkaSourceConfig) -> None:
        """None so far. The client library's own setting says where new groups start."""
        chosen = next((str(config.options[name]) for name in _OPTIONS if name in config.options), "earliest")
        self._start = _STARTS.get(chosen)
        self._stops = config.stops_at_gaps
        self._group = config.group
        self._found: list[Gap] = []

    def first(self, logs: Sequence[Log]) -> Start:
        """Return the start of a group without offsets.

        Raises `SourceFailed` if the settings permit no automatic start.
        """
        if self._start is None:
            names = ", ".join(f"{topic}/{number}" for topic, number in logs)
            raise SourceFailed(
                f"source: the group {self._group} has no offsets for {names}, and auto.offset.reset names no start"
            )
        return self._start

    def after(self, log: Log, position: int, ends: tuple[int, int], divergence: int | None = None) -> int:
        """The offset to go on with, instead of a position that is not there.

        `ends`: the first offset that is there and the one that the next message gets. `divergence`:
        how far the log is still the one that was read, where the broker knows that; from there on
        all is new. Raises `SourceFailed` when the settings say to stop.
        """
        low, high = ends
        if position < low:
            cause, offset = GapCause.EXPIRED, low
        else:
            cause, offset = GapCause.TRUNCATED, high if divergence is None else min(max(divergence, low), high)
        missed = max(0, low - position)
        place = f"{log[0]}/{log[1]}"
        if self._stops:
            raise SourceFailed(
                f"source: {_WHY[cause]}: the group {self._group} is at offset {position} of {place}, which has {low} to {high}. Set the "
                "group's offsets (kafka-consumer-groups --reset-offsets), or let the worker go on with source.on_gap = go_on"
            )
        logger().error(
            _WHY[cause], partition=place, position=position, first=low, end=high, going_on_at=offset, missed=missed
        )
        self._found.append(Gap(cause, missed))
        return offset

    def take(self) -> Sequence[Gap]:
        """Those since the last call."""
        found, self._found = self._found, []
        return found
