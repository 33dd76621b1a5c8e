"""Depth of a schema with resolved names: it keeps every later walk within Python's recursion."""

from sluicegate.shared.formats.avro.definitions import MAX_DEPTH
from sluicegate.shared.formats.avro.model import Enum, Fixed, RecordType, Schema, Type, parts
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode, refused


def check_depth(schema: Schema) -> None:
    """Raise `SchemaSyntaxError` if types are nested too deeply, with resolved names.

    A flat text can contain a deep schema: a thousand records, each with a field of the next. The
    walk has its own stack and visits the types in the order of the texts of `canonical`.
    """
    seen: set[str] = set()
    waiting: list[tuple[Type, int]] = [(schema.root, 1)]
    while waiting:
        of, level = waiting.pop()
        if level > MAX_DEPTH:
            raise refused(
                "", AvroSchemaCode.NESTED_TOO_DEEPLY, f"The types are nested more than {MAX_DEPTH} levels deep"
            )
        definition = schema.definition(of)
        if isinstance(definition, RecordType | Enum | Fixed):
            if definition.name.full in seen:
                continue
            seen.add(definition.name.full)
        waiting += [(part, level + 1) for part in reversed(parts(definition))]
