"""Messages that wait because a message before them in their lane cannot be decided yet."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

from sluicegate.validator.model import Lane, Message

LaneOf = Callable[[Message], Lane]


class Held:
    """Paused lanes, each with its messages in order. The first message of each lane is undecided."""

    def __init__(self, lane_of: LaneOf) -> None:
        """`lane_of` reads a message's lane."""
        self._lane_of = lane_of
        self._lanes: dict[Lane, list[Message]] = {}

    def __bool__(self) -> bool:
        """Return whether any lane is paused."""
        return bool(self._lanes)

    def __len__(self) -> int:
        """How many messages wait."""
        return sum(map(len, self._lanes.values()))

    @property
    def lanes(self) -> Collection[Lane]:
        """Return the paused lanes."""
        return set(self._lanes)

    def heads(self) -> Iterator[tuple[Lane, Message]]:
        """Each lane with its first message."""
        return iter([(lane, messages[0]) for lane, messages in self._lanes.items()])

    def release(self, lane: Lane) -> Sequence[Message]:
        """A lane's messages, which wait no longer; none when the lane was forgotten."""
        return self._lanes.pop(lane, [])

    def forget(self, lanes: Collection[Lane]) -> None:
        """Drop these lanes: they belong to another worker now."""
        for lane in lanes:
            self._lanes.pop(lane, None)

    def admit(self, batch: Sequence[Message]) -> Sequence[Message]:
        """The messages of a batch whose lanes move; the others join those that wait."""
        if not self._lanes:
            return batch
        moving: list[Message] = []
        for message in batch:
            waiting = self._lanes.get(self._lane_of(message))
            (moving if waiting is None else waiting).append(message)
        return moving

    def stop_at(self, batch: Sequence[Message], undecided: Collection[Message]) -> Sequence[Message]:
        """Pause each lane at its first undecided message; return the messages before it.

        That message and all later ones of its lane wait.
        """
        identities = set(map(id, undecided))
        stopped: dict[Lane, list[Message]] = defaultdict(list)
        going: list[Message] = []
        for message in batch:
            lane = self._lane_of(message)
            if lane in stopped or id(message) in identities:
                stopped[lane].append(message)
            else:
                going.append(message)
        self._lanes.update(stopped)
        return going
