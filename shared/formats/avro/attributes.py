"""The property paths of a schema: `customer/address/city`."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from sluicegate.shared.formats.avro.model import RecordType, Schema, Type, parts

MAX_DEPTH: Final = 10
"""Names in a path."""

MAX_PATHS: Final = 10_000
"""Paths of a schema: shared records can multiply without end. Short paths come first."""

Place = tuple[str, Type, frozenset[str]]
"""A path, the type it leads to, and the records on the way."""


def attributes(schema: Schema) -> tuple[str, ...]:
    """Paths of record fields through records, arrays, maps and unions: sorted, without duplicates.

    A record is not opened again inside itself.
    """
    found: set[str] = set()
    places: list[Place] = [("", schema.root, frozenset())]
    for _ in range(MAX_DEPTH):
        places = list(islice(chain.from_iterable(_fields(schema, place) for place in places), MAX_PATHS - len(found)))
        found.update(path for path, _, _ in places)
    return tuple(sorted(found))


def _fields(schema: Schema, place: Place) -> Iterator[Place]:
    """The fields of every record that a value of the type can hold without a name between."""
    path, of, opened = place
    waiting = [of]
    while waiting:
        definition = schema.definition(waiting.pop())
        if not isinstance(definition, RecordType):
            waiting += parts(definition)
        elif definition.name.full not in opened:
            inside = opened | {definition.name.full}
            for field in definition.fields:
                yield f"{path}/{field.name}" if path else field.name, field.type, inside
