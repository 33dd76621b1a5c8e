"""Options: the content of a descriptor's `options` message, as assignments."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import UninterpretedOption
from google.protobuf.message import Message

from sluicegate.shared.formats.protobuf.printing.literals import quoted, quoted_bytes, real

UNPRINTED: Final = frozenset({"map_entry", "uninterpreted_option"})
"""Fields of options that are no options: the first is the compiler's mark, the second holds options
without a definition.
"""

_LITERALS: Mapping[int, Callable[[Any], str]] = MappingProxyType(
    {
        FieldDescriptor.TYPE_STRING: quoted,
        FieldDescriptor.TYPE_BYTES: quoted_bytes,
        FieldDescriptor.TYPE_BOOL: lambda value: "true" if value else "false",
        FieldDescriptor.TYPE_FLOAT: real,
        FieldDescriptor.TYPE_DOUBLE: real,
    }
)


def assignments(options: Message) -> list[str]:
    """`name = value` of every option: standard ones by number, then custom ones by name.

    Message values are written as a whole.
    """
    found = [(field.is_extension, 0 if field.is_extension else field.number, field.full_name, field, value)
             for field, value in options.ListFields() if field.name not in UNPRINTED or field.is_extension]  # fmt: skip
    found.sort(key=lambda each: each[:3])
    known = [
        f"{f'(.{name})' if custom else field.name} = {literal}"
        for custom, _, name, field, value in found
        for literal in _values(field, value)
    ]
    return known + sorted(
        map(_undefined, cast("Any", options).uninterpreted_option), key=lambda each: each.partition(" = ")[0]
    )


def _undefined(option: UninterpretedOption) -> str:
    """An option that nothing defines, as it was written."""
    name = ".".join(f"({part.name_part})" if part.is_extension else part.name_part for part in option.name)
    field, value = next((each for each in option.ListFields() if each[0].name != "name"), (None, ""))
    if field is None:
        return f"{name} = {{}}"
    if field.name == "aggregate_value":
        return f"{name} = {{ {value} }}"
    return f"{name} = {_LITERALS.get(field.type, str)(value) if field.name != 'identifier_value' else value}"


def bracketed(parts: list[str]) -> str:
    """Assignments behind a field or an enum value; nothing when there are none."""
    return f" [{', '.join(parts)}]" if parts else ""


def _values(field: FieldDescriptor, value: Any) -> Iterator[str]:
    if _is_map(field):
        yield from (_entry(field, key, value[key]) for key in sorted(value))
    elif field.is_repeated:
        yield from (_literal(field, each) for each in value)
    else:
        yield _literal(field, value)


def _literal(field: FieldDescriptor, value: Any) -> str:
    if field.message_type is not None:
        return _aggregate(value)
    if field.enum_type is not None:
        named = field.enum_type.values_by_number.get(value)
        return named.name if named else str(value)
    return _LITERALS.get(field.type, str)(value)


def _aggregate(message: Message) -> str:
    """A message in text format (protobuf.dev/reference/protobuf/textformat-spec), on one line."""
    parts = [f"{_name(field)}: {literal}" for field, value in message.ListFields() for literal in _values(field, value)]
    return f"{{ {' '.join(parts)} }}" if parts else "{}"


def _name(field: FieldDescriptor) -> str:
    if field.is_extension:
        return f"[{field.full_name}]"
    kind = field.message_type
    is_group = field.type == FieldDescriptor.TYPE_GROUP and kind is not None and kind.name.lower() == field.name
    return kind.name if is_group and kind is not None else field.name


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _entry(field: FieldDescriptor, key: Any, value: Any) -> str:
    assert field.message_type is not None
    names = field.message_type.fields_by_name
    return f"{{ key: {_literal(names['key'], key)} value: {_literal(names['value'], value)} }}"
