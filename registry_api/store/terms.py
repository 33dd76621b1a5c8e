"""Attributes that a search reads, in both stores."""

import hashlib
from collections.abc import Iterable

_INDEX_LIMIT = 1024  # bytes; an index entry may have some 2700
_LONGEST_CHARACTER = 4  # bytes of UTF-8


def terms_of(attributes: Iterable[str]) -> frozenset[str]:
    """Every whole path and every segment of one, as they are kept and compared."""
    paths = frozenset(attributes)
    return frozenset(map(indexed, paths.union(*(path.split("/") for path in paths if "/" in path))))


def indexed(term: str) -> str:
    """A term as it is kept: itself, or, where an index could not hold it, its hash."""
    if len(term) <= _INDEX_LIMIT // _LONGEST_CHARACTER:
        return term
    data = term.encode()
    return term if len(data) <= _INDEX_LIMIT else f"sha256:{hashlib.sha256(data).hexdigest()}"
