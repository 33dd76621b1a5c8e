"""The identity of a schema's content."""

import hashlib
from collections.abc import Iterable

from sluicegate.shared.model import SchemaFormat


def fingerprint(schema_format: SchemaFormat, canonical: str, references: Iterable[tuple[str, str]] = ()) -> str:
    """Return the SHA-256, in hex, of format, canonical text and references `(name, fingerprint)`.

    The format counts, because the text `"string"` is one schema in Avro and another in JSON Schema.
    Invariant: each part is preceded by its length in bytes, so different lists of parts never give
    the same bytes.
    """
    digest = hashlib.sha256()
    for part in (schema_format.value, canonical, *(text for reference in sorted(references) for text in reference)):
        data = part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
