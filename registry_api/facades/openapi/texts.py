"""The document's texts: APIs, parameters, headers."""

from collections.abc import Mapping
from typing import Any, Final

TAGS: Final[Mapping[str, str]] = {
    "native": "Schemas by id, with versions: the API of the Dataphos Schema Registry.",
    "confluent": "Subjects with versions: the API of Confluent's Schema Registry. Also below `/confluent`.",
    "artifacts": "Artifacts with versions: the API of IBM Event Streams and of Apicurio Registry 1.x.",
    "admin": "Keys of callers, their grants, and the audit trail.",
    "ops": "Health, readiness, metrics, and this document.",
}
"""Facade -> its description."""

PARAMETERS: Final[Mapping[str, tuple[str, Any]]] = {
    "schema_id": ("The id of a schema.", 3),
    "version": ("The number of a version; `latest` where the API has it.", 1),
    "other": ("The number of the newer version.", 2),
    "id": ("The global id of a content, as Confluent's frame carries it.", 17),
    "guid": ("The GUID of a content.", "c4e5b8a0-5f0a-5d5c-9e3a-0d6a3c1b2f4e"),
    "subject": ("The name of a subject; `:.context:subject` in another context.", "orders-value"),
    "context": ("The name of a context.", ".eu"),
    "resource": ("The id or the name of a resource.", "orders"),
    "namespace": ("The namespace of a resource.", "lkc-1"),
    "artifact": ("The id of an artifact.", "orders-value"),
    "rule": ("The kind of a rule.", "COMPATIBILITY"),
    "key_id": ("The id of an API key.", "k1"),
    "grant_id": ("The id of a grant.", 1),
    "file": ("The name of a file of the pages.", "page.css"),
    "principal": ("The name of a caller.", "team-orders"),
    "operation": ("The name of an operation, as in this document.", "registerSchema"),
    "since": ("The earliest time.", "2026-01-01T00:00:00Z"),
    "until": ("The latest time.", "2026-01-31T00:00:00Z"),
    "limit": ("The largest number of entries.", 100),
    "X-Registry-ArtifactType": ("The type of the artifact; else its text decides.", "AVRO"),
    "X-Registry-ArtifactId": ("The id of the new artifact; else the registry chooses one.", "orders-value"),
}
"""Parameter -> its description, and an example. Queries have descriptions of their own, mostly."""

HEADERS: Final[Mapping[str, str]] = {
    "Allow": "The methods of this path.",
    "Cache-Control": "How long the answer may be kept.",
    "ETag": "The schema's hash, quoted.",
    "Link": "The pages before and after this one (RFC 8288).",
    "Retry-After": "Seconds after which to ask again.",
    "Sluicegate-Registry": "The identity of the registry, a UUID. Key kept schemas by it.",
    "WWW-Authenticate": "How to send credentials.",
    "X-Request-Id": "The id of this request: the one that was sent, or a new one.",
}
"""Header of an answer -> its description."""
