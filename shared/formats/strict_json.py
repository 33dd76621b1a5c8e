"""Schema text -> JSON value, strictly: ambiguous texts are refused.

The rules are RFC 8259, and I-JSON where they differ. orjson reads first: it is strict, bounded in
depth, and names line and column. The standard library's reader then builds the value with exact
integers, and detects repeated names in an object.
"""

import json
from collections import Counter
from collections.abc import Callable
from typing import NoReturn

import orjson

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.json_tree import deeper_than, nodes, pointer
from sluicegate.shared.model import Violation

DEPTH_LIMIT = 100
NUMBER_LIMIT = 400
"""Characters of one number. Doubles end at 308 digits; the rest leaves room for fractions."""

REPEATS_NAMED = 10


def read(text: str, fraction: Callable[[str], object] = float) -> object:
    """The value of a schema's text; `fraction` makes the numbers that are not whole.

    Raises `SchemaSyntaxError`, whose violations say where, and nothing else. Objects and lists are
    at most `DEPTH_LIMIT` deep.
    """
    _strict(text)
    value, has_repeats = _exact(text, fraction)
    if _brackets(text) > DEPTH_LIMIT and deeper_than(DEPTH_LIMIT, value):
        _too_deep()
    if has_repeats:
        repeats = _repeats(value)
        raise SchemaSyntaxError(repeats[0].message, repeats)
    return value


def refuse(code: str, message: str, path: str = "") -> NoReturn:
    """Refuse the text for one reason."""
    raise SchemaSyntaxError(message, (Violation(path, code, message),))


class _Repeated(dict[str, object]):
    """An object that holds a name twice."""

    repeated: tuple[str, ...] = ()


def _strict(text: str) -> None:
    if text.startswith("\ufeff"):
        refuse("json", "The schema text begins with a byte order mark (U+FEFF). Save it as UTF-8 without one")
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        if error.msg.startswith("depth limit"):
            _too_deep()
        if error.msg.startswith("number is infinity"):
            refuse(
                "number", f"The schema holds a number past 1.8e308, the largest double {where}. Write a smaller number"
            )
        refuse("json", f"The schema text is not JSON: {error.msg} {where}")


def _exact(text: str, fraction: Callable[[str], object]) -> tuple[object, bool]:
    """The value, and whether any object in it holds a name twice."""
    repeated: list[_Repeated] = []

    def made(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) == len(pairs):
            return result
        repeated.append(_marked(result, pairs))
        return repeated[-1]

    try:
        value = json.loads(
            text, object_pairs_hook=made, parse_int=_integer, parse_float=lambda digits: fraction(_short(digits))
        )
    except RecursionError:
        _too_deep()
    return value, bool(repeated)


def _brackets(text: str) -> int:
    """How deep the text can be nested at most."""
    return text.count("{") + text.count("[")


def _too_deep() -> NoReturn:
    refuse("depth", f"The schema is nested more than {DEPTH_LIMIT} levels deep. Make it flatter")


def _marked(result: dict[str, object], pairs: list[tuple[str, object]]) -> _Repeated:
    marked = _Repeated(result)
    marked.repeated = tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    return marked


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= NUMBER_LIMIT else int(_short(digits))


def _short(digits: str) -> str:
    if len(digits) > NUMBER_LIMIT:
        shown = f"{digits[:20]}... has {len(digits)} characters"
        refuse("number", f"The number {shown}; at most {NUMBER_LIMIT} are allowed. Write a shorter number")
    return digits


def _repeats(value: object) -> list[Violation]:
    found: list[Violation] = []
    for path, node in nodes(value):
        if isinstance(node, _Repeated):
            found.extend(_repeat(path, name) for name in node.repeated)
    return found[:REPEATS_NAMED]


def _repeat(path: str, name: str) -> Violation:
    where = f"the object at {path}" if path else "the schema's outermost object"
    message = (
        f"The name {json.dumps(name, ensure_ascii=False)} stands twice in {where}, and readers of JSON disagree about which of the two "
        "counts. Remove or rename one of them"
    )
    return Violation(path + pointer(name), "duplicate_key", message)
