"""Places in a datum: cheap steps, which become a JSON pointer only for a violation."""

from functools import cached_property
from typing import TypeAlias

from sluicegate.shared.formats.avro.model import AvroKind, RecordType, Schema, Type, TypeReference, Union, parts
from sluicegate.shared.formats.avro.refusals import pointer
from sluicegate.shared.formats.avro.wording import short
from sluicegate.shared.formats.public_paths import public_pointer

Place: TypeAlias = "tuple[Place, str | int] | None"
"""The way from the root, last step first."""


def path(place: Place) -> str:
    """The JSON pointer (RFC 6901) of a place."""
    steps = []
    while place is not None:
        place, step = place
        steps.append(step)
    return pointer("", *reversed(steps))


class PublicPlaces:
    """Paths with the names of a schema alone: fields, and branches of unions in JSON encoding."""

    def __init__(self, schema: Schema) -> None:
        """Names are collected when the first path is asked for."""
        self._schema = schema

    def path(self, path: str) -> str:
        """Return a JSON pointer without keys of maps and without indexes."""
        return public_pointer(path, self._names)

    @cached_property
    def _names(self) -> frozenset[str]:
        found: set[str] = set()
        pending: list[Type] = [self._schema.root, *self._schema.types.values()]
        while pending:
            each = pending.pop()
            if isinstance(each, TypeReference):
                continue  # `types` has it
            if isinstance(each, RecordType):
                found |= {field.name for field in each.fields}
            elif isinstance(each, Union):
                branches = map(self._schema.definition, each.branches)
                found |= {short(branch) for branch in branches if branch.kind is not AvroKind.NULL}
            pending += [part for part in parts(each) if not isinstance(part, TypeReference)]
        return frozenset(found)
