"""A Kafka sink on confluent-kafka."""

from collections.abc import Sequence

from sluicegate.validator.brokers.kafka.config import KafkaSinkConfig
from sluicegate.validator.brokers.kafka.librdkafka.outbox import Outbox
from sluicegate.validator.model import DELIVERED, Destination, Message, Outcome

_FOR_EVER = {"message.timeout.ms": 0}  # the client retries in order and without duplicates


class ConfluentSink:
    """An idempotent producer.

    The client reports failures only; when its queue is empty, all other messages are delivered. A
    report is matched to its message by content. Equal messages cannot be told apart, so all of them
    count as undelivered: a duplicate is allowed, a loss is not.
    """

    def __init__(self, config: KafkaSinkConfig) -> None:
        """Make the producer.

        Raises `SinkFailed` when the client refuses the configuration; connects in the background.
        """
        self._outbox = Outbox(config, _FOR_EVER)

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Put the messages into the client's queue."""
        self._outbox.put(destination, messages)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Wait until the queue is empty."""
        if self._outbox.flush(seconds):
            return None
        outcomes: list[Outcome] = [DELIVERED] * self._outbox.count
        if self._outbox.failures or self._outbox.refused:
            self._mark(outcomes)
        self._outbox.clear()
        return outcomes

    def taken(self) -> int:
        """Return how many messages left the client's queue without a report of a failure."""
        return self._outbox.taken

    def withdraw(self) -> None:
        """Empty the client's queue.

        Messages on the wire at the end of the connection are not sent again.
        """
        self._outbox.withdraw()

    def reachable(self, seconds: float) -> bool:
        """Ask for the topic of valid messages."""
        return self._outbox.answers(seconds)

    def close(self) -> None:
        """Drop the queue."""
        self._outbox.close()

    def _mark(self, outcomes: list[Outcome]) -> None:
        """Put the failures where they belong."""
        failures = self._outbox.failures
        contents = [(topic, message.key, message.payload) for topic, sent in self._outbox.sent for message in sent]
        for number, content in enumerate(contents):
            outcomes[number] = failures.get(content, DELIVERED)
        for number, outcome in self._outbox.refused.items():
            outcomes[number] = outcome
        if not failures.keys() <= set(contents):
            detail = next(iter(failures.values()))
            # an unknown report: no message is surely delivered
            outcomes[:] = [detail] * len(outcomes)
