"""Types whose values have no bytes: null, fixed of size 0, records of only such types.

With them a few bytes can claim a billion items, or a small schema a billion fields. Invariant: no
loop iterates over them.
"""

from sluicegate.shared.formats.avro.model import AvroKind, Definition, Fixed, RecordType, Schema, Type


class Emptiness:
    """Knows the empty types of a schema."""

    def __init__(self, schema: Schema) -> None:
        """Find the empty records: those with only empty fields, repeated until nothing changes."""
        self._schema = schema
        self._empty: set[int] = set()
        records = [each for each in schema.types.values() if isinstance(each, RecordType)]
        while True:
            found = [each for each in records if all(self.holds(field.type) for field in each.fields)]
            if not found:
                return
            self._empty.update(map(id, found))
            records = [each for each in records if id(each) not in self._empty]

    def holds(self, of: Type) -> bool:
        """Whether a type is empty."""
        definition: Definition = self._schema.definition(of)
        if isinstance(definition, RecordType):
            return id(definition) in self._empty
        return definition.kind is AvroKind.NULL or (isinstance(definition, Fixed) and definition.size == 0)
