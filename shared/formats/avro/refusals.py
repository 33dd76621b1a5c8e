"""How the engine says that a schema is at fault: codes, JSON pointers and errors."""

from enum import StrEnum
from typing import Final

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro.json_text import dumps
from sluicegate.shared.formats.avro.model import Json
from sluicegate.shared.model import Violation


class AvroSchemaCode(StrEnum):
    """The closed set of codes of schema violations."""

    JSON_MALFORMED = "json_malformed"
    KEY_REPEATED = "key_repeated"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    SCHEMA_MALFORMED = "schema_malformed"
    NAME_UNDEFINED = "name_undefined"
    NAME_REDEFINED = "name_redefined"
    NAME_INVALID = "name_invalid"
    DEFAULT_INVALID = "default_invalid"


MAX_QUOTE_LENGTH: Final = 60


def pointer(path: str, *tokens: str | int) -> str:
    """Return a JSON pointer (RFC 6901) to a part below `path`."""
    return path + "".join("/" + str(token).replace("~", "~0").replace("/", "~1") for token in tokens)


def quoted(value: Json) -> str:
    """A JSON value as a message shows it: short, and on one line."""
    return shortened(dumps(value))


def shortened(text: str) -> str:
    """A text that fits into a message."""
    return text if len(text) <= MAX_QUOTE_LENGTH else text[:MAX_QUOTE_LENGTH] + "..."


def refusal(*violations: Violation) -> SchemaSyntaxError:
    """The error for a text that does not parse: the first violation is its message."""
    first = violations[0]
    where = f" (at {first.path})" if first.path else ""
    return SchemaSyntaxError(first.message + where, violations)


def refused(path: str, code: AvroSchemaCode, message: str) -> SchemaSyntaxError:
    """The error for a text with one thing wrong."""
    return refusal(Violation(path, code, message))
