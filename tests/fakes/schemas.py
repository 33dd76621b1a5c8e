"""A `SchemaProvider` with answers of the test."""

from uuid import UUID

from sluicegate.shared.model import GlobalId
from sluicegate.validator.model import CONTENT, Lookup, NotFound, SchemaRef, StoredSchema, Unavailable


class FakeSchemas:
    """Knows the schemas that were added; while `down`, it knows none. `asked` is every question."""

    def __init__(self, *schemas: StoredSchema) -> None:
        """Know these."""
        self.schemas = list(schemas)
        self.down = False
        self.unreachable: set[int] = set()
        self.subjects: set[tuple[int, str]] = set()
        self.asked: list[SchemaRef] = []

    @property
    def available(self) -> bool:
        """Whether it is up."""
        return not self.down

    def content(self, global_id: GlobalId) -> Lookup:
        """The schema whose number that is, as content."""
        if self.down or global_id in self.unreachable:
            return Unavailable("the registry is down")
        found = [each for each in self.schemas if int(each.schema_id) == global_id and each.version == CONTENT]
        return found[0] if found else NotFound(f"no schema with global id {global_id}")

    def content_by_guid(self, guid: UUID) -> Lookup:
        """The one whose number the GUID is."""
        return self.content(GlobalId(guid.int))

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable:
        """Whether the test says so."""
        if self.down or global_id in self.unreachable:
            return Unavailable("the registry is down")
        return (global_id, subject) in self.subjects

    def find(self, ref: SchemaRef) -> Lookup:
        """The newest schema that fits."""
        self.asked.append(ref)
        if self.down or ref.schema_id in self.unreachable:
            return Unavailable("the registry is down")
        found = [
            each for each in self.schemas if each.schema_id == ref.schema_id and ref.version in {None, each.version}
        ]
        return max(found, key=lambda each: each.version) if found else NotFound(f"no schema {ref.schema_id}")
