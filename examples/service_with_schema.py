"""A service that checks its input with a schema of the registry.

It loads the schema at start, and a thread reloads it when the registry has a newer version. The
service goes on with the version it has while the registry does not answer.

    python examples/service_with_schema.py http://127.0.0.1:8080 1 < orders.jsonl
"""

import sys
import threading
from dataclasses import dataclass

from sluicegate.shared.client import ClientError, RegistryClient, specification
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.formats.engine import PayloadValidator, SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId

RELOAD_SECONDS = 30.0


@dataclass(frozen=True)
class Loaded:
    """A version of the schema, ready to check payloads."""

    version: int
    validator: PayloadValidator


class LiveSchema:
    """The latest version of one schema. `current` may be read by all threads."""

    def __init__(self, client: RegistryClient, schema_id: int) -> None:
        """Load the latest version. Raises `ClientError`: the service needs its schema to start."""
        self._client = client
        self._schema_id = SchemaId(schema_id)
        self._format: SchemaFormat = client.schema(self._schema_id).schema_type
        self.current = self._load()

    def reload(self) -> bool:
        """Load the latest version if it is a new one, and return whether it was."""
        loaded = self._load(self.current)
        changed = loaded is not self.current
        self.current = loaded
        return changed

    def follow(self, stop: threading.Event, seconds: float = RELOAD_SECONDS) -> None:
        """Reload again and again until `stop` is set."""
        while not stop.wait(seconds):
            try:
                if self.reload():
                    print(f"schema {self._schema_id}: now version {self.current.version}", file=sys.stderr)
            except ClientError as error:
                print(f"{error.message} Going on with version {self.current.version}.", file=sys.stderr)

    def _load(self, known: Loaded | None = None) -> Loaded:
        body = self._client.version(self._schema_id, "latest")
        if known is not None and int(body.version) == known.version:
            return known
        language = engine(self._format)
        parsed = language.parse(SchemaSource(specification(body).decode()))
        return Loaded(int(body.version), language.compile(parsed))


def main(address: str, schema_id: int) -> None:
    """Check each line of standard input."""
    stop = threading.Event()
    with RegistryClient(address) as client:
        schema = LiveSchema(client, schema_id)
        threading.Thread(target=schema.follow, args=(stop,), daemon=True).start()
        for line in sys.stdin.buffer:
            rejection = schema.current.validator.explain(line.strip())
            print("valid" if rejection is None else f"invalid: {rejection.violations[0].message}")
        stop.set()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
