"""The soak's messages: the persons of the other benchmarks, numbered.

The number says when a message was due, and where it belongs.
"""

from dataclasses import dataclass
from typing import TypeAlias

from benchmarks import persons

KEYS = 64
PARTITIONS = 4
LARGE = 50_000
"""Bytes of a large message."""
_OPENING = b'{"id":"%013d",'
_NUMBER = slice(7, 20)
_RUN = 50
"""Messages one after the other that name the same schema."""

Headers: TypeAlias = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Topics:
    """One to be read, two to be written to."""

    source: str
    valid: str
    dead_letter: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """`count` messages from number `first` on, at `rate` per second.

    The first is due at `start` (nanoseconds, monotonic).
    """

    first: int
    count: int
    rate: float
    start: int

    def due(self, number: int) -> int:
        """When a message should be sent, by the clock that all processes of a machine share."""
        return self.start + int((number - self.first) * 1e9 / self.rate)

    def reached(self, now: int) -> int:
        """The number after the last message that is due by now."""
        return self.first + max(0, min(self.count, int((now - self.start) * self.rate / 1e9) + 1))


@dataclass(frozen=True, slots=True)
class Named:
    """A version of a schema, which messages may name."""

    schema_id: int
    version: int

    @property
    def headers(self) -> Headers:
        """As messages name it."""
        return [("schemaId", b"%d" % self.schema_id), ("versionId", b"%d" % self.version), ("format", b"json")]


class Payloads:
    """Payloads by number."""

    def __init__(self) -> None:
        """All that they have in common with others is made once."""
        self._rest = [each[1:] for each in persons.payloads()]
        self._padding = b'"note":"%s",' % (b"x" * LARGE)

    def small(self, number: int) -> bytes:
        """About 320 bytes."""
        return _OPENING % number + self._rest[number % persons.DISTINCT]

    def large(self, number: int) -> bytes:
        """The same with a long note."""
        return _OPENING % number + self._padding + self._rest[number % persons.DISTINCT]


def number_of(payload: bytes) -> int:
    """The number that a payload carries."""
    return int(payload[_NUMBER])


def key_of(number: int) -> bytes:
    """A message's key."""
    return b"k%d" % (number % KEYS)


def bad(number: int) -> bool:
    """Whether a message is to be dead-lettered."""
    return number % persons.BAD_ONE_IN == 0


def turn(number: int, of: int) -> int:
    """Which of so many schemas a message names: they take turns."""
    return number // _RUN % of
