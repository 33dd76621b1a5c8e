"""The words that the registry and the validator share. Values only: no I/O, no JSON, no framework."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

SchemaId = NewType("SchemaId", int)
"""The numeric id of a schema: a named line of versions."""

VersionNumber = NewType("VersionNumber", int)
"""The place of a version in its schema: 1, 2, 3 and so on, never used twice."""

VersionId = NewType("VersionId", int)
"""The id of one version row, unique over the whole registry."""

GlobalId = NewType("GlobalId", int)
"""Id of one distinct content in a context; part of Confluent's wire format."""


class SchemaFormat(StrEnum):
    """The schema languages that the registry knows by name. Values are the wire names."""

    JSON = "json"
    AVRO = "avro"
    PROTOBUF = "protobuf"
    XML = "xml"
    CSV = "csv"
    TABLE = "table"


class CompatibilityMode(StrEnum):
    """Direction and range of compatibility between a new version and the old ones."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"


class Policy(StrEnum):
    """How strictly object schemas of JSON Schema are compared.

    STRICT: a property added to an open object is incompatible, since the data may already hold it
    with any value. LENIENT: data is taken not to hold properties that its schema does not name,
    unless it says so.
    """

    STRICT = "STRICT"
    LENIENT = "LENIENT"


class ValidityMode(StrEnum):
    """How much of a schema is checked when it is registered."""

    NONE = "NONE"
    SYNTAX_ONLY = "SYNTAX_ONLY"
    FULL = "FULL"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a schema or a payload.

    `path` is where (a JSON pointer into the document, or a dotted field path; "" is the whole
    document), `code` which rule (a JSON Schema keyword, or a code of the engine's closed set),
    `message` a sentence for a person.
    """

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why data of one schema cannot be read with another.

    `code` is of the engine's closed set, `path` is in the reader's schema, `change` describes the
    difference, and `remedy` the repair. `detail` is the output of the format's own tools, or empty.
    """

    code: str
    path: str
    change: str
    remedy: str
    detail: str = ""

    @property
    def message(self) -> str:
        """Both sentences, as a person reads them."""
        return f"{self.change}. {self.remedy}"
