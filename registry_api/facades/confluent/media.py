"""What bodies this API reads and writes, and which of them a caller takes (RFC 9110, section 12.5.1)."""

from collections.abc import Mapping
from typing import Final

from werkzeug.datastructures import MIMEAccept

V1: Final = "application/vnd.schemaregistry.v1+json"
VENDOR: Final = "application/vnd.schemaregistry+json"
JSON: Final = "application/json"
UNNAMED: Final = "application/octet-stream"
"""What clients send that name no type: read as JSON."""

WRITTEN: Final[Mapping[str, float]] = {V1: 1.0, VENDOR: 0.9, JSON: 0.5}
"""Media type -> how much this API prefers it where the caller likes several alike."""

READ: Final = frozenset({"", V1, VENDOR, JSON, UNNAMED})


def accepted(accept: MIMEAccept) -> str | None:
    """The media type of the answer; None when the caller takes none that there is."""
    if not accept:
        return V1
    plain = MIMEAccept([(media.partition(";")[0].strip(), quality) for media, quality in accept])
    best = max(WRITTEN, key=lambda media: WRITTEN[media] * plain.quality(media))
    return best if plain.quality(best) > 0 else None
