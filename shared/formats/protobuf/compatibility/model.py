"""Messages for the comparison: fields by number, independent of syntax and edition."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from types import MappingProxyType

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from sluicegate.shared.formats.protobuf.schema import ProtobufSchema


class Shape(Enum):
    """How a field's values are written, as far as no other shape can be read in its place."""

    SCALAR = "a scalar"
    MESSAGE = "a message"
    GROUP = "a group"
    MAP = "a map"


WIRE_GROUPS: Mapping[int, int] = MappingProxyType(
    {
        kind: group
        for group, kinds in enumerate(
            (
                (FieldDescriptor.TYPE_INT32, FieldDescriptor.TYPE_INT64, FieldDescriptor.TYPE_UINT32,
                 FieldDescriptor.TYPE_UINT64, FieldDescriptor.TYPE_BOOL, FieldDescriptor.TYPE_ENUM),
                (FieldDescriptor.TYPE_SINT32, FieldDescriptor.TYPE_SINT64),
                (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES),
                (FieldDescriptor.TYPE_FIXED32, FieldDescriptor.TYPE_SFIXED32),
                (FieldDescriptor.TYPE_FIXED64, FieldDescriptor.TYPE_SFIXED64),
                (FieldDescriptor.TYPE_FLOAT,),
                (FieldDescriptor.TYPE_DOUBLE,),
            )
        )
        for kind in kinds
    }
)  # fmt: skip
"""Scalar types of one group are written alike (protobuf.dev/programming-guides/proto3, "Updating a
message type").
"""

_TEXTUAL = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
_NAMES = {
    getattr(FieldDescriptor, name): name.removeprefix("TYPE_").lower()
    for name in dir(FieldDescriptor)
    if name.startswith("TYPE_")
}


@dataclass(frozen=True)
class MessageField:
    """A field of a message, or an extension of it."""

    descriptor: FieldDescriptor
    oneof: str | None

    @property
    def name(self) -> str:
        """The field's name; an extension's is in parentheses, and in full."""
        return f"({self.descriptor.full_name})" if self.descriptor.is_extension else str(self.descriptor.name)

    @property
    def required(self) -> bool:
        """Whether messages without it are refused."""
        return bool(self.descriptor.is_required)

    @property
    def repeated(self) -> bool:
        """Whether it holds a list."""
        return bool(self.descriptor.is_repeated)

    @cached_property
    def shape(self) -> Shape:
        """How it is written."""
        if self.descriptor.message_type is None:
            return Shape.SCALAR
        if self.descriptor.message_type.GetOptions().map_entry:
            return Shape.MAP
        return Shape.GROUP if self.descriptor.type == FieldDescriptor.TYPE_GROUP else Shape.MESSAGE

    @property
    def numeric(self) -> bool:
        """Whether a list of it is written otherwise than single values."""
        return self.shape is Shape.SCALAR and self.descriptor.type not in _TEXTUAL

    @property
    def group(self) -> int:
        """The group of scalar types that are written alike."""
        return WIRE_GROUPS[self.descriptor.type]

    @property
    def message(self) -> Descriptor | None:
        """The message that it holds."""
        return self.descriptor.message_type

    @property
    def enum(self) -> EnumDescriptor | None:
        """The enum that it holds."""
        return self.descriptor.enum_type

    @property
    def part(self) -> tuple["MessageField", "MessageField"]:
        """Key and value of a map."""
        assert self.message is not None
        key, value = (self.message.fields_by_name[name] for name in ("key", "value"))
        return MessageField(key, None), MessageField(value, None)

    @property
    def described(self) -> str:
        """The type in a few words."""
        if self.shape is Shape.MAP:
            key, value = self.part
            return f"map<{key.described}, {value.described}>"
        named = self.message or self.enum
        return str(named.full_name) if named is not None else _NAMES[self.descriptor.type]


@dataclass(frozen=True)
class ComparedMessage:
    """A message of a schema."""

    descriptor: Descriptor
    schema: ProtobufSchema

    @cached_property
    def fields(self) -> Mapping[int, MessageField]:
        """Fields and known extensions by number."""
        optional = {each.number for each in self.schema.messages[self.name].field if each.proto3_optional}
        found = {each.number: MessageField(each, _oneof(each, optional)) for each in self.descriptor.fields}
        extensions = self.schema.pool.FindAllExtensions(self.descriptor)
        return found | {each.number: MessageField(each, None) for each in extensions}

    @cached_property
    def oneofs(self) -> frozenset[str]:
        """The oneofs that the text shows."""
        return frozenset(each.oneof for each in self.fields.values() if each.oneof is not None)

    @property
    def name(self) -> str:
        """The full name."""
        return str(self.descriptor.full_name)

    def reserves(self, number: int) -> bool:
        """Whether no field may have the number."""
        index = bisect_right(self._reserved, number, key=lambda each: each[0])
        return index > 0 and number < self._reserved[index - 1][1]

    @cached_property
    def reserved_names(self) -> frozenset[str]:
        """The names that no field may have."""
        return frozenset(self.schema.messages[self.name].reserved_name)

    @cached_property
    def _reserved(self) -> list[tuple[int, int]]:
        """Reserved ranges, which do not overlap: the first number, and the one after the last."""
        return sorted((each.start, each.end) for each in self.schema.messages[self.name].reserved_range)


def relative(declared: Descriptor | EnumDescriptor) -> str:
    """Return a type's name within the package of its file.

    Types that keep it may move between files and packages.
    """
    package = declared.file.package
    return str(declared.full_name).removeprefix(f"{package}.") if package else str(declared.full_name)


def _oneof(field: FieldDescriptor, optional: set[int]) -> str | None:
    """The oneof that the text shows: proto3's `optional` is a oneof for the compiler alone."""
    return None if field.containing_oneof is None or field.number in optional else str(field.containing_oneof.name)
