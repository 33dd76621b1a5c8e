"""Media types that this API reads and writes, as leniently as Jersey in Confluent's server.

RFC 9110, section 12.5.1, with extensions of Java clients: `*` for `*/*` (the default header of
Java's `HttpURLConnection` before mid-2024) and qualities without a leading zero (`q=.2`).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

V1: Final = "application/vnd.schemaregistry.v1+json"
VENDOR: Final = "application/vnd.schemaregistry+json"
JSON: Final = "application/json"
UNNAMED: Final = "application/octet-stream"
"""The type of bodies whose client names no type: read as JSON."""

WRITTEN: Final[Mapping[str, float]] = {V1: 1.0, VENDOR: 0.9, JSON: 0.5}
"""Media type -> the server's preference where the client accepts several alike."""

READ: Final = frozenset({"", V1, VENDOR, JSON, UNNAMED})

_ANY: Final = "*/*"
_MAX_CACHED: Final = 256
_NUMBER: Final = re.compile(r"[0-9]{0,9}\.?[0-9]{1,9}").fullmatch


@lru_cache(_MAX_CACHED)
def accepted(accept: str) -> str | None:
    """Return the media type of the answer to an `Accept` header.

    None if the client accepts no available type. A header without any type counts as missing.
    """
    ranges = list(_ranges(accept))
    if not ranges:
        return V1
    best = max(WRITTEN, key=lambda media: WRITTEN[media] * _quality(media, ranges))
    return best if _quality(best, ranges) > 0 else None


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Return the media ranges of a header, in lower case, each with its quality."""
    for part in accept.split(","):
        media, *parameters = part.split(";")
        name = media.strip().lower()
        if name:
            yield _ANY if name == "*" else name, _quality_parameter(parameters)


def _quality_parameter(parameters: list[str]) -> float:
    """Return the quality among a range's parameters, from 0 to 1.

    1 if it is missing or unreadable.
    """
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            found = _NUMBER(value.strip())
            return 1.0 if found is None else min(float(found[0]), 1.0)
    return 1.0


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    """Return the quality of the most specific range that covers a media type; 0 where none does."""
    family = f"{media.partition('/')[0]}/*"
    for covering in (media, family, _ANY):
        qualities = [quality for name, quality in ranges if name == covering]
        if qualities:
            return max(qualities)
    return 0.0
