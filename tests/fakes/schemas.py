"""A `SchemaProvider` that says what a test tells it to."""

from validator.model import Lookup, NotFound, SchemaRef, StoredSchema, Unavailable


class FakeSchemas:
    """Knows the schemas that were added; while `down`, it knows none. `asked` is every question."""

    def __init__(self, *schemas: StoredSchema) -> None:
        """Know these."""
        self.schemas = list(schemas)
        self.down = False
        self.unreachable: set[int] = set()
        self.asked: list[SchemaRef] = []

    @property
    def available(self) -> bool:
        """Whether it is up."""
        return not self.down

    def find(self, ref: SchemaRef) -> Lookup:
        """The newest schema that fits."""
        self.asked.append(ref)
        if self.down or ref.schema_id in self.unreachable:
            return Unavailable("the registry is down")
        found = [
            each for each in self.schemas if each.schema_id == ref.schema_id and ref.version in {None, each.version}
        ]
        return max(found, key=lambda each: each.version) if found else NotFound(f"no schema {ref.schema_id}")
