"""Whether a JSON value is a text of a SQL type: characters, bytes, bits, addresses, identifiers."""

import binascii
import ipaddress
import re
from collections.abc import Callable

from sluicegate.shared.formats.table.model import SqlKind, SqlType
from sluicegate.shared.formats.table.payload.faults import RowCode
from sluicegate.shared.formats.table.payload.numbers import Check

_HEX = re.compile(r"\\x(?:[0-9a-fA-F]{2})*+")
_UUID = re.compile(r"\{[0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7}\}|[0-9a-fA-F]{4}(?:-?[0-9a-fA-F]{4}){7}")
_BITS = re.compile(r"[01]*+")
_MAC = re.compile(
    r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5}|[0-9a-fA-F]{6}[:-]?[0-9a-fA-F]{6}"
    r"|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2}|[0-9a-fA-F]{4}(?:-[0-9a-fA-F]{4}){2}"
)
_MAC8 = re.compile(
    r"[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){7}|[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){7}|[0-9a-fA-F]{8}[:-]?[0-9a-fA-F]{8}"
    r"|[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){3}|[0-9a-fA-F]{4}(?:-[0-9a-fA-F]{4}){3}"
)


def text(of: SqlType) -> Check:
    """Strings of at most so many characters (Unicode code points, as PostgreSQL counts)."""
    most = of.size

    def check(value: object) -> RowCode | None:
        if type(value) is not str:
            return RowCode.TYPE
        return RowCode.LENGTH if most is not None and len(value) > most else None

    return check


def label(of: SqlType) -> Check:
    """One of an enum's values."""
    labels = frozenset(of.labels)

    def check(value: object) -> RowCode | None:
        if type(value) is not str:
            return RowCode.TYPE
        return None if value in labels else RowCode.LABEL

    return check


def bits(of: SqlType) -> Check:
    """Strings of 0 and 1: exactly as many as a bit has, at most as many as a varbit has."""
    size, exactly = of.size, of.kind is SqlKind.BIT

    def check(value: object) -> RowCode | None:
        if type(value) is not str:
            return RowCode.TYPE
        if not _BITS.fullmatch(value):
            return RowCode.FORM
        fits = size is None or len(value) == size or (not exactly and len(value) < size)
        return None if fits else RowCode.LENGTH

    return check


def _formed(is_one: Callable[[str], object]) -> Callable[[SqlType], Check]:
    def check(value: object) -> RowCode | None:
        if type(value) is not str:
            return RowCode.TYPE
        return None if is_one(value) else RowCode.FORM

    return lambda _: check


def _is_bytes(value: str) -> bool:
    r"""Return whether a text is `\x` and hexadecimal digits, or base64.

    PostgreSQL writes the former, JSON usually has the latter (RFC 4648, section 4).
    """
    if value.startswith("\\"):
        return _HEX.fullmatch(value) is not None
    try:
        binascii.a2b_base64(value, strict_mode=True)
    except ValueError:  # also: characters past ASCII
        return False
    return True


def _is_inet(value: str) -> bool:
    """An address, with or without the length of a prefix in digits."""
    return _is_address(value, ipaddress.ip_interface)


def _is_cidr(value: str) -> bool:
    """A network: no bit is set behind the prefix."""
    return _is_address(value, ipaddress.ip_network)


def _is_address(value: str, read: Callable[[str], object]) -> bool:
    address, slash, prefix = value.partition("/")
    if "%" in address or (slash and not (prefix.isascii() and prefix.isdigit() and len(prefix) <= 3)):
        return False
    try:
        read(value)
    except ValueError:
        return False
    return True


def boolean(_: SqlType) -> Check:
    """`true` or `false`."""
    return lambda value: None if type(value) is bool else RowCode.TYPE


def anything(_: SqlType) -> Check:
    """Any JSON value."""
    return lambda _: None


octets = _formed(_is_bytes)
uuid = _formed(_UUID.fullmatch)
inet = _formed(_is_inet)
cidr = _formed(_is_cidr)
macaddr = _formed(_MAC.fullmatch)
macaddr8 = _formed(lambda value: _MAC8.fullmatch(value) or _MAC.fullmatch(value))
