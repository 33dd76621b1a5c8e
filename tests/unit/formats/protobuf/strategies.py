"""Hypothesis strategies of small schemas and of messages.

Schemas are made as descriptors, so that no compiler is needed.
"""

import random
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.protobuf.schema import ProtobufSchema, loaded

STEADY = settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
"""Settings of property tests.

A busy machine makes no difference, and each new schema runs the compiler.
"""

Type = FieldDescriptorProto.Type
NAMED: dict[str, Any] = {"M": Type.TYPE_MESSAGE, "N": Type.TYPE_MESSAGE, "E": Type.TYPE_ENUM, "F": Type.TYPE_ENUM}
TYPES: list[Any] = [
    *(kind for kind in Type.values() if kind not in (Type.TYPE_GROUP, Type.TYPE_MESSAGE, Type.TYPE_ENUM)),
    *NAMED,
]
LABELS = [FieldDescriptorProto.LABEL_OPTIONAL] * 3 + [
    FieldDescriptorProto.LABEL_REPEATED,
    FieldDescriptorProto.LABEL_REQUIRED,
]
ONEOFS = ("o", "p")

Draft = dict[tuple[str, int], FieldDescriptorProto]
"""The fields of the messages M and N, by message and number; `oneof_index` may point to o or p."""


@st.composite
def fields(draw: st.DrawFn, number: int) -> FieldDescriptorProto:
    """A field of any type and label, in no oneof or in one of two."""
    kind = draw(st.sampled_from(TYPES))
    label = draw(st.sampled_from(LABELS))
    field = FieldDescriptorProto(name=f"{draw(st.sampled_from('ab'))}{number}", number=number, label=label)
    field.type = NAMED[kind] if isinstance(kind, str) else kind
    if isinstance(kind, str):
        field.type_name = f".{kind}"
        if kind in ("M", "N") and label == FieldDescriptorProto.LABEL_REQUIRED:
            field.label = FieldDescriptorProto.LABEL_OPTIONAL  # or no message would have an end
    if field.label == FieldDescriptorProto.LABEL_OPTIONAL:
        oneof = draw(st.sampled_from([None, None, 0, 1]))
        if oneof is not None:
            field.oneof_index = oneof
    return field


@st.composite
def pairs(draw: st.DrawFn) -> tuple[ProtobufSchema, ProtobufSchema]:
    """Two schemas that have most fields in common."""
    places = [(message, number) for message in "MN" for number in (1, 2, 3)]
    writer: Draft = {place: draw(fields(place[1])) for place in places if draw(st.integers(0, 4))}
    reader = dict(writer)
    for place in draw(st.lists(st.sampled_from(places), max_size=2)):
        reader.pop(place, None)
        if draw(st.integers(0, 3)):
            reader[place] = draw(fields(place[1]))
    return schema(reader), schema(writer)


def schema(draft: Draft) -> ProtobufSchema:
    """A proto2 schema with the messages M and N, and the enums E and F."""
    file = FileDescriptorProto(name="schema.proto", syntax="proto2")
    for name in "MN":
        _fill(
            file.message_type.add(name=name),
            [field for (message, _), field in sorted(draft.items(), key=lambda each: each[0]) if message == name],
        )
    for name in "EF":
        for number in range(2):
            (file.enum_type[-1] if number else file.enum_type.add(name=name)).value.add(
                name=f"{name}{number}", number=number
            )
    return loaded(FileDescriptorSet(file=[file]).SerializeToString())


def _fill(message: DescriptorProto, found: list[FieldDescriptorProto]) -> None:
    used = sorted({field.oneof_index for field in found if field.HasField("oneof_index")})
    for index in used:
        message.oneof_decl.add(name=ONEOFS[index])
    for field in sorted(found, key=lambda each: each.oneof_index if each.HasField("oneof_index") else -1):
        message.field.add().CopyFrom(field)
        if field.HasField("oneof_index"):
            message.field[-1].oneof_index = used.index(field.oneof_index)


def filled(message: Message, source: random.Random, depth: int = 0) -> Message:
    """A message with values in its required fields, and in some of the others."""
    for field in message.DESCRIPTOR.fields:
        if not field.is_required and (source.random() < 0.3 or (field.message_type and depth > 3)):
            continue
        if field.message_type and field.is_repeated:
            for _ in range(source.randint(0, 2)):
                filled(getattr(message, field.name).add(), source, depth + 1)
        elif field.message_type:
            inner = getattr(message, field.name)
            inner.SetInParent()
            filled(inner, source, depth + 1)
        elif field.is_repeated:
            getattr(message, field.name).extend([_value(field, source) for _ in range(source.randint(0, 3))])
        else:
            setattr(message, field.name, _value(field, source))
    return message


def _value(field: Any, source: random.Random) -> Any:
    """A value of a scalar type. Bytes are ASCII: they may be read as a string."""
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_STRING:
            text = source.choice(["", "a", "x" * 200])
            return text.encode() if field.type == FieldDescriptor.TYPE_BYTES else text
        case FieldDescriptor.CPPTYPE_BOOL:
            return source.random() < 0.5
        case FieldDescriptor.CPPTYPE_DOUBLE | FieldDescriptor.CPPTYPE_FLOAT:
            return source.choice([0.0, 1.5, -2.25])
        case FieldDescriptor.CPPTYPE_ENUM | FieldDescriptor.CPPTYPE_UINT32 | FieldDescriptor.CPPTYPE_UINT64:
            return source.choice([0, 1])
    return source.choice([0, 1, -1, 127, -(2**31), 2**31 - 1])
