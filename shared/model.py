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
"""The id of one distinct content in a context; what Confluent's wire format carries."""


class SchemaFormat(StrEnum):
    """The schema languages that the registry knows by name. Values are the wire names."""

    JSON = "json"
    AVRO = "avro"
    PROTOBUF = "protobuf"
    XML = "xml"
    CSV = "csv"
    TABLE = "table"


class CompatibilityMode(StrEnum):
    """Who must be able to read whose data when a schema gets a new version."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"


class Policy(StrEnum):
    """How strictly object schemas of JSON Schema are compared.

    STRICT: a property added to an open object is incompatible, since the data may already hold it with any value.
    LENIENT: data is taken not to hold properties that its schema does not name, unless it says so.
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

    `path` is where (a JSON pointer into the document, or a dotted field path; "" is the whole document), `code` which rule
    (a JSON Schema keyword, or a code of the engine's closed set), `message` a sentence for a person.
    """

    path: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why data written with one schema cannot be read with another.

    `code` is of the engine's closed set, `path` is in the reader's schema, `change` says what differs, `remedy` what to do. `detail` is
    what the format's own tools tell of it, for those who know them; empty where they tell nothing.
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
