"""Messages that still belong to this worker, whichever lanes rebalances have taken away.

A source calls `on_revoke` inside its own methods, so a rebalance can happen while the worker checks
a slow payload or waits for the destination. Messages that the worker holds across such a call may
then belong to another worker, which reads them again. Sending them would double them, and a lane
that comes back at once is read again from its last commit, which doubles them, too.

So each loss starts a new epoch. The worker notes the epoch in which it had its messages, and drops
those of lanes that were lost since, before it sends, holds or settles them.
"""

from collections.abc import Callable, Collection, Sequence

from sluicegate.validator.model import Lane, Message


class Ownership:
    """Counts losses of lanes. Not thread-safe: the worker's own thread loses and asks."""

    def __init__(self, lane_of: Callable[[Message], Lane]) -> None:
        """`lane_of` reads a message's lane."""
        self._lane_of = lane_of
        self._lost: dict[Lane, int] = {}
        self.epoch = 0

    def lose(self, lanes: Collection[Lane]) -> None:
        """Start a new epoch, without the messages that the worker has of these lanes."""
        self.epoch += 1
        self._lost.update(dict.fromkeys(lanes, self.epoch))

    def owned(self, messages: Sequence[Message], epoch: int) -> Sequence[Message]:
        """Return messages that the worker had in `epoch`, without those of lanes lost since.

        Returns the same sequence when nothing was lost, at no cost for a message: sources settle
        that one fastest.
        """
        if epoch == self.epoch:
            return messages
        kept = [message for message in messages if self.has(message, epoch)]
        return messages if len(kept) == len(messages) else kept

    def has(self, message: Message, epoch: int) -> bool:
        """Return whether the message's lane was not lost since `epoch`."""
        return self._lost.get(self._lane_of(message), 0) <= epoch
