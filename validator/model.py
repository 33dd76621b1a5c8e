"""The worker's vocabulary: messages, verdicts and outcomes. Values only."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Final, NamedTuple, TypeAlias

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber, Violation

Header: TypeAlias = tuple[str, bytes | None]
Headers: TypeAlias = list[Header]
"""Attributes in their order, duplicates included. Text is given as UTF-8. Never changed in place."""

Lane: TypeAlias = Hashable
"""Unit of order at the source: a Kafka partition, an ordering key, a session."""


class Message(NamedTuple):
    """One record of a broker. A tuple, because one is created for each message.

    `timestamp` is in milliseconds since 1970, 0 without a time of the broker. Only the source that
    made `position` reads it.
    """

    payload: bytes | None
    key: bytes | None
    headers: Headers
    timestamp: int
    position: object


class GapCause(StrEnum):
    """Why a source could not go on where it had come to: a closed set."""

    EXPIRED = "expired"
    TRUNCATED = "truncated"


@dataclass(frozen=True, slots=True)
class Gap:
    """A position of a lane that no longer exists. `missed`: maximum of messages that were lost."""

    cause: GapCause
    missed: int


class Destination(Enum):
    """Where a message can go. `OVERFLOW` takes dead letters that are too large for `DEAD_LETTER`."""

    VALID = "valid"
    DEAD_LETTER = "dead_letter"
    OVERFLOW = "overflow"


class Code(StrEnum):
    """Why a message is dead-lettered: a closed set, for programs."""

    ATTRIBUTE_MISSING = "attribute_missing"
    ATTRIBUTE_INVALID = "attribute_invalid"
    SCHEMA_NOT_FOUND = "schema_not_found"
    SCHEMA_UNUSABLE = "schema_unusable"
    SCHEMA_UNREADABLE = "schema_unreadable"
    FORMAT_UNSUPPORTED = "format_unsupported"
    FORMAT_MISMATCH = "format_mismatch"
    PAYLOAD_MALFORMED = "payload_malformed"
    PAYLOAD_INVALID = "payload_invalid"
    HEADER_INVALID = "header_invalid"
    DECRYPT_FAILED = "decrypt_failed"
    TOO_LARGE = "too_large"
    PAYLOAD_CRASHES_CHECKER = "payload_crashes_checker"
    REFUSED_BY_DESTINATION = "refused_by_destination"


@dataclass(frozen=True, slots=True)
class Valid:
    """The payload fits its schema."""


def _hidden(path: str) -> str:
    return path and "*"


@dataclass(frozen=True, slots=True)
class Invalid:
    """The payload does not fit its schema.

    `public_path` returns a violation's path without parts that the schema does not name.
    """

    code: Code
    violations: tuple[Violation, ...]
    public_path: Callable[[str], str] = field(default=_hidden, compare=False, repr=False)

    @property
    def reason(self) -> str:
        """The first violation, as a sentence for a person."""
        first = self.violations[0]
        return f"{first.message} (at {first.path})" if first.path else first.message


@dataclass(frozen=True, slots=True)
class Unprocessable:
    """The payload can never be checked. `quotes_payload`: the reason contains parts of it."""

    code: Code
    reason: str
    violations: tuple[Violation, ...] = ()
    quotes_payload: bool = False


@dataclass(frozen=True, slots=True)
class Retry:
    """No verdict yet: the schema is unavailable at present."""

    reason: str


Rejected: TypeAlias = Invalid | Unprocessable
Verdict: TypeAlias = Valid | Rejected | Retry

VALID = Valid()


@dataclass(frozen=True, slots=True)
class Delivered:
    """The destination has confirmed the message."""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The destination refused the message, or the batch that it was in, for its size."""

    detail: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The destination refused the message, or its batch because of a message.

    Sending it again has the same result.
    """

    detail: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The destination did not take the message, or the result is unknown. It may be sent again.

    `permanent`: retries fail until the destination changes (a missing topic, a missing right).
    """

    detail: str
    permanent: bool = False


Failure: TypeAlias = TooLarge | Refused | Undelivered
Outcome: TypeAlias = Delivered | Failure

DELIVERED = Delivered()


@dataclass(frozen=True, slots=True)
class SchemaRef:
    """The schema that a message names.

    `version` None is the latest; `format` None is that of the registry. `message_type` counts for
    formats whose schemas have several message types (Protobuf); None is the schema's first.
    """

    schema_id: SchemaId
    version: VersionNumber | None
    format: SchemaFormat | None
    message_type: str | None = None


MAX_GLOBAL_ID: Final = 2**31 - 1
MAX_VERSION: Final = 2**31 - 1
"""The largest numbers that registries give out; both begin at 1."""

CONTENT: Final = VersionNumber(0)
"""Replaces a version number, which begins at 1: the text with a global id, which replaces the
schema id.
"""


@dataclass(frozen=True, slots=True)
class StoredSchema:
    """One version of a schema, or the `CONTENT` of a global id, with all its references. Immutable."""

    schema_id: SchemaId
    version: VersionNumber
    format: SchemaFormat
    source: SchemaSource
    deprecated: bool = field(default=False, compare=False)
    """Whether the registry called it deprecated when it was last read: no part of the schema itself."""

    @property
    def name(self) -> str:
        """Return its name for sentences, after the word "schema"."""
        if self.version == CONTENT:
            return f"with global id {self.schema_id}"
        return f"{self.schema_id} version {self.version}"


@dataclass(frozen=True, slots=True)
class NotFound:
    """The registry says that there is no such schema."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The registry does not say anything that can be used."""

    detail: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The registry answers other questions, and for some time now not the one about this schema."""

    detail: str


Lookup: TypeAlias = StoredSchema | NotFound | Unavailable | Unreadable
