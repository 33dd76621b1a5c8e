"""Versions with all that they refer to, read from a registry one by one and kept.

None of it ever changes in one registry. Kept versions belong to the registry that answered, and are
compared when they are read again: a database that was restored from a backup may give a number out
a second time.
"""

from dataclasses import dataclass
from typing import Final

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import NotFound, StoredSchema
from sluicegate.validator.pipeline.lru import LruCache
from sluicegate.validator.registry.client import RegisteredVersion, RegistryClient, RegistryUnavailable

MAX_COUNT: Final = 1000
"""Versions that are read for one schema."""

MAX_DEPTH: Final = 32
"""Versions on one way from a schema through its references. Both are a registry's own limits."""


@dataclass(slots=True)
class Budget:
    """How many more versions may be read.

    `comparing`: versions that are known are read again as well.
    """

    left: int = MAX_COUNT
    comparing: bool = False


class VersionReader:
    """Reads through a client, and keeps the versions that were used last.

    Not to be called from several threads, but for `known`.
    """

    def __init__(self, client: RegistryClient, capacity: int) -> None:
        """Nothing is known yet."""
        self._client = client
        self._versions: LruCache[tuple[str, SchemaId, VersionNumber], StoredSchema] = LruCache(capacity)
        self._formats: LruCache[SchemaId, SchemaFormat] = LruCache(capacity)

    def known(self, schema_id: SchemaId, number: VersionNumber) -> StoredSchema | None:
        """A version that was read before. Any thread."""
        return self._versions.peek((self._client.registry or "", schema_id, number))

    def read(self, schema_id: SchemaId, number: VersionNumber | None) -> StoredSchema | NotFound:
        """Ask for a version; without a number for the latest. Raises `RegistryUnavailable`."""
        comparing = number is not None and self.known(schema_id, number) is not None
        return self._read(schema_id, number, 0, Budget(comparing=comparing))

    def _read(
        self, schema_id: SchemaId, number: VersionNumber | None, depth: int, budget: Budget
    ) -> StoredSchema | NotFound:
        if depth and not budget.comparing and number is not None and (known := self.known(schema_id, number)):
            return known
        if depth > MAX_DEPTH or budget.left == 0:
            raise RegistryUnavailable(
                f"The registry gives schema {schema_id} version {number} as a reference of references without end"
            )
        budget.left -= 1
        found = self._client.version(schema_id, number)
        if isinstance(found, NotFound):
            return found
        known = self.known(schema_id, found.number)
        if known is not None and not budget.comparing and _is_same(known, found):
            return known
        return self._store(schema_id, found, depth, budget)

    def _store(
        self, schema_id: SchemaId, version: RegisteredVersion, depth: int, budget: Budget
    ) -> StoredSchema | NotFound:
        named: list[NamedSource] = []
        for reference in version.references:
            target = self._read(reference.schema_id, reference.number, depth + 1, budget)
            if isinstance(target, NotFound):  # both may have been deleted since the first was read
                return NotFound(f"Schema {schema_id} version {version.number} refers to what is gone: {target.detail}")
            named.append(NamedSource(reference.name, target.source))
        source = SchemaSource(version.text, tuple(named), version.artifact)
        schema_format = version.format or self._formats.get(schema_id, lambda: self._client.format(schema_id))
        stored = StoredSchema(schema_id, version.number, schema_format, source, version.deprecated)
        known = self.known(schema_id, version.number)
        if known is not None and known == stored and known.deprecated == stored.deprecated:
            return known
        return self._versions.put((self._client.registry or "", schema_id, version.number), stored)


def _is_same(known: StoredSchema, found: RegisteredVersion) -> bool:
    return known.source.text == found.text and known.deprecated == found.deprecated
