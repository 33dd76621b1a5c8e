"""CRC-64-AVRO, the specification's 64-bit Rabin fingerprint of the parsing canonical form."""

from typing import Final

from sluicegate.shared.formats.avro.canonical import parsing_canonical_form
from sluicegate.shared.formats.avro.model import Schema

EMPTY: Final = 0xC15D213AA4D7A795


def _row(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (EMPTY if byte & 1 else 0)
    return byte


_TABLE: Final = tuple(map(_row, range(256)))


def crc64(data: bytes) -> int:
    """The fingerprint of bytes: a number of 64 bits."""
    value = EMPTY
    for byte in data:
        value = (value >> 8) ^ _TABLE[(value ^ byte) & 0xFF]
    return value


def fingerprint(schema: Schema) -> int:
    """The fingerprint that single-object encoding carries."""
    return crc64(parsing_canonical_form(schema).encode())
