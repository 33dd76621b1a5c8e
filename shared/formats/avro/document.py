"""Strict JSON: no repair, no guess, and no error except `SchemaSyntaxError`."""

import json
import math
import re
from typing import Final

from sluicegate.shared.formats.avro.model import Json
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode, pointer, quoted, refused

MAX_DEPTH: Final = 256
"""Maximum of nested objects and arrays: far below the decoder's recursion limit."""

MAX_NUMBER_LENGTH: Final = 1000
"""Maximum of digits of an integer: the limit of Java's Jackson, and below Python's own."""

_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)


def read(text: str) -> Json:
    """Return the value of a JSON text. Raises `SchemaSyntaxError` with place and reason."""
    _check_depth(text)
    objects = _Objects()
    decoder = json.JSONDecoder(
        object_pairs_hook=objects.keep, parse_constant=_constant, parse_int=_integer, parse_float=_real
    )
    try:
        value: Json = decoder.decode(text)
        _check_characters(text, value)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise refused("", AvroSchemaCode.JSON_MALFORMED, f"The schema is not JSON: {error.msg} at {where}") from error
    except _NotJson as error:
        raise refused("", AvroSchemaCode.JSON_MALFORMED, f"The schema is not JSON: {error}") from error
    objects.check(value)
    return value


class _NotJson(ValueError):
    """A value that only Python's decoder accepts."""


class _Objects:
    """Takes the decoder's objects and remembers the first that repeats a key."""

    def __init__(self) -> None:
        self._repeating: dict[str, Json] | None = None
        self._key = ""

    def keep(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        value = dict(pairs)
        if len(value) != len(pairs) and self._repeating is None:
            self._repeating = value
            seen: set[str] = set()
            self._key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add() is None
        return value

    def check(self, root: Json) -> None:
        if self._repeating is not None:
            path = _path_to(self._repeating, root)
            raise refused(
                path, AvroSchemaCode.KEY_REPEATED, f"The key {quoted(self._key)} is there twice in one object"
            )


def _path_to(wanted: Json, root: Json) -> str:
    """Return the pointer to an object in a value.

    It is "" if an object with a repeated key has lost the path.
    """
    waiting = [("", root)]
    while waiting:
        path, value = waiting.pop()
        if value is wanted:
            return path
        if isinstance(value, dict):
            waiting += [(pointer(path, key), part) for key, part in value.items()]
        elif isinstance(value, list):
            waiting += [(pointer(path, index), part) for index, part in enumerate(value)]
    return ""


def _check_depth(text: str) -> None:
    depth = 0
    for token in _BRACKETS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                message = f"The JSON is nested more than {MAX_DEPTH} levels deep"
                raise refused("", AvroSchemaCode.NESTED_TOO_DEEPLY, message)
        elif token[0] in "]}":
            depth -= 1


def _check_characters(text: str, value: Json) -> None:
    """Refuse half a surrogate pair: UTF-8, and thus database and wire, cannot hold it."""
    try:
        text.encode()
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _NotJson("it holds half of a surrogate pair, which is not a character") from error


def _constant(text: str) -> Json:
    raise _NotJson(f"{text} is not a JSON number")


def _integer(text: str) -> int:
    if len(text) > MAX_NUMBER_LENGTH:
        raise _NotJson(f"a number has more than {MAX_NUMBER_LENGTH} digits")
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _NotJson(f"the number {quoted(text)} is out of range")
    return value
