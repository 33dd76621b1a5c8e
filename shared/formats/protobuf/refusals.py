"""How the engine says that a schema is at fault: codes and errors."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.model import Violation


class ProtobufSchemaCode(StrEnum):
    """The closed set of codes of schema violations."""

    SYNTAX = "syntax"
    IMPORT_UNKNOWN = "import_unknown"
    REFERENCE_INVALID = "reference_invalid"
    DESCRIPTOR_MALFORMED = "descriptor_malformed"
    TOO_LARGE = "too_large"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    NOTHING_DECLARED = "nothing_declared"


MAX_MESSAGE_LENGTH: Final = 400


def shortened(text: str, most: int = MAX_MESSAGE_LENGTH) -> str:
    """A text that fits into a message, and on one line."""
    cut = text if len(text) <= most else text[:most] + "..."
    return "".join(each if each.isprintable() else "\ufffd" for each in cut)


def refusal(violations: Sequence[Violation]) -> SchemaSyntaxError:
    """The error for a text that does not parse: the first violation is its message."""
    first = violations[0]
    where = f" (at {first.path})" if first.path else ""
    return SchemaSyntaxError(first.message + where, violations)


def refused(code: ProtobufSchemaCode, message: str, path: str = "") -> SchemaSyntaxError:
    """The error for a text with one thing wrong."""
    return refusal((Violation(path, code, shortened(message)),))
