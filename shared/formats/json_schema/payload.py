"""Payload bytes -> verdict: orjson reads, the validator decides.

`accepts` is the hot path. orjson turns integers past 64 bits into doubles, so two different ones
may look alike. For most schemas that cannot change a verdict; those for which it can
(`schema_needs_exact_integers`) get a reader that looks for a run of 19 digits first, and reads such
payloads again with exact integers. orjson refuses integers past the largest double (309 digits);
then `long_loads` reads the payload.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TypeAlias

import orjson

from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.formats.json_schema.drafts import DRAFT_4, Draft
from sluicegate.shared.formats.json_schema.values import DIGITS_ALIKE, deeper_than, values
from sluicegate.shared.formats.public_paths import public_pointer
from sluicegate.shared.model import Violation

Loads: TypeAlias = Callable[[bytes], object]

FAILURES = (ValueError, RecursionError, OverflowError, re.error)
"""Errors of reading and checking payloads: not JSON, too deep, a pattern over its limit."""

MESSAGE_LIMIT = 1000
"""Characters of one message; libraries quote the value that is wrong, however long it is."""


@dataclass(frozen=True, slots=True)
class Checker:
    """A library's validator: its verdict, and its violations in the order in which it finds them.

    `violations` is also told how many values there are at most: no more than a payload has bytes.
    """

    is_valid: Callable[[object], bool]
    violations: Callable[[object, int], Iterable[Violation]]


class JsonPayloadValidator:
    """A JSON schema compiled for checking payloads.

    The last refused payload is kept as a parsed value, because its explanation is the next call.
    """

    __slots__ = ("_checker", "_loads", "_names", "_refused", "accepts", "effort")

    accepts: Callable[[bytes], bool]
    """Whether the payload fits. A closure and not a method: one call less for every message."""

    effort: Callable[[], Effort]
    """Grows with the payload as the schema makes it."""

    def __init__(
        self, checker: Checker, loads: Loads, effort: Callable[[], Effort], names: Callable[[], frozenset[str]]
    ) -> None:
        """Bind a validator and a reader of JSON. `names` returns the properties in the schema."""
        self.effort = effort
        self._names = cache(names)
        self._checker, self._loads = checker, loads
        self._refused = _Refused()
        self.accepts = _verdict(checker.is_valid, loads, self._refused)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Why the payload does not fit, or None when it does."""
        refused = self._refused.taken(payload)
        try:
            value = _loaded(self._loads, payload) if refused is None else refused[1]
        except RecursionError as error:
            return _too_complex(error)
        except FAILURES as error:
            return _rejection(Fault.MALFORMED, "json", _malformed(error))
        try:
            if refused is None and self._checker.is_valid(value):
                return None
            found = tuple(islice(self._checker.violations(value, len(payload)), max(limit, 1)))
        except FAILURES as error:
            return _too_complex(error)
        if not found:
            return _rejection(Fault.INVALID, "too_complex", "The payload does not fit, and the library gives no reason")
        return Rejection(Fault.INVALID, found)

    def public_path(self, path: str) -> str:
        """Return a JSON pointer without names of undeclared properties and without indexes."""
        return public_pointer(path, self._names())


