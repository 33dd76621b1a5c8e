"""Effort of payload checks, from the schema alone: it tells which checks surely end soon.

The numbers are worst cases over all payloads of a size, with room for a machine half as fast as the
measured one. Most payloads take a small part of it.
"""

import math
from dataclasses import dataclass
from typing import Final, Protocol

MEMORY: Final = 256 * 1024 * 1024
"""Bytes that checking one payload takes at most where it is bounded by its size."""


class Growth(Protocol):
    """How time and memory grow with the size of a payload."""

    def bytes_within(self, seconds: float) -> int:
        """Return the size of payloads whose check ends within these seconds and `MEMORY` bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Linear:
    """Nanoseconds, and bytes of memory, for each byte of a payload."""

    nanoseconds: float
    memory: float = 64.0

    def bytes_within(self, seconds: float) -> int:
        """See `Growth`."""
        return int(min(seconds * 1e9 / self.nanoseconds, MEMORY / self.memory))


@dataclass(frozen=True, slots=True)
class Quadratic:
    """Nanoseconds for each byte of a payload, and for each pair of bytes."""

    nanoseconds: float
    of_pairs: float
    memory: float = 64.0

    def bytes_within(self, seconds: float) -> int:
        """See `Growth`."""
        root = math.sqrt(self.nanoseconds**2 + 4 * self.of_pairs * seconds * 1e9)
        return int(min((root - self.nanoseconds) / (2 * self.of_pairs), MEMORY / self.memory))


class Endless:
    """Nothing is known."""

    def bytes_within(self, _seconds: float) -> int:
        """No payload is certain to end."""
        return -1


@dataclass(frozen=True, slots=True)
class Effort:
    """Effort of `accepts`, and of `explain` for an invalid payload."""

    verdict: Growth
    reasons: Growth


ENDLESS: Final = Effort(Endless(), Endless())
