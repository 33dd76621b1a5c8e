"""How many dead letters are too many.

A worker that dead-letters nearly everything is more likely to be wrong (a setting, a schema, a
destination's rule) than all messages are.
"""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Of the last `window` messages, a share of `max_ratio` may be dead letters."""

    window: int
    max_ratio: float


class DeadLetterBudget:
    """Counts dead letters among the last messages.

    Batches count as a whole, so it looks back a little further.
    """

    def __init__(self, limits: BudgetLimits) -> None:
        """Begin without messages."""
        self._limits = limits
        self._batches: deque[tuple[int, int]] = deque()
        self._messages = self._letters = 0

    def spend(self, messages: int, letters: int) -> str | None:
        """Count a checked batch and its dead letters.

        Return why that is too much, or None when it is not.

        It is too much as soon as there are more than the window allows, even when fewer messages
        were checked.
        """
        self._batches.append((messages, letters))
        self._messages += messages
        self._letters += letters
        while self._messages - self._batches[0][0] >= self._limits.window:
            gone, gone_letters = self._batches.popleft()
            self._messages -= gone
            self._letters -= gone_letters
        return self._overspent()

    def spend_refused(self) -> str | None:
        """Count a valid message, counted before, that its destination refuses. Return as `spend`."""
        messages, letters = self._batches.pop() if self._batches else (0, 0)
        self._batches.append((messages, letters + 1))
        self._letters += 1
        return self._overspent()

    def _overspent(self) -> str | None:
        if self._letters <= self._limits.max_ratio * max(self._messages, self._limits.window):
            return None
        return (
            f"{self._letters} of the last {self._messages} messages are dead letters; "
            f"of {self._limits.window} messages, {self._limits.max_ratio:.0%} may be"
        )
