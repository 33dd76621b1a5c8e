"""The subjects that a caller may read, as ranges of names that an index can find.

A prefix is the range of names from itself to its successor, a name the range of just itself. Ranges
that another one holds are left out, so that no row is found twice. Names are compared by code
points, as the collation "C" does in UTF-8.
"""

from collections.abc import Iterator
from typing import Final

from sluicegate.registry_api.core.access.grants import Readable
from sluicegate.registry_api.core.names import MAX_NAME_BYTES
from sluicegate.registry_api.store.parameters import Parameters, array, is_text

_LAST: Final = "\U0010ffff"
_BEYOND: Final = _LAST * (MAX_NAME_BYTES // 4 + 1)
"""Behind every name."""
_FIRST_SURROGATE, _AFTER_SURROGATES = 0xD800, "\ue000"

Range = tuple[str, str, str]
"""Context, first name, and the name behind the last one."""


def of_readable(readable: Readable) -> Parameters:
    """The parameters of `readable` and `in_readable_ranges` in the statements."""
    ranges = [] if readable.everything else list(_disjoint(readable))
    return {
        "everything": readable.everything,
        "range_contexts": [context for context, _, _ in ranges],
        "range_firsts": [first for _, first, _ in ranges],
        "range_ends": [end for _, _, end in ranges],
        "lowers": [f"{context}:{first}" for context, first, _ in ranges],
        "uppers": [f"{context}:{end}" for context, _, end in ranges],
    }


def of_readable_contents(readable: Readable) -> dict[str, str]:
    """The parameters of `sluicegate.reading`: arrays as Postgres writes them, empty for everything."""
    if readable.everything:
        return {"readable_firsts": "", "readable_ends": ""}
    ranges = list(_disjoint(readable))
    return {
        "readable_firsts": array(f"{context}:{first}" for context, first, _ in ranges),
        "readable_ends": array(f"{context}:{end}" for context, _, end in ranges),
    }


def _disjoint(readable: Readable) -> Iterator[Range]:
    """The ranges in order, without those inside another one."""
    last: Range | None = None
    longest_first = sorted(_ranges(readable), key=lambda each: each[2], reverse=True)
    for each in sorted(longest_first, key=lambda each: each[:2]):
        if last is not None and last[0] == each[0] and each[2] <= last[2]:
            continue
        last = each
        yield each


def _ranges(readable: Readable) -> Iterator[Range]:
    for name in readable.names:
        if _is_comparable(name.context, name.name):
            yield name.context, name.name, f"{name.name}\x01"
    for prefix in readable.prefixes:
        if _is_comparable(prefix.context, prefix.text):
            yield prefix.context, prefix.text, _successor(prefix.text)


def _is_comparable(context: str, text: str) -> bool:
    """Return whether the text can be a subject: no name has characters that Postgres cannot store."""
    return is_text(context) and is_text(text) and ":" not in context


def _successor(prefix: str) -> str:
    """The first text behind all texts with a prefix."""
    kept = prefix.rstrip(_LAST)
    if not kept:
        return _BEYOND
    following = ord(kept[-1]) + 1
    return kept[:-1] + (_AFTER_SURROGATES if following == _FIRST_SURROGATE else chr(following))
