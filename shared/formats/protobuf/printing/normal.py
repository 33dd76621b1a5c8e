"""A descriptor in the order of Confluent's registry with `normalize=true`.

Fields and oneof members are sorted by number, oneofs by their first member, enum values by number
and name, extensions by their extended type, and fields in the values of undefined options by name.
Messages, enums, services and methods keep their order: payloads name messages by their index in the
file.
"""

from collections.abc import Sequence
from typing import Any

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

from sluicegate.shared.formats.protobuf.printing.aggregates import ordered
from sluicegate.shared.formats.protobuf.uninterpreted import options_of


def normal(file: FileDescriptorProto) -> FileDescriptorProto:
    """A copy of a descriptor in this order."""
    found: Any = type(file)()
    found.CopyFrom(file)
    for message in found.message_type:
        _order_message(message)
    for declared in found.enum_type:
        _order_values(declared)
    _replace(found.extension, sorted(found.extension, key=_extension))
    for options in options_of(found):
        for undefined in options.uninterpreted_option:
            if undefined.HasField("identifier_value"):
                undefined.identifier_value = ordered(undefined.identifier_value)
    return found  # type: ignore[no-any-return]  # what came in


def _order_message(message: Any) -> None:
    for inner in message.nested_type:
        _order_message(inner)
    for declared in message.enum_type:
        _order_values(declared)
    _order_fields(message)
    _order_nested(message)
    _replace(message.extension, sorted(message.extension, key=_extension))


def _order_fields(message: Any) -> None:
    """Sort fields by number, those of a oneof after its first one.

    Oneofs are numbered anew, the compiler's own after the others.
    """
    first: dict[int, int] = {}
    for field in message.field:
        if field.HasField("oneof_index"):
            first[field.oneof_index] = min(field.number, first.get(field.oneof_index, field.number))
    fields = sorted(message.field, key=lambda field: (first.get(field.oneof_index, field.number) if field.HasField("oneof_index")
                                                      else field.number, field.number))  # fmt: skip
    own = {field.oneof_index for field in fields if field.proto3_optional}
    order = sorted(range(len(message.oneof_decl)), key=lambda index: (index in own, first.get(index, 0)))
    places = {index: place for place, index in enumerate(order)}
    _replace(message.oneof_decl, [message.oneof_decl[index] for index in order])
    _replace(message.field, fields)
    for field in message.field:
        if field.HasField("oneof_index"):
            field.oneof_index = places[field.oneof_index]


def _order_nested(message: Any) -> None:
    """The messages that maps and groups add come first, in the order of their fields."""
    names = {each.name: place for place, each in enumerate(message.nested_type)}
    added = [
        name
        for field in message.field
        if (name := field.type_name.rpartition(".")[2]) in names and _adds(field, message.nested_type[names[name]])
    ]
    rest = [name for name in names if name not in added]
    _replace(message.nested_type, [message.nested_type[names[name]] for name in dict.fromkeys((*added, *rest))])


def _adds(field: Any, nested: Any) -> bool:
    is_entry = nested.options.map_entry and field.label == FieldDescriptorProto.LABEL_REPEATED
    return bool(is_entry or field.type == FieldDescriptorProto.TYPE_GROUP)


def _order_values(declared: Any) -> None:
    """By number, zero first: proto3 demands it."""
    _replace(declared.value, sorted(declared.value, key=lambda each: (each.number != 0, each.number, each.name)))


def _extension(field: Any) -> tuple[str, int]:
    return field.extendee, field.number


def _replace(container: Any, ordered: Sequence[Any]) -> None:
    copies = [type(each).FromString(each.SerializeToString()) for each in ordered]
    del container[:]
    container.extend(copies)
