"""Payloads from JSON, and as JSON.

A JSON text may be written as people write it, or in Avro's JSON encoding (specification 1.12, "JSON
Encoding"): the value of a union stands alone, or in an object under the name of its type. Bytes are
text with a character for each byte, in both. A field that the text leaves out takes its default.
"""

import json
from io import BytesIO
from typing import Any, Final

import fastavro

from sluicegate.shared.errors import PayloadUnusable
from sluicegate.shared.formats.avro.canonical import parsing_canonical_form
from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Enum,
    Fixed,
    Map,
    Primitive,
    RecordField,
    RecordType,
    Schema,
    Type,
    TypeReference,
    Union,
)

_INT: Final = range(-(2**31), 2**31)
_LONG: Final = range(-(2**63), 2**63)
_SHOWN: Final = 40


def encoded(schema: Schema, text: str) -> bytes:
    """Return the datum that a JSON text describes, in binary. Raises `PayloadUnusable`."""
    try:
        datum = _Reader(schema).datum(schema.root, json.loads(text), "")
        output = BytesIO()
        fastavro.schemaless_writer(output, _plain(schema), datum)
    except json.JSONDecodeError as error:
        raise PayloadUnusable(f"The text is not JSON: {error}") from error
    except RecursionError as error:
        raise PayloadUnusable("The text is nested too deeply") from error
    return output.getvalue()


def decoded(schema: Schema, payload: bytes) -> str:
    """Return a binary datum as JSON in one line. Raises `PayloadUnusable`."""
    try:
        value = fastavro.schemaless_reader(BytesIO(payload), _plain(schema), None)
        return json.dumps(value, default=_text, ensure_ascii=False)
    except Exception as error:  # fastavro raises errors of many kinds for bytes that are no datum
        raise PayloadUnusable(f"The payload is no datum of the schema: {error}") from error


def _plain(schema: Schema) -> Any:
    """Return the schema for fastavro without logical types: JSON has the values of the datum."""
    return fastavro.parse_schema(json.loads(parsing_canonical_form(schema)))


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    raise TypeError(f"not JSON: {type(value).__name__}")


class _Reader:
    """JSON values -> fastavro's data. Paths are JSON pointers into the text."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def datum(self, of: Type, value: Any, path: str) -> Any:
        definition = self._schema.definition(of)
        match definition:
            case Primitive():
                return _primitive(definition.kind, value, path)
            case Array():
                items = _required(isinstance(value, list), "an array", value, path)
                return [self.datum(definition.items, item, f"{path}/{place}") for place, item in enumerate(items)]
            case Map():
                members = _required(isinstance(value, dict), "an object", value, path)
                return {name: self.datum(definition.values, each, f"{path}/{name}") for name, each in members.items()}
            case RecordType():
                return self._record(definition, value, path)
            case Enum():
                expected = f"one of {', '.join(definition.symbols)}"
                return _required(value in definition.symbols, expected, value, path)
            case Fixed():
                found = _bytes(value, path)
                _required(len(found) == definition.size, f"{definition.size} bytes", value, path)
                return found
            case Union():
                return self._branch(definition, value, path)

    def _record(self, record: RecordType, value: Any, path: str) -> dict[str, Any]:
        _required(isinstance(value, dict), f"an object ({record.name.full})", value, path)
        names = [each.name for each in record.fields]
        unknown = next((name for name in value if name not in names), None)
        if unknown is not None:
            raise _unfit(path, f"{record.name.full} has no field {unknown[:_SHOWN]!r}; it has {', '.join(names)}")
        return {each.name: self._field(each, value, path) for each in record.fields}

    def _field(self, field: RecordField, members: dict[str, Any], path: str) -> Any:
        if field.name in members:
            return self.datum(field.type, members[field.name], f"{path}/{field.name}")
        if field.default is None:
            raise _unfit(path, f"The field {field.name!r} is missing, and has no default")
        return self.datum(field.type, field.default.value, f"{path}/{field.name}")

    def _branch(self, union: Union, value: Any, path: str) -> tuple[str, Any]:
        """Return the first branch that accepts the value, with its name.

        By the name in JSON encoding, or by trial.
        """
        names = [self._name(branch) for branch in union.branches]
        if isinstance(value, dict) and len(value) == 1:
            (name,) = value
            if name in names:
                inner = self._tried(union.branches[names.index(name)], value[name], f"{path}/{name}")
                if not isinstance(inner, PayloadUnusable):
                    return name, inner
        faults = []
        for name, branch in zip(names, union.branches, strict=True):
            found = self._tried(branch, value, path)
            if not isinstance(found, PayloadUnusable):
                return name, found
            faults.append(found)
        if isinstance(value, dict) and (record := _only_record(self._schema, union)) is not None:
            raise faults[record]
        raise _unfit(path, f"{_shown(value)} fits none of {', '.join(names)}")

    def _tried(self, of: Type, value: Any, path: str) -> Any:
        try:
            return self.datum(of, value, path)
        except PayloadUnusable as error:
            return error

    def _name(self, of: Type) -> str:
        definition = self._schema.definition(of)
        if isinstance(of, TypeReference):
            return of.name.full
        return definition.name.full if isinstance(definition, RecordType | Enum | Fixed) else definition.kind.value


def _only_record(schema: Schema, union: Union) -> int | None:
    """Return the place of the one record in a union: its fault says more than that nothing fits."""
    places = [at for at, branch in enumerate(union.branches) if isinstance(schema.definition(branch), RecordType)]
    return places[0] if len(places) == 1 else None


def _primitive(kind: AvroKind, value: Any, path: str) -> Any:
    whole = isinstance(value, int) and not isinstance(value, bool)
    match kind:
        case AvroKind.NULL:
            return _required(value is None, "null", value, path)
        case AvroKind.BOOLEAN:
            return _required(isinstance(value, bool), "true or false", value, path)
        case AvroKind.INT:
            return _required(whole and value in _INT, "a whole number of 32 bits", value, path)
        case AvroKind.LONG:
            return _required(whole and value in _LONG, "a whole number of 64 bits", value, path)
        case AvroKind.FLOAT | AvroKind.DOUBLE:
            return float(_required(whole or isinstance(value, float), "a number", value, path))
        case AvroKind.BYTES:
            return _bytes(value, path)
    return _required(isinstance(value, str), "a text", value, path)


def _bytes(value: Any, path: str) -> bytes:
    expected = "bytes as a text with a character from U+0000 to U+00FF for each"
    _required(isinstance(value, str), expected, value, path)
    try:
        return str(value).encode("latin-1")
    except UnicodeEncodeError:
        raise _unfit(path, f"{_shown(value)} is not {expected}") from None


def _required(holds: bool, expected: str, value: Any, path: str) -> Any:
    if not holds:
        raise _unfit(path, f"{_shown(value)} is not {expected}")
    return value


def _unfit(path: str, fault: str) -> PayloadUnusable:
    return PayloadUnusable(f"{fault} (at {path or 'the root'})")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
