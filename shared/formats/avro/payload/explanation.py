"""Explanations of invalid payloads: the reading of `program`, slower, with paths and sentences.

A value that breaks a rule is recorded and reading continues; an unreadable rest ends it.
"""

from collections.abc import Callable
from typing import NoReturn

from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Definition,
    Enum,
    Fixed,
    Map,
    Primitive,
    RecordType,
    Schema,
    Type,
    Union,
)
from sluicegate.shared.formats.avro.payload import logical, varints
from sluicegate.shared.formats.avro.payload.emptiness import Emptiness
from sluicegate.shared.formats.avro.payload.faults import AvroPayloadCode
from sluicegate.shared.formats.avro.payload.places import Place
from sluicegate.shared.formats.avro.payload.places import path as pointer
from sluicegate.shared.formats.avro.payload.program import MAX_DEPTH, MAX_EMPTY, REFUSALS, Reader, reader, separate
from sluicegate.shared.formats.avro.wording import described, short
from sluicegate.shared.model import Violation

_SIZES = {AvroKind.FLOAT: 4, AvroKind.DOUBLE: 8}

_FEW = 4
"""Items of a list up to which the quick reading is not worth compiling."""

_MAX_MISSES = 20
"""Items that are read again because the quick reading refuses them: lists inside each other are,
level after level.
"""


class _End(Exception):
    """The rest is unreadable, or the limit of violations is reached."""


class Explainer:
    """Explains payloads of one schema. May be shared by threads."""

    def __init__(self, schema: Schema) -> None:
        """Prepare the parts that every reading needs."""
        self.schema = schema
        self.empty = Emptiness(schema)
        self.separate = separate(schema)
        self._quick: dict[int, Reader] = {}

    def quick(self, of: Type) -> Reader:
        """The quick reading of a part of the schema, compiled when it is first asked for."""
        if id(of) not in self._quick:
            self._quick[id(of)] = reader(Schema(of, self.schema.types))
        return self._quick[id(of)]

    def faults(self, data: bytes, start: int, limit: int) -> tuple[Violation, ...]:
        """Return at most `limit` violations of the datum at `start`; empty if it is valid.

        Paths are JSON pointers into the datum.
        """
        reading = _Reading(self, data, limit)
        reading.whole(start)
        return tuple(reading.found)


