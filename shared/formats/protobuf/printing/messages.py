"""The text of messages and extensions.

A descriptor has messages, fields and extensions in separate lists, and groups and maps add a
message at their place. Invariant: the text gives the same descriptor again, so a declaration that
adds a message is written at the place of that message.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, OneofDescriptorProto

from sluicegate.shared.formats.protobuf.printing.blocks import (
    PROTO2,
    Lines,
    Style,
    block,
    ranges,
    reserved_names,
    reserved_ranges,
    visible,
)
from sluicegate.shared.formats.protobuf.printing.enums import enum
from sluicegate.shared.formats.protobuf.printing.literals import json_name, quoted
from sluicegate.shared.formats.protobuf.printing.options import bracketed

FIELD_MAX = 2**29 - 1
MESSAGE_SET_MAX = 2**31 - 2
"""A message set takes larger numbers than other messages."""

Field = FieldDescriptorProto
Nested: TypeAlias = Mapping[str, DescriptorProto]
"""Messages by their full names, with a dot in front, as descriptors refer to them."""

_SCALARS = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in FieldDescriptorProto.Type.items()
    if name not in ("TYPE_GROUP", "TYPE_MESSAGE", "TYPE_ENUM")
}
_LABELS = {Field.LABEL_OPTIONAL: "optional ", Field.LABEL_REQUIRED: "required ", Field.LABEL_REPEATED: "repeated "}


@dataclass(frozen=True, slots=True)
class Run:
    """A unit of text: a field, a oneof with its fields, or an extension.

    `types` are the messages that it adds, by full name.
    """

    lines: Lines
    types: frozenset[str]


class Messages:
    """Writes the messages of one file."""

    def __init__(self, style: Style) -> None:
        """Take the style of the file."""
        self._style = style

    def declared(
        self, scope: str, messages: Sequence[DescriptorProto], extensions: Sequence[Field], fields: Sequence[Run] = ()
    ) -> Iterator[Lines]:
        """Fields, messages and extensions, such that messages come in their order.

        `scope` is a full name with a dot in front, or empty.
        """
        nested = _by_name(scope, messages)
        queues = deque(fields), deque(self._extension(each, nested) for each in extensions)
        adding = {name: queue for queue in queues for run in queue for name in run.types}
        added: set[str] = set()
        for name, message in nested.items():
            if name not in adding:
                yield self._message(name, message)
            while name in adding and name not in added:
                run = adding[name].popleft()
                added |= run.types
                yield run.lines
        yield from (run.lines for queue in queues for run in queue)

    def _message(self, name: str, message: DescriptorProto) -> Lines:
        return block(f"{visible(message)}message {message.name}", self._body(name, message))

    def _body(self, name: str, message: DescriptorProto) -> Iterator[str]:
        yield from self._style.option_lines(message.options)
        runs = self._runs(message, _by_name(name, message.nested_type))
        for lines in self.declared(name, message.nested_type, message.extension, runs):
            yield from lines
        for each in message.enum_type:
            yield from enum(each, self._style)
        largest = MESSAGE_SET_MAX if message.options.message_set_wire_format else FIELD_MAX
        yield from _extension_ranges(message, largest, self._style)
        yield from reserved_ranges(((each.start, each.end - 1) for each in message.reserved_range), largest)
        yield from reserved_names(message.reserved_name, self._style.syntax)

    def _runs(self, message: DescriptorProto, nested: Nested) -> list[Run]:
        """The fields of a message; those of a oneof are one run."""
        runs = []
        for index, fields in groupby(message.field, key=_oneof):
            if index is None:
                runs += [self._field(each, nested, self._label(each)) for each in fields]
            else:
                runs.append(self._oneof(message.oneof_decl[index], [self._field(each, nested, "") for each in fields]))
        return runs

    def _oneof(self, oneof: OneofDescriptorProto, fields: list[Run]) -> Run:
        inside = [*self._style.option_lines(oneof.options), *(line for run in fields for line in run.lines)]
        return Run(block(f"oneof {oneof.name}", inside), frozenset().union(*(run.types for run in fields)))

    def _extension(self, field: Field, nested: Nested) -> Run:
        run = self._field(field, nested, self._label(field))
        return Run(block(f"extend {field.extendee}", run.lines), run.types)

    def _field(self, field: Field, nested: Nested, label: str) -> Run:
        own = nested.get(field.type_name)
        tail = f"{field.number}{bracketed(_options(field, self._style))}"
        if field.type == Field.TYPE_GROUP and own is not None:
            head = f"{label}group {own.name} = {tail}"
            return Run(block(head, self._body(field.type_name, own)), frozenset({field.type_name}))
        if own is not None and own.options.map_entry:
            key, value = (_type(each) for each in own.field)
            return Run([f"map<{key}, {value}> {field.name} = {tail};"], frozenset({field.type_name}))
        return Run([f"{label}{_type(field)} {field.name} = {tail};"], frozenset())

    def _label(self, field: Field) -> str:
        if field.label == Field.LABEL_REPEATED or self._style.syntax == PROTO2 or field.proto3_optional:
            return _LABELS[field.label]
        return ""


def _by_name(scope: str, messages: Sequence[DescriptorProto]) -> Nested:
    return {f"{scope}.{each.name}": each for each in messages}


def _oneof(field: Field) -> int | None:
    """The oneof that a text shows: proto3's `optional` is a oneof for the compiler alone."""
    return field.oneof_index if field.HasField("oneof_index") and not field.proto3_optional else None


def _type(field: Field) -> str:
    return field.type_name or _SCALARS[field.type]


def _options(field: Field, style: Style) -> list[str]:
    found = [f"default = {_default(field)}"] if field.HasField("default_value") else []
    if field.json_name not in ("", json_name(field.name)) and not field.extendee:
        found.append(f"json_name = {quoted(field.json_name)}")
    return style.ordered(found + style.assignments(field.options))


def _default(field: Field) -> str:
    if field.type == Field.TYPE_BYTES:
        return f'"{field.default_value}"'  # the descriptor keeps bytes as a literal keeps them
    return quoted(field.default_value) if field.type == Field.TYPE_STRING else field.default_value


def _extension_ranges(message: DescriptorProto, largest: int, style: Style) -> Iterator[str]:
    for each in sorted(message.extension_range, key=lambda found: (found.start, found.end)):
        (numbers,) = ranges([(each.start, each.end - 1)], largest)
        yield f"extensions {numbers}{bracketed(style.assignments(each.options))};"
