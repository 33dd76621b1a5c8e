"""Payload bytes -> JSON value with exact numbers.

orjson reads payloads whose doubles are exact, the standard library with `Decimal` all others. A
double holds a number of up to 15 digits so that `repr` returns it. A payload with more digits in a
row, or with an exponent near the end of a double's range, is read again.
"""

import json
import re
from decimal import Decimal
from typing import NoReturn

import orjson

from sluicegate.shared.formats.json_tree import deeper_than
from sluicegate.shared.formats.table.payload.numbers import MAX_NUMBER_LENGTH

DEPTH_LIMIT = 200
"""Levels of a payload that is read again: the standard library's reader recurses, and the caller's
own depth must not matter.
"""

FAILURES = (ValueError, RecursionError, ArithmeticError)
"""Errors of `loads`: `PayloadTooComplex` or `RecursionError` for unchecked values, others for invalid
JSON.
"""


class PayloadTooComplex(ValueError):
    """JSON that is not looked at: too deep, or with a number too long."""


_DIGITS_ALIKE = bytes.maketrans(b"123456789", b"000000000")
_LONG = b"0" * 16
_TINY = re.compile(rb"[eE]-[0-9]{3}")
_WHOLE_LIMIT = 4000
"""Digits up to which Python makes an integer of a text in any configuration."""


def loads(payload: bytes) -> object:
    """The value of a payload."""
    try:
        value: object = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if error.msg.startswith("number is infinity"):
            return _exact(payload)
        raise
    if _LONG in payload.translate(_DIGITS_ALIKE, b".") or (
        (b"e-" in payload or b"E-" in payload) and _TINY.search(payload)
    ):
        if deeper_than(DEPTH_LIMIT, value):
            _too_deep()
        return _exact(payload)
    return value


def _exact(payload: bytes) -> object:
    value: object = json.loads(payload.decode(), parse_int=_integer, parse_float=_decimal, parse_constant=_constant)
    if deeper_than(DEPTH_LIMIT, value):
        _too_deep()
    if b"\\u" in payload:  # a lone surrogate is no character; encoding it raises ValueError
        json.dumps(value, ensure_ascii=False, default=str).encode()
    return value


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _WHOLE_LIMIT else _decimal(digits)


def _decimal(digits: str) -> Decimal:
    if len(digits) > MAX_NUMBER_LENGTH:
        raise PayloadTooComplex(
            f"it holds a number of {len(digits)} characters; at most {MAX_NUMBER_LENGTH} are looked at"
        )
    return Decimal(digits)


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


def _too_deep() -> NoReturn:
    raise PayloadTooComplex(f"it holds long numbers and is nested more than {DEPTH_LIMIT} levels deep")