class _Refused:
    """The last refused payload and its value, for the explanation of exactly that one. Any thread."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last: tuple[bytes, object] | None = None

    def taken(self, payload: bytes) -> tuple[bytes, object] | None:
        """The two of them, if it is this very payload; kept no longer, whichever it is."""
        last, self.last = self.last, None
        return last if last is not None and last[0] is payload else None


def _verdict(is_valid: Callable[[object], bool], loads: Loads, refused: _Refused) -> Callable[[bytes], bool]:
    def accepts(payload: bytes) -> bool:
        try:
            value = loads(payload)
            if is_valid(value):
                return True
        except FAILURES as error:
            return exact is not None and _is_past_double(error) and exact(payload)
        refused.last = payload, value
        return False

    exact = _verdict(is_valid, exact_loads, refused) if loads is orjson.loads else None
    return accepts


def _loaded(loads: Loads, payload: bytes) -> object:
    """Read a payload as `accepts` does. Raises `FAILURES`."""
    try:
        return loads(payload)
    except ValueError as error:
        if loads is orjson.loads and _is_past_double(error):
            return exact_loads(payload)
        raise


def _rejection(fault: Fault, code: str, message: str) -> Rejection:
    return Rejection(fault, (Violation("", code, message),))


def _too_complex(error: Exception) -> Rejection:
    return _rejection(Fault.INVALID, "too_complex", f"The payload is too complex to be checked: {_cut(str(error))}")


def _malformed(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"The payload is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    return f"The payload is not JSON: {_cut(str(error))}"


def _cut(message: str) -> str:
    return message if len(message) <= MESSAGE_LIMIT else f"{message[:MESSAGE_LIMIT]}..."


def violation(path: str, code: str, message: str) -> Violation:
    """A violation with its message bounded."""
    return Violation(path, code, _cut(message))


def loads_for(drafts: Iterable[Draft], documents: Iterable[object], *, strict: bool = False) -> Loads:
    """Return the payload reader: the fast one unless rounding or repeated names matter."""
    if strict:
        return strict_loads
    exact = DRAFT_4 in drafts or any(schema_needs_exact_integers(document) for document in documents)
    return exact_loads if exact else orjson.loads


def strict_loads(payload: bytes) -> object:
    """Parse like `exact_loads`, without repeated names.

    Raises `ValueError` with the repeated one.
    """
    try:
        value: object = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if not _is_past_double(error):
            raise
        return long_loads(payload, _once)
    if deeper_than(DEPTH_LIMIT, value):
        raise RecursionError(f"it is nested more than {DEPTH_LIMIT} levels deep")
    return json.loads(payload, object_pairs_hook=_once)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(name for number, (name, _) in enumerate(pairs) if name in (other for other, _ in pairs[:number]))
        raise ValueError(f"the name {twice!r} stands twice in one object")
    return found


_WIDE = 2**63
_NUMBER = (int, float)  # a tuple: `int | float` takes isinstance four times as long


def schema_needs_exact_integers(document: object) -> bool:
    """Whether a double in the place of an integer past 64 bits could change the verdict.

    Rounding keeps order, so a bound below 2^63 cannot tell the two apart. Larger numbers in the
    schema can, and so can `multipleOf` and `uniqueItems`. (In draft 4 a double is no integer: see
    `loads_for`.)
    """
    return any(_tells_apart(node) for node in values(document))


def _tells_apart(node: object) -> bool:
    if isinstance(node, dict):
        return "multipleOf" in node or "uniqueItems" in node
    return isinstance(node, _NUMBER) and abs(node) >= _WIDE


_LONG = b"0" * 19
"""The shortest integer past 64 bits is -9223372036854775809."""
_STEP = 4
_SIFTED = b"0" * (len(_LONG) // _STEP)
"""Every fourth byte of a payload with such a run has this; few others do, and the search is faster."""


DEPTH_LIMIT = 200
"""Levels of a payload that holds such integers: the standard library's reader recurses, and the
caller's own depth must not matter.
"""


def exact_loads(payload: bytes) -> object:
    """Parse like `orjson.loads`, with exact integers of any size.

    Raises its errors, and `RecursionError` above the limit.
    """
    try:
        value: object = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        if not _is_past_double(error):
            raise
        return long_loads(payload)
    if _SIFTED not in payload[::_STEP].translate(DIGITS_ALIKE) or _LONG not in payload.translate(DIGITS_ALIKE):
        return value
    if deeper_than(DEPTH_LIMIT, value):
        raise RecursionError(f"it holds long integers and is nested more than {DEPTH_LIMIT} levels deep")
    return json.loads(payload)


MAX_INTEGER_DIGITS = 4300
"""Digits of one integer: Python converts no longer text, because the conversion takes quadratic
time.
"""

_LONG_DIGITS = re.compile(rb"(?<!\d)(\d{20})\d{280,}")
r"""Runs that make a number too large for a double. The first digits stay, because a `\u` of a string
may need four of them.
"""


def long_loads(payload: bytes, pairs: Callable[[list[tuple[str, object]]], object] | None = None) -> object:
    """Read a payload that holds integers past the largest double, with all integers exact.

    orjson checks the syntax of the same text with shorter runs of digits, since the standard
    library accepts `NaN` and UTF-16. Fractions past the largest double stay errors. Raises
    `ValueError`, and `RecursionError` past the limit.
    """
    if deeper_than(DEPTH_LIMIT, orjson.loads(_LONG_DIGITS.sub(rb"\1", payload))):
        raise RecursionError(f"it holds long integers and is nested more than {DEPTH_LIMIT} levels deep")
    return json.loads(payload, parse_int=_integer, parse_float=_fraction, object_pairs_hook=pairs)


def _is_past_double(error: Exception) -> bool:
    return isinstance(error, orjson.JSONDecodeError) and error.msg.startswith("number is infinity")


def _integer(digits: str) -> int:
    if len(digits.removeprefix("-")) > MAX_INTEGER_DIGITS:
        raise ValueError(f"an integer has more than {MAX_INTEGER_DIGITS} digits")
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"the number {digits[:20]}... is past 1.8e308, the largest double, and is no integer")
    return value


def property_names(documents: Iterable[object]) -> frozenset[str]:
    """Return the names that documents of a schema declare under `properties`."""
    found: set[str] = set()
    for document in documents:
        for node in values(document):
            declared = node.get("properties") if isinstance(node, dict) else None
            if isinstance(declared, dict):
                found |= declared.keys()
    return frozenset(found)
