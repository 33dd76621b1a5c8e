"""Avro's variable-length integers (specification, "Binary Encoding").

Seven bits in a byte, the lowest first, zig-zag. Five bytes hold an int and ten a long, and the last
byte may only hold the rest of 32 or 64 bits. Padding within these lengths is accepted, as in Java.
Reading past the end raises `IndexError`.
"""

from typing import Final


class DatumRefused(Exception):
    """The bytes are not a datum of the schema.

    No words: `explanation` finds those, off the hot path.
    """


INT_BYTES: Final = 5
LONG_BYTES: Final = 10
_LAST: Final = {INT_BYTES: 0x0F, LONG_BYTES: 0x01}


def raw(data: bytes, pos: int, most: int) -> tuple[int, int]:
    """Return the number before zig-zag decoding (even if not negative), and the next position."""
    value = 0
    for index in range(most):
        byte = data[pos + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if index == most - 1 and byte > _LAST[most]:
                break
            return value, pos + index + 1
    raise DatumRefused


def skip_int(data: bytes, pos: int) -> int:
    """The position after an int that has more than one byte."""
    for end in range(pos + 1, pos + INT_BYTES - 1):
        if data[end] < 0x80:
            return end + 1
    if data[pos + INT_BYTES - 1] > _LAST[INT_BYTES]:
        raise DatumRefused
    return pos + INT_BYTES


def skip_long(data: bytes, pos: int) -> int:
    """The position after a long that has more than one byte."""
    for end in range(pos + 1, pos + LONG_BYTES - 1):
        if data[end] < 0x80:
            return end + 1
    if data[pos + LONG_BYTES - 1] > _LAST[LONG_BYTES]:
        raise DatumRefused
    return pos + LONG_BYTES


def raw_index(data: bytes, pos: int) -> tuple[int, int]:
    """Return twice the index of an enum or a union, odd if negative, and the next position."""
    return raw(data, pos, INT_BYTES)


def skip_index(data: bytes, pos: int, count: int) -> int:
    """The position after an index below `count`."""
    value, after = raw(data, pos, INT_BYTES)
    if value & 1 or value >= 2 * count:
        raise DatumRefused
    return after


def length(data: bytes, pos: int) -> tuple[int, int]:
    """The length of a string or of bytes, and the position after it."""
    value, after = raw(data, pos, LONG_BYTES)
    if value & 1:
        raise DatumRefused
    return value >> 1, after


def block(data: bytes, pos: int) -> tuple[int, int, int]:
    """Return the head of a block of an array or a map.

    The number of items, their begin, and their end, or 0 without a size.
    """
    value, after = raw(data, pos, LONG_BYTES)
    if not value & 1:
        return value >> 1, after, 0
    size, begin = length(data, after)
    return (value + 1) >> 1, begin, begin + size
