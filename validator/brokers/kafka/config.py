"""Configuration of a Kafka source and sink, for both clients."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sluicegate.shared.addresses import HIDDEN
from sluicegate.validator.model import Destination

Option: TypeAlias = str | int | float | bool
Options: TypeAlias = Mapping[str, Option]
"""Settings of the client library, under its own names. They win over ours."""


@dataclass(frozen=True, slots=True)
class KafkaSourceConfig:
    """Topics to read as a member of a group.

    A group that is new starts at the first message that is there.

    `commits`: whether the source tells the broker how far it has come; a transaction does it
    otherwise. `stops_at_gaps`: whether it gives up where the group's place in a log is gone, rather
    than go on behind the gap.
    """

    bootstrap: str
    topics: tuple[str, ...]
    group: str
    options: Options = field(default_factory=dict)
    commits: bool = True
    stops_at_gaps: bool = False


@dataclass(frozen=True, slots=True)
class KafkaSinkConfig:
    """One topic for each destination."""

    bootstrap: str
    topics: Mapping[Destination, str]
    options: Options = field(default_factory=dict)


def told(error: Exception, options: Mapping[str, Option]) -> str:
    """Return an error of a client in one line. Clients quote options, and options may be secrets."""
    text = repr(error)
    for value in options.values():
        if isinstance(value, str) and value:
            text = text.replace(repr(value), HIDDEN)
    return text
