"""What a search for attributes looks at, in both stores."""

import hashlib
from collections.abc import Iterable

_INDEX_LIMIT = 1024  # an index entry may have some 2700 bytes


def terms_of(attributes: Iterable[str]) -> frozenset[str]:
    """Every whole path and every segment of one, as they are kept and compared."""
    return frozenset(indexed(term) for path in attributes for term in (path, *path.split("/")))


def indexed(term: str) -> str:
    """A term as it is kept: itself, or, where an index could not hold it, its hash."""
    data = term.encode()
    return term if len(data) <= _INDEX_LIMIT else f"sha256:{hashlib.sha256(data).hexdigest()}"
