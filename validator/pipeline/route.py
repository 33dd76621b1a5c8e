"""Verdict -> destination."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from sluicegate.validator.model import Destination, Invalid, Message, Rejected, Unprocessable, Valid

DESTINATIONS: Mapping[type[Valid | Rejected], Destination] = MappingProxyType(
    {Valid: Destination.VALID, Invalid: Destination.DEAD_LETTER, Unprocessable: Destination.DEAD_LETTER}
)
"""The one table. A `Retry` has no place in it: it goes nowhere until it is decided."""

About = tuple[Message, Rejected]


def by_destination(rejected: Iterable[About]) -> Mapping[Destination, list[About]]:
    """Rejected messages by where they go, each list in the order of the batch."""
    grouped: dict[Destination, list[About]] = {}
    for about in rejected:
        grouped.setdefault(DESTINATIONS[type(about[1])], []).append(about)
    return grouped