class _Reading:
    """One reading of one payload. Methods take a position and give the one after."""

    def __init__(self, explainer: Explainer, data: bytes, limit: int) -> None:
        self._with = explainer
        self._data = data
        self._limit = limit
        self._spare = MAX_EMPTY
        self._misses = 0
        self.found: list[Violation] = []

    def whole(self, start: int) -> None:
        try:
            pos = self._read(self._with.schema.root, start, None, 0)
            if pos < len(self._data):
                message = f"The datum ends at byte {pos}, and the payload at byte {len(self._data)}"
                self._end(None, AvroPayloadCode.LEFT_OVER, message)
        except _End:
            pass

    def _note(self, path: Place, code: AvroPayloadCode, message: str) -> None:
        self.found.append(Violation(pointer(path), code, message))
        if len(self.found) >= self._limit:
            raise _End

    def _end(self, path: Place, code: AvroPayloadCode, message: str) -> NoReturn:
        self._note(path, code, message)
        raise _End

    def _read(self, of: Type, pos: int, path: Place, depth: int) -> int:
        definition = self._with.schema.definition(of)
        if self._with.empty.holds(definition):
            return pos
        if depth > MAX_DEPTH and id(definition) in self._with.separate:
            self._end(path, AvroPayloadCode.NESTED_TOO_DEEPLY, f"The datum is nested more than {MAX_DEPTH} levels deep")
        match definition:
            case RecordType():
                for field in definition.fields:
                    pos = self._read(field.type, pos, (path, field.name), depth + 1)
                return pos
            case Array():
                return self._array(definition, pos, path, depth)
            case Map():
                return self._map(definition, pos, path, depth)
            case Union():
                return self._union(definition, pos, path, depth)
        return self._leaf(definition, pos, path)

    def _leaf(self, of: Definition, pos: int, path: Place) -> int:
        match of:
            case Enum():
                return self._enum(of, pos, path)
            case Fixed():
                end = self._bytes(pos, of.size, path, of)
                self._decimal(of, pos, end, path)
                return end
            case Primitive(kind=AvroKind.STRING):
                return self._string(pos, path, is_uuid=logical.is_uuid(of))
            case Primitive(kind=AvroKind.BYTES):
                begin, end = self._sized(pos, path, of)
                self._decimal(of, begin, end, path)
                return end
            case Primitive(kind=AvroKind.BOOLEAN):
                return self._boolean(of, pos, path)
            case Primitive(kind=AvroKind.INT):
                return self._number(pos, path, varints.INT_BYTES, "an int")[1]
            case Primitive(kind=AvroKind.LONG):
                return self._number(pos, path, varints.LONG_BYTES, "a long")[1]
        return self._bytes(pos, _SIZES[of.kind], path, of)

    def _number(self, pos: int, path: Place, most: int, what: str) -> tuple[int, int]:
        """A number before zig-zag decoding, and the position after it."""
        try:
            return varints.raw(self._data, pos, most)
        except IndexError:
            self._truncated(path, pos, what)
        except varints.DatumRefused:
            message = f"The number at byte {pos} is longer than {what} can be"
            self._end(path, AvroPayloadCode.NUMBER_TOO_LONG, message)

    def _truncated(self, path: Place, pos: int, what: str) -> NoReturn:
        message = f"The payload ends at byte {len(self._data)}, within {what} that begins at byte {pos}"
        self._end(path, AvroPayloadCode.TRUNCATED, message)

    def _bytes(self, pos: int, size: int, path: Place, of: Definition) -> int:
        if pos + size > len(self._data):
            self._truncated(path, pos, described(of))
        return pos + size

    def _length(self, pos: int, path: Place, what: str) -> tuple[int, int]:
        value, after = self._number(pos, path, varints.LONG_BYTES, what)
        if value & 1:
            message = f"The length at byte {pos} is {-(value + 1 >> 1)}, below 0"
            self._end(path, AvroPayloadCode.LENGTH_NEGATIVE, message)
        return value >> 1, after

    def _sized(self, pos: int, path: Place, of: Definition) -> tuple[int, int]:
        """Where a string or bytes begin and end."""
        size, begin = self._length(pos, path, "a length")
        return begin, self._bytes(begin, size, path, of)

    def _string(self, pos: int, path: Place, is_uuid: bool = False) -> int:
        begin, end = self._sized(pos, path, Primitive(AvroKind.STRING))
        text = self._data[begin:end]
        try:
            text.decode()
        except UnicodeDecodeError as error:
            message = f"The string is not UTF-8: {error.reason} at byte {begin + error.start}"
            self._note(path, AvroPayloadCode.UTF8_INVALID, message)
            return end
        if is_uuid and not logical.UUID.fullmatch(text):
            self._note(path, AvroPayloadCode.UUID_INVALID, "The string is not a UUID (RFC 4122)")
        return end

    def _boolean(self, of: Primitive, pos: int, path: Place) -> int:
        end = self._bytes(pos, 1, path, of)
        if self._data[pos] > 1:
            message = f"A boolean is the byte 0 or 1, not {self._data[pos]}"
            self._note(path, AvroPayloadCode.BOOLEAN_INVALID, message)
        return end

    def _decimal(self, of: Primitive | Fixed, pos: int, end: int, path: Place) -> None:
        limit = logical.decimal_limit(of)
        if limit is None:
            return
        if pos == end:
            self._note(path, AvroPayloadCode.DECIMAL_INVALID, "A decimal needs at least one byte")
        elif not -limit < int.from_bytes(self._data[pos:end], "big", signed=True) < limit:
            message = f"The decimal has more than {of.properties['precision']} digits"
            self._note(path, AvroPayloadCode.DECIMAL_INVALID, message)

    def _enum(self, of: Enum, pos: int, path: Place) -> int:
        value, after = self._number(pos, path, varints.INT_BYTES, "an enum index")
        if value & 1 or value >= 2 * len(of.symbols):
            message = f"{described(of)} has {len(of.symbols)} symbols, and none with the index {_signed(value)}"
            self._note(path, AvroPayloadCode.ENUM_INDEX_INVALID, message[0].upper() + message[1:])
        return after

    def _union(self, of: Union, pos: int, path: Place, depth: int) -> int:
        value, after = self._number(pos, path, varints.INT_BYTES, "a union index")
        if value & 1 or value >= 2 * len(of.branches):
            message = f"{described(of)} has no branch with the index {_signed(value)}"
            self._end(path, AvroPayloadCode.UNION_INDEX_INVALID, message[0].upper() + message[1:])
        return self._read(of.branches[value >> 1], after, path, depth + 1)

    def _array(self, of: Array, pos: int, path: Place, depth: int) -> int:
        def item(at: int, index: int) -> int:
            end = self._skipped(of.items, at, depth + 1, index)
            return self._read(of.items, at, (path, index), depth + 1) if end is None else end

        return self._blocks(pos, path, None if self._with.empty.holds(of.items) else item, short(of.items))

    def _map(self, of: Map, pos: int, path: Place, depth: int) -> int:
        def entry(at: int, index: int) -> int:
            end = self._string(at, (path, index))
            begin = self._length(at, path, "a length")[1]
            skipped = self._skipped(of.values, end, depth + 1, index)
            if skipped is not None:
                return skipped
            key = self._data[begin:end].decode(errors="replace")
            return self._read(of.values, end, (path, key), depth + 1)

        return self._blocks(pos, path, entry, "entry")

    def _blocks(self, pos: int, path: Place, item: Callable[[int, int], int] | None, what: str) -> int:
        total = 0
        while True:
            value, pos = self._number(pos, path, varints.LONG_BYTES, "a count")
            size, pos = self._length(pos, path, "a block size") if value & 1 else (None, pos)
            count, begin = value + 1 >> 1, pos
            if not count:
                return pos
            self._check_count(count, pos, path, item is None, what)
            for index in range(total, total + count) if item else ():
                assert item is not None
                pos = item(pos, index)
            if size is not None and pos != begin + size:
                message = f"A block says that it has {size} bytes and has {pos - begin}"
                self._end(path, AvroPayloadCode.BLOCK_SIZE_INVALID, message)
            total += count

    def _skipped(self, of: Type, pos: int, depth: int, index: int) -> int | None:
        """Return the position after a valid item by the fast reading; None if that is slower."""
        if index < _FEW or self._misses == _MAX_MISSES:
            return None
        spare = [self._spare]
        try:
            end = self._with.quick(of)(self._data, pos, depth, spare)
        except REFUSALS:
            end = len(self._data) + 1
        if end > len(self._data):
            self._misses += 1
            return None
        self._spare = spare[0]
        return end

    def _check_count(self, count: int, pos: int, path: Place, is_empty: bool, what: str) -> None:
        if is_empty:
            self._spare -= count
            if self._spare < 0:
                message = f"The payload has more than {MAX_EMPTY} items of {what}, which take no bytes"
                self._end(path, AvroPayloadCode.TOO_MANY_ITEMS, message)
        elif count > len(self._data) - pos:
            message = f"A block claims {count} items, and {len(self._data) - pos} bytes are left"
            self._end(path, AvroPayloadCode.TOO_MANY_ITEMS, message)


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)
