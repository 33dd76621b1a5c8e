"""Protobuf, proto3.

A schema is a list of fields of one message: number, label, type. google.protobuf writes the data.
"""

import random
from typing import Any, TypeAlias

from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.model import SchemaFormat
from tests.properties.language import Language, validator, with_one_changed

Field: TypeAlias = tuple[int, str, str]

_NUMBERS = ("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "sfixed64", "bool", "float", "double")
_TYPES = st.sampled_from((*_NUMBERS, "string", "bytes", "E", "N", "map<string, int32>", "map<int32, N>"))
_FIELD: st.SearchStrategy[Field] = st.tuples(
    st.integers(1, 4), st.sampled_from(["", "", "optional ", "repeated ", "oneof "]), _TYPES
)
_FIELDS = st.lists(_FIELD, max_size=4)
_OTHERS = "message N {{ int32 a = 1; {b} }}\nenum E {{ E_ZERO = 0; E_ONE = 1; }}\n"


def _text(fields: list[Field]) -> str:
    """The schema; of fields with one number only the first is in it."""
    by_number = {number: (label, kind) for number, label, kind in fields[::-1]}
    lines: list[str] = []
    choices: list[str] = []
    for number, (label, kind) in sorted(by_number.items()):
        of_map = kind.startswith("map")
        line = f"{'' if of_map or label == 'oneof ' else label}{kind} f{number} = {number};"
        (choices if label == "oneof " and not of_map else lines).append(line)
    oneof = [f"oneof one {{ {' '.join(choices)} }}"] if choices else []
    nested = _OTHERS.format(b="string b = 2;" if len(fields) % 2 else "")
    return f'syntax = "proto3";\npackage p;\nmessage M {{ {" ".join([*lines, *oneof])} }}\n{nested}'


def _data(fields: list[Field]) -> st.SearchStrategy[bytes]:
    return st.integers(0, 2**32).map(lambda seed: _message(_text(fields), random.Random(seed)))


def _message(text: str, source: random.Random) -> bytes:
    message: Any = _ENGINE.parse(SchemaSource(text)).classes["p.M"]()
    for field in message.DESCRIPTOR.fields:
        if source.random() < 0.7:
            _fill(message, field, source)
    return bytes(message.SerializeToString())


def _fill(message: Any, field: Any, source: random.Random) -> None:
    target = getattr(message, field.name)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        entry = field.message_type.fields_by_name["value"]
        key_field = field.message_type.fields_by_name["key"]
        key = "k" if key_field.cpp_type == key_field.CPPTYPE_STRING else 1
        if entry.message_type is None:
            target[key] = _scalar(entry, source)
        else:
            target[key].a = 7
    elif field.message_type is not None:
        (target.add() if field.is_repeated else target).a = source.randint(-5, 5)
        if not field.is_repeated:
            target.SetInParent()
    elif field.is_repeated:
        target.extend(_scalar(field, source) for _ in range(source.randint(0, 3)))
    else:
        setattr(message, field.name, _scalar(field, source))


def _scalar(field: Any, source: random.Random) -> Any:
    if field.cpp_type == field.CPPTYPE_STRING:
        text = source.choice(["", "abc", "żółć"])
        return text.encode() if field.type == field.TYPE_BYTES else text
    if field.cpp_type in (field.CPPTYPE_FLOAT, field.CPPTYPE_DOUBLE):
        return source.choice([0.0, 1.5, -2.25])
    signed = field.cpp_type in (field.CPPTYPE_INT32, field.CPPTYPE_INT64)
    return source.choice([0, 1, 1, -1 if signed else 1])


def _reads(reader: str, _: str, payload: bytes) -> bool:
    """Unknown fields are kept for other readers; everything else must be right."""
    rejection = validator(SchemaFormat.PROTOBUF, reader).explain(payload, limit=1000)
    return rejection is None or {found.code for found in rejection.violations} == {"field_unknown"}


def _respelt(text: str, source: random.Random) -> str:
    """With comments and line ends between statements."""
    return "".join(
        each + source.choice(["", "\n", " // nothing\n", " /* nothing */"]) if each in ";{" else each for each in text
    )


_ENGINE = ProtobufEngine()

PROTOBUF = Language(
    schemas=_FIELDS,
    pairs=with_one_changed(_FIELDS, _FIELD) | st.tuples(_FIELDS, _FIELDS),
    text=_text,
    data=_data,
    reads=_reads,
    respelt=_respelt,
)
