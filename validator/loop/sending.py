"""The parts that both deliveries have: one sends messages, the other sends transactions."""

from sluicegate.validator.loop.delivery_metrics import Accounts
from sluicegate.validator.loop.fallbacks import Fallbacks, Overflow
from sluicegate.validator.loop.tools import Means, Patience
from sluicegate.validator.pipeline.window import Window


class Sending:
    """Measures an outage of the destination, and holds the tools of a delivery."""

    def __init__(self, means: Means, window: Window, overflow: Overflow) -> None:
        """Nothing is sent yet."""
        self._means = means
        self._fallbacks = Fallbacks(means, overflow)
        self._patience = Patience(means)
        self._accounts = Accounts(means.clock, means.metrics)
        self.window = window
        self.confirming = False

    @property
    def failing(self) -> bool:
        """Return whether the destination fails at present. Any thread."""
        return self._patience.failing

    @property
    def outage_seconds(self) -> float:
        """Seconds since the destination took its last message; 0 while it takes messages."""
        return self._patience.outage_seconds
