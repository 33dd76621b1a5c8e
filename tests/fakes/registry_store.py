"""The registry's store in a few dictionaries, with hands to make it fail, hold or lose its feed."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from registry_api.core.errors import SchemaNotFound, StoreUnavailable
from registry_api.core.model import (
    Caller,
    Check,
    Content,
    NewSchema,
    NewVersion,
    Order,
    Outcome,
    Page,
    Query,
    Registration,
    Schema,
    Version,
)
from shared.model import GlobalId, SchemaId, VersionId, VersionNumber

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


@dataclass
class FakeStore:
    """Every port of the core. `down` makes all of them raise; `before_answer` runs inside each read of a version."""

    schemas: dict[int, Schema] = field(default_factory=dict)
    callers: list[Caller] = field(default_factory=list)
    down: bool = False
    before_answer: Callable[[], None] | None = None
    closed: bool = False
    subscriber: tuple[Callable[[SchemaId], None], Callable[[], None], Callable[[], None]] | None = None
    version_ids: int = 0

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        self._asked(caller)
        for schema in self.schemas.values():
            same = [v for v in schema.versions if v.active and v.fingerprint == new.content.fingerprint]
            if same and schema.publisher_id == new.publisher_id:
                return Registration(Outcome.EXISTS, schema.schema_id, same[0].number)
        schema_id = SchemaId(len(self.schemas) + 1)
        first = self._version(schema_id, VersionNumber(1), new.description, new.content)
        self.schemas[schema_id] = Schema(
            schema_id, new.name, new.name, new.content.format, new.description, new.publisher_id,
            new.compatibility, new.validity, VersionNumber(1), (first,),
        )  # fmt: skip
        return Registration(Outcome.ADDED, schema_id, VersionNumber(1))

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        self._asked(caller)
        schema = self.schema(new.schema_id)
        if schema is None:
            raise SchemaNotFound(new.schema_id)
        same = [v for v in schema.versions if v.fingerprint == new.content.fingerprint]
        if same:
            return Registration(Outcome.EXISTS, schema.schema_id, same[0].number)
        check(schema.versions[::-1])
        number = VersionNumber(schema.last_version + 1)
        added = self._version(schema.schema_id, number, new.description, new.content)
        everything = self.schemas[schema.schema_id].versions
        self.schemas[schema.schema_id] = replace(schema, last_version=number, versions=(*everything, added))
        return Registration(Outcome.ADDED, schema.schema_id, number)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        self._asked(caller)
        schema = self.schema(schema_id)
        numbers = {version.number for version in schema.versions} if schema else set()
        return self._deactivate(schema_id, numbers)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        self._asked(caller)
        return self._deactivate(schema_id, {number} if self.version(schema_id, number) else set())

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        self._answering()
        schema = self.schemas.get(schema_id)
        return None if schema is None else _shown(schema, deactivated)

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        schema = self.schema(schema_id)
        found = next((v for v in schema.versions if v.number == number), None) if schema else None
        if self.before_answer:
            self.before_answer()
        return found

    def latest(self, schema_id: SchemaId) -> Version | None:
        schema = self.schema(schema_id)
        return schema.versions[-1] if schema else None

    def search(self, query: Query) -> Page:
        self._answering()
        shown = (_shown(schema, query.deactivated) for schema in self.schemas.values())
        found = [schema for schema in shown if schema and _fits(schema, query)]
        found.sort(key=lambda s: s.name if query.order is Order.NAME else s.schema_id, reverse=query.descending)
        end = query.offset + query.limit
        return Page(tuple(found[query.offset : end]), more=len(found) > end)

    def ping(self) -> None:
        self._answering()

    def subscribe(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        self.subscriber = on_change, on_gap, on_live
        on_live()

    def close(self) -> None:
        self.closed = True

    def tell(self, schema_id: int) -> None:
        """Another replica changed a schema."""
        assert self.subscriber
        self.subscriber[0](SchemaId(schema_id))

    def gap(self) -> None:
        """The feed is lost."""
        assert self.subscriber
        self.subscriber[1]()

    def live(self) -> None:
        """The feed is back."""
        assert self.subscriber
        self.subscriber[2]()

    def deactivate_elsewhere(self, schema_id: int, number: int) -> None:
        """Another replica deactivates a version; the feed has not told yet."""
        self._deactivate(SchemaId(schema_id), {number})

    def _deactivate(self, schema_id: SchemaId, numbers: set[VersionNumber] | set[int]) -> bool:
        if not numbers:
            return False
        schema = self.schemas[schema_id]
        versions = tuple(replace(v, deactivated_at=NOW) if v.number in numbers else v for v in schema.versions)
        self.schemas[schema_id] = replace(schema, versions=versions)
        return True

    def _version(self, schema_id: SchemaId, number: VersionNumber, description: str, content: Content) -> Version:
        self.version_ids += 1
        return Version(
            VersionId(100 + self.version_ids), schema_id, number, GlobalId(self.version_ids), content.format, content.text,
            content.fingerprint, description, content.attributes, False, NOW, None,
        )  # fmt: skip

    def _asked(self, caller: Caller) -> None:
        self._answering()
        self.callers.append(caller)

    def _answering(self) -> None:
        if self.down:
            raise StoreUnavailable


def _shown(schema: Schema, deactivated: bool) -> Schema | None:
    versions = tuple(v for v in schema.versions if v.active or deactivated)
    return replace(schema, versions=versions) if versions else None


def _fits(schema: Schema, query: Query) -> bool:
    return (
        query.schema_id in (None, schema.schema_id)
        and query.format in (None, schema.format)
        and (query.name or "") in schema.name
        and any(
            query.number in (None, v.number) and all(term in v.attributes for term in query.attributes)
            for v in schema.versions
        )
    )
