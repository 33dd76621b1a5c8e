"""Where the parts of a running quickstart are."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from sluicegate.shared.addresses import without_credentials

DEFAULT_REGISTRY, DEFAULT_BROKER = "http://127.0.0.1:8080", "127.0.0.1:9092"
"""Default addresses of the commands."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Everything that a person or a program needs to use the parts.

    The field names are the ones of `--json`. The keys are None for an open registry.
    """

    registry_url: str
    bootstrap: str
    database_url: str
    validator_url: str
    data_dir: str
    topics: tuple[str, ...]
    manager_key: str | None = field(repr=False)
    manager_key_file: str | None
    pids: dict[str, int]

    def named(self) -> Iterator[tuple[str, str]]:
        """For people: name and value. A password or a key is not for the screen."""
        yield "Registry", self.registry_url
        yield "Manager key", self.manager_key_file or "none: everybody on this machine may change every schema"
        yield "Kafka", f"{self.bootstrap}  (topics {', '.join(self.topics)})"
        yield "Validator", f"{self.validator_url}/ready"
        yield "Postgres", without_credentials(self.database_url)
        yield "Data, logs", self.data_dir

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)
