"""The way of messages that were sent: until each one has left the validator, or the time is over."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sluicegate.shared.clock import Clock
from sluicegate.shared.console.messages.kafka import KafkaRecord, KafkaTopics, RecordPlace

SOURCE, CODE, REASON = "deadLetterSource", "deadLetterErrorCode", "deadLetterErrorReason"


@dataclass(frozen=True, slots=True)
class Destinations:
    """The topics of a validator's results."""

    valid: str
    dead_letter: str


@dataclass(frozen=True, slots=True)
class WatchedOutcome:
    """A message that was sent, and the validator's record of it; None: none was seen in time."""

    sent: KafkaRecord
    arrived: KafkaRecord | None
    is_valid: bool = False
    milliseconds: int | None = None

    @property
    def code(self) -> str | None:
        """The reason for a dead letter, for programs."""
        return attribute(self.arrived, CODE) if self.arrived is not None and not self.is_valid else None

    @property
    def reason(self) -> str | None:
        """The reason for a dead letter, for people."""
        return attribute(self.arrived, REASON) if self.arrived is not None and not self.is_valid else None


def attribute(record: KafkaRecord, name: str) -> str | None:
    """Return an attribute as text; None where the record does not have it."""
    found = next((value for key, value in record.headers if key == name), None)
    return None if found is None else found.decode(errors="replace")


class Watch:
    """Reads both destinations from the places that they had before anything was sent."""

    def __init__(self, topics: KafkaTopics, destinations: Destinations, clock: Clock) -> None:
        """Note the ends of both topics. Raises `BrokerFailed`."""
        self._topics = topics
        self._destinations = destinations
        self._clock = clock
        places = topics.places((destinations.valid, destinations.dead_letter))
        self._starts: Mapping[RecordPlace, int] = {place: end for place, (_, end) in topics.bounds(places).items()}

    @property
    def missing(self) -> tuple[str, ...]:
        """The destinations that the broker does not have."""
        found = {place.topic for place in self._starts}
        both = (self._destinations.valid, self._destinations.dead_letter)
        return tuple(topic for topic in both if topic not in found)

    def follow(
        self, sent: Sequence[KafkaRecord], seconds: float, show: Callable[[WatchedOutcome], None]
    ) -> list[WatchedOutcome]:
        """Return the outcome of each message, and show each when known. Raises `BrokerFailed`."""
        begun = self._clock.monotonic()
        waiting = {record.address: record for record in sent}
        outcomes: dict[str, WatchedOutcome] = {}
        for arrived in self._arrivals(begun + seconds, waiting):
            address = self._origin(arrived, waiting)
            if address is not None:
                is_valid = arrived.place.topic == self._destinations.valid
                milliseconds = round((self._clock.monotonic() - begun) * 1000)
                outcomes[address] = WatchedOutcome(waiting.pop(address), arrived, is_valid, milliseconds)
                show(outcomes[address])
        for address, record in waiting.items():
            outcomes[address] = WatchedOutcome(record, None)
            show(outcomes[address])
        return [outcomes[record.address] for record in sent]

    def _arrivals(self, deadline: float, waiting: Mapping[str, KafkaRecord]) -> Iterator[KafkaRecord]:
        for arrived in self._topics.read(self._starts) if self._starts else ():
            if isinstance(arrived, KafkaRecord):
                yield arrived
            if not waiting or self._clock.monotonic() >= deadline:
                return

    def _origin(self, arrived: KafkaRecord, waiting: Mapping[str, KafkaRecord]) -> str | None:
        """Return the address of the message behind a record.

        A dead letter names its message; a valid one equals it. An equal message that was sent
        earlier has an earlier timestamp, which the validator keeps.
        """
        if arrived.place.topic == self._destinations.dead_letter:
            source = attribute(arrived, SOURCE)
            return source if source in waiting else None
        whole = (arrived.key, arrived.payload, sorted(arrived.headers, key=str))
        return next(
            (
                address
                for address, each in waiting.items()
                if (each.key, each.payload, sorted(each.headers, key=str)) == whole
                and arrived.timestamp >= each.timestamp
            ),
            None,
        )
