"""Sent and received messages, and their comparison: every message has a number."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.fixtures.scenarios import Row

VALID = "valid"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message, and its fate: VALID, or the code of its dead letter.

    `timestamp`: milliseconds since 1970, 0 for the present time. `envelope`: it arrives without its
    payload.
    """

    number: int
    key: str
    payload: bytes
    attributes: tuple[tuple[str, bytes], ...]
    fate: str
    timestamp: int = 0
    envelope: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message that came out.

    `place` grows along each `line` of the destination (a partition, an ordering key).
    """

    number: int
    key: str
    payload: bytes
    fate: str
    line: str
    place: int


@dataclass(slots=True)
class Account:
    """Of everything that was sent, all that came out of it."""

    sent: dict[int, Sent] = field(default_factory=dict)
    arrivals: dict[int, list[Arrival]] = field(default_factory=lambda: defaultdict(list))

    def add_sent(self, messages: Iterable[Sent]) -> None:
        self.sent |= {each.number: each for each in messages}

    def add_arrivals(self, arrivals: Iterable[Arrival]) -> None:
        for each in arrivals:
            self.arrivals[each.number].append(each)

    @property
    def missing(self) -> set[int]:
        """Return the sent messages that did not arrive."""
        return self.sent.keys() - self.arrivals.keys()

    @property
    def repeated(self) -> dict[int, int]:
        """Return the duplicates, with their number."""
        return {number: len(found) for number, found in self.arrivals.items() if len(found) > 1}

    @property
    def misplaced(self) -> list[Arrival]:
        """Return the messages that arrived changed, or at the wrong destination."""
        return [each for each in self._every() if each.number in self.sent and self._differs(each)]

    @property
    def row(self) -> Row:
        """The counts, without events."""
        doubled = sum(self.repeated.values()) - len(self.repeated)
        return Row(0, len(self.sent), len(self.missing), doubled, len(self.misplaced), len(list(self._disorder())))

    def assert_right(self, *, once: bool) -> None:
        """Assert that no message is lost, invented, changed or misplaced, and that keys keep order.

        `once`: no message arrived twice.
        """
        assert not self.missing, f"{len(self.missing)} lost of {len(self.sent)}: {sorted(self.missing)[:20]}"
        assert not self.arrivals.keys() - self.sent.keys(), "messages that nobody sent"
        wrong = self.misplaced
        assert not wrong, f"{len(wrong)} arrived changed or in the wrong place: {wrong[:5]}"
        if once:
            assert not self.repeated, (
                f"{len(self.repeated)} came more than once: {dict(list(self.repeated.items())[:20])}"
            )
        disorder = list(self._disorder())
        assert not disorder, f"out of order: {disorder[:20]}"

    def _every(self) -> Iterator[Arrival]:
        return (each for found in self.arrivals.values() for each in found)

    def _differs(self, arrival: Arrival) -> bool:
        sent = self.sent[arrival.number]
        payload = b"" if sent.envelope else sent.payload
        return (sent.key, payload, sent.fate) != (arrival.key, arrival.payload, arrival.fate)

    def _disorder(self) -> Iterator[tuple[str, int, int]]:
        """Yield key, number and the larger number before it.

        A redelivery may be late; the first delivery must not.
        """
        lines: dict[tuple[str, bool, str], list[Arrival]] = defaultdict(list)
        for found in self.arrivals.values():
            first = min(found, key=lambda each: each.place)
            lines[first.line, first.fate == VALID, first.key].append(first)
        for (_, _, key), line in lines.items():
            largest = -1
            for each in sorted(line, key=lambda each: each.place):
                if each.number < largest:
                    yield key, each.number, largest
                largest = max(largest, each.number)


def summary(account: Account) -> str:
    """For the log of a run."""
    repeated = sum(account.repeated.values()) - len(account.repeated)
    return f"{len(account.sent)} sent, {len(account.missing)} lost, {repeated} repeated"


def batches(messages: Sequence[Sent], size: int) -> Iterator[Sequence[Sent]]:
    """In pieces of so many."""
    return (messages[start : start + size] for start in range(0, len(messages), size))
