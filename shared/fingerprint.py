"""The identity of a schema's content."""

import hashlib
from collections.abc import Iterable

from sluicegate.shared.model import SchemaFormat


def fingerprint(schema_format: SchemaFormat, canonical: str, references: Iterable[tuple[str, str]] = ()) -> str:
    """The SHA-256, in hex, of a format, a canonical text and the references `(name, fingerprint)` that it names.

    The format counts, because the text `"string"` is one schema in Avro and another in JSON Schema. Each part is preceded by its
    length in bytes, so that no two lists of parts give the same bytes.
    """
    digest = hashlib.sha256()
    for part in (schema_format.value, canonical, *(text for reference in sorted(references) for text in reference)):
        data = part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()
