"""Dead letters in a Kafka topic."""

from collections.abc import Callable
from dataclasses import dataclass

from sluicegate.validator.brokers.kafka.config import Options
from sluicegate.validator.brokers.letters import Browser, Redriving

GROUP = "sluicegate-redrive"
"""The group that has taken up dead letters; the topic's name follows."""


@dataclass(frozen=True, slots=True)
class KafkaLetters:
    """A dead-letter topic. A consumer group of its own knows how far it was taken up."""

    bootstrap: str
    topic: str
    options: Options
    redriving: Callable[[str], Redriving]

    @property
    def place(self) -> str:
        """The topic."""
        return f"kafka://{self.topic}"

    @property
    def safety(self) -> str:
        """Transactions."""
        return f"Kafka's transactions: what is sent and the offsets of the group {self.group} count together, or not at all"

    @property
    def group(self) -> str:
        """The group of redrives."""
        return f"{GROUP}-{self.topic}"

    def browse(self, *, everything: bool) -> Browser:
        """Read behind the group, or from the start."""
        from sluicegate.validator.brokers.kafka.librdkafka.browser import KafkaBrowser

        return KafkaBrowser(self.bootstrap, self.topic, self.options, None if everything else self.group)

    def redrive(self) -> Redriving:
        """A member of the group, and a transactional producer."""
        return self.redriving(self.group)
