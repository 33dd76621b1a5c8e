"""Where the parts of a running quickstart are."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sluicegate.shared.addresses import without_credentials

DEFAULT_REGISTRY, DEFAULT_BROKER = "http://127.0.0.1:8080", "127.0.0.1:9092"
"""Default addresses of the commands."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Everything that a person or a program needs to use the parts.

    The field names are the ones of `--json`.
    """

    registry_url: str
    bootstrap: str
    database_url: str
    validator_url: str
    data_dir: str
    topics: tuple[str, ...]
    pids: dict[str, int]

    def named(self) -> Iterator[tuple[str, str]]:
        """For people: name and value. A password is not for the screen."""
        yield "Registry", self.registry_url
        yield "Kafka", f"{self.bootstrap}  (topics {', '.join(self.topics)})"
        yield "Validator", f"{self.validator_url}/ready"
        yield "Postgres", without_credentials(self.database_url)
        yield "Data, logs", self.data_dir

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)
