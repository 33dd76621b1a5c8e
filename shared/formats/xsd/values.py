"""Which simple type fits texts: the narrowest of a few."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,11})\.[0-9]{1,8}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"
)


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _reads(date.fromisoformat, text)


def _is_date_time(text: str) -> bool:
    found = _DATE_TIME.fullmatch(text)
    return found is not None and _reads(datetime.fromisoformat, found[1])


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_KINDS: Final[Mapping[str, Callable[[str], object]]] = MappingProxyType({
    "boolean": lambda text: text in ("true", "false"),
    "integer": _INTEGER.fullmatch,
    "decimal": lambda text: _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text),
    "date": _is_date,
    "dateTime": _is_date_time,
})  # fmt: skip
"""Types from narrow to wide, with their tests. Numbers with leading zeros are texts."""

STRING: Final = "string"
ALL: Final = (*_KINDS, STRING)


def fitting(text: str) -> frozenset[str]:
    """The types that a text fits."""
    return frozenset(name for name, fits in _KINDS.items() if fits(text)) | {STRING}


def narrowest(kinds: Iterable[str]) -> str:
    """The first of the types that are left."""
    left = set(kinds)
    return next(name for name in ALL if name in left)
