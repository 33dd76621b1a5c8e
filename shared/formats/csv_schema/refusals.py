"""How the engine says that a schema text is at fault: codes and errors."""

from enum import StrEnum
from typing import Final

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.model import Violation


class CsvSchemaCode(StrEnum):
    """The closed set of codes of schema violations."""

    SYNTAX = "syntax"
    TOO_LARGE = "too_large"
    TOO_DEEP = "nested_too_deeply"
    VERSION = "version"
    DIRECTIVE_REPEATED = "directive_repeated"
    DIRECTIVES_CLASH = "directives_clash"
    SEPARATOR = "separator"
    TOTAL_COLUMNS = "total_columns"
    COLUMN_REPEATED = "column_repeated"
    COLUMN_UNKNOWN = "column_unknown"
    RANGE = "range"
    LENGTH = "length"
    DATE = "date"
    REGEX = "regex"
    REGEX_LIMIT = "regex_limit"
    CHARSET = "charset"
    FILE_RULE = "file_rule"
    TOO_MANY_RULES = "too_many_rules"


MAX_QUOTE_LENGTH: Final = 60


def quoted(text: str) -> str:
    """A text as a message shows it: in quotation marks, short, and on one line."""
    shown = text if len(text) <= MAX_QUOTE_LENGTH else text[:MAX_QUOTE_LENGTH] + "..."
    return '"' + "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in shown) + '"'


def refused(code: CsvSchemaCode, message: str, path: str = "") -> SchemaSyntaxError:
    """The error for a text that does not parse."""
    return SchemaSyntaxError(message, (Violation(path, code, message),))
