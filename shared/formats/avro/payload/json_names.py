"""Repeated names in an object of a JSON payload.

Parsers differ in the value that counts, so repeated names are invalid. The parser keeps the last
one silently. A payload with as many colons as names in its value has no repeated name; if it has
more, those in its strings are removed first.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from sluicegate.shared.formats.avro.payload.places import Place, path

_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


class _Repeated(dict[str, object]):
    """An object that holds names twice."""

    names: tuple[str, ...] = ()


def has_repeats(payload: bytes, value: object) -> bool:
    """Return whether an object has a repeated name. `value` is the parsed payload."""
    names = _names(value)
    return payload.count(b":") != names and _STRING.sub(b"", payload).count(b":") != names


def _names(value: object) -> int:
    total = 0
    pending = [value]
    while pending:
        each = pending.pop()
        if type(each) is dict:
            total += len(each)
            pending += each.values()
        elif type(each) is list:
            pending += each
    return total


def repeats(payload: bytes) -> Iterator[tuple[str, str]]:
    """Yield repeated names, each after the JSON pointer of its object.

    Those inside a replaced value are not found.
    """
    try:
        value = json.loads(payload, object_pairs_hook=_object)
    except RecursionError:  # in a replaced value, whose depth is unchecked
        return
    for place, node in _objects(value):
        for name in node.names if isinstance(node, _Repeated) else ():
            yield path((place, name)), name


def _objects(value: object) -> Iterator[tuple[Place, dict[str, object]]]:
    """Objects with their places, parents first.

    A pointer for each would take as much memory as a long name times all below it.
    """
    pending: list[tuple[Place, object]] = [(None, value)]
    while pending:
        place, each = pending.pop()
        if isinstance(each, dict):
            yield place, each
            pending += [((place, name), part) for name, part in reversed(each.items()) if isinstance(part, dict | list)]
        elif isinstance(each, list):
            pending += [((place, index), part) for index, part in enumerate(each) if isinstance(part, dict | list)][
                ::-1
            ]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) == len(pairs):
        return result
    marked = _Repeated(result)
    marked.names = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return marked
