"""A Pub/Sub sink."""

import threading
from collections import defaultdict
from collections.abc import Sequence

from sluicegate.validator.brokers.pubsub import clients
from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig
from sluicegate.validator.brokers.pubsub.conversion import outgoing
from sluicegate.validator.brokers.pubsub.publishing import Entry, Publishing
from sluicegate.validator.brokers.pubsub.trouble import credentials_detail
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import DELIVERED, Destination, Message, Outcome, TooLarge


class PubSubSink:
    """Publishes; messages of one key in order, which become those of one ordering key.

    On the plain calls of Google's client, not on its `publish`: that takes attributes as Python
    arguments, and so cannot send one that is called `topic`, `data` or `timeout`; and it puts a
    delay before each batch, which we have already.
    """

    def __init__(self, config: PubSubSinkConfig) -> None:
        """Make the client; it connects with the first message.

        Raises `SinkFailed` when there are no credentials.
        """
        self._config = config
        try:
            client = clients.publisher(config.emulator)
        except clients.CannotConnect as error:
            raise SinkFailed(f"destination: Google Pub/Sub cannot be used: {credentials_detail(error)}") from error
        self._publishing = Publishing(client, config, self._told)
        self._changed = threading.Condition()  # guards the fields below
        self._outcomes: list[Outcome | None] = []
        self._waiting = 0

    def send(self, destination: Destination, messages: Sequence[Message]) -> None:
        """Pass messages to the publishing threads, without those that are too large."""
        entries: dict[str, list[Entry]] = defaultdict(list)
        refused: list[tuple[int, TooLarge]] = []
        first = len(self._outcomes)
        for number, message in enumerate(messages, first):
            made = outgoing(message, destination, ordering=self._config.ordering, largest=self._config.largest)
            if isinstance(made, TooLarge):
                refused.append((number, made))
            else:
                entries[made.ordering_key].append((number, made))
        with self._changed:
            self._outcomes += [None] * len(messages)
            self._waiting += len(messages) - len(refused)
            for number, outcome in refused:
                self._outcomes[number] = outcome
        for key, some in entries.items():
            self._publishing.publish(self._config.topics[destination], key, some)

    def confirm(self, seconds: float) -> Sequence[Outcome] | None:
        """Wait until everything is answered."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._waiting, seconds):
                return None
            outcomes = [outcome for outcome in self._outcomes if outcome is not None]
            self._outcomes = []
        self._publishing.resume()
        return outcomes

    def taken(self) -> int:
        """Return how many messages are published."""
        with self._changed:
            return self._outcomes.count(DELIVERED)

    def withdraw(self) -> None:
        """Try nothing again, and begin nothing new, until `confirm` has its answer."""
        self._publishing.withdraw()

    def reachable(self, seconds: float) -> bool:
        """Ask the topic of valid messages."""
        return self._publishing.ask(self._config.topics[Destination.VALID], seconds)

    def close(self) -> None:
        """Drop unpublished messages."""
        self._publishing.close()

    def _told(self, entries: Sequence[Entry], outcome: Outcome) -> None:
        with self._changed:
            for number, _ in entries:
                self._outcomes[number] = outcome
            self._waiting -= len(entries)
            if not self._waiting:
                self._changed.notify_all()
