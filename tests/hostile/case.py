"""Parts of a hostile case."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from sluicegate.shared.model import SchemaFormat


@dataclass(frozen=True)
class Bait:
    """Targets that no test may touch: a listener's address, and a file."""

    url: str
    file: Path


@dataclass(frozen=True)
class HostileSchema:
    """A schema.

    `refused` says whether the registry must refuse it; None where either will do, as long as it
    ends.

    `ended` allows that it takes more than it may, and is refused for that alone.
    """

    name: str
    format: SchemaFormat
    text: Callable[[Bait], str]
    refused: bool | None = None
    ended: bool = False


@dataclass(frozen=True)
class HostilePayload:
    """A payload for a schema that is sound, or sounds so. `accepted`: None where either will do."""

    name: str
    format: SchemaFormat
    schema: str
    payload: Callable[[Bait], bytes]
    accepted: bool | None = None


@dataclass(frozen=True)
class HostilePair:
    """Two schemas with an expensive comparison: the second becomes the next version, or is refused."""

    name: str
    format: SchemaFormat
    first: str
    second: str
    ended: bool = False

    @classmethod
    def of(cls, name: str, schema_format: SchemaFormat, texts: Iterable[str], *, ended: bool = False) -> Self:
        """The two of them made in one go."""
        first, second = texts
        return cls(name, schema_format, first, second, ended)


def text_of(value: Any) -> str:
    """Return a schema's text: a string, the result of a callable, or JSON of another value.

    Large texts are callables: as values, all of them would stay in every test process.
    """
    made = value() if callable(value) else value
    return made if isinstance(made, str) else json.dumps(made)
