"""How many dead letters are too many: a worker that would dead-letter nearly everything is likelier to be wrong than everything is."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Of the last `window` messages, a share of `max_ratio` may be dead letters."""

    window: int
    max_ratio: float


class DeadLetterBudget:
    """Looks back at the messages that were judged last. A batch counts whole, so it looks back a little further than it must."""

    def __init__(self, limits: BudgetLimits) -> None:
        """Nothing was judged yet."""
        self._limits = limits
        self._batches: deque[tuple[int, int]] = deque()
        self._messages = self._letters = 0

    def spend(self, messages: int, letters: int) -> str | None:
        """A batch with so many dead letters was judged. Why that is too much, or None when it is not.

        It is too much as soon as there are more than the window allows, even when fewer messages than that were judged.
        """
        self._batches.append((messages, letters))
        self._messages += messages
        self._letters += letters
        while self._messages - self._batches[0][0] >= self._limits.window:
            gone, gone_letters = self._batches.popleft()
            self._messages -= gone
            self._letters -= gone_letters
        if self._letters <= self._limits.max_ratio * max(self._messages, self._limits.window):
            return None
        return (
            f"{self._letters} of the last {self._messages} messages are dead letters; of {self._limits.window} messages, "
            f"{self._limits.max_ratio:.0%} may be"
        )
