"""The property paths of a schema: `customer/address/city`."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final, TypeAlias

from google.protobuf.descriptor import Descriptor

from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.formats.protobuf.well_known import BUILT_IN

MAX_DEPTH: Final = 10
"""Names in a path."""

MAX_PATHS: Final = 10_000
"""Paths of a schema: messages that share types can multiply without end. Short paths come first."""

Place: TypeAlias = tuple[str, Descriptor | None, frozenset[str]]
"""A path, the message that it leads to, and the messages on the way."""


def attributes(schema: ProtobufSchema) -> tuple[str, ...]:
    """Paths of fields of the file's top-level messages: sorted, without duplicates.

    With one such message the paths begin at its fields, with several at the messages' names. Lists
    and maps are opened without a name of their own, Google's own types are not, and a message is
    not opened again inside itself.
    """
    top = schema.top_level
    places: list[Place] = [("" if len(top) == 1 else each.name, each, frozenset()) for each in top]
    found = {path for path, _, _ in places if path}
    for _ in range(1 if found else 0, MAX_DEPTH):
        places = list(islice(chain.from_iterable(map(_fields, places)), max(MAX_PATHS - len(found), 0)))
        found.update(path for path, _, _ in places)
    return tuple(sorted(found))


def _fields(place: Place) -> Iterator[Place]:
    path, message, opened = place
    if message is None or message.full_name in opened or message.file.name.startswith(BUILT_IN):
        return
    for field in message.fields:
        yield f"{path}/{field.name}" if path else field.name, _held(field.message_type), opened | {message.full_name}


def _held(message: Descriptor | None) -> Descriptor | None:
    """The message in a field's values: in a map, that of its values."""
    if message is not None and message.GetOptions().map_entry:
        return message.fields_by_name["value"].message_type
    return message
