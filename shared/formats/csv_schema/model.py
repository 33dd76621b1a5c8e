"""A CSV schema as values, without its spelling. Immutable; private to this package."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias


class Match(StrEnum):
    """How a cell is compared to a string. Values are the keywords."""

    IS = "is"
    NOT = "not"
    IN = "in"
    STARTS = "starts"
    ENDS = "ends"


class Plain(StrEnum):
    """Rules without arguments. Values are the keywords."""

    EMPTY = "empty"
    NOT_EMPTY = "notEmpty"
    URI = "uri"
    UUID4 = "uuid4"
    POSITIVE_INTEGER = "positiveInteger"
    UPPER_CASE = "upperCase"
    LOWER_CASE = "lowerCase"
    PART_UK_DATE = "partUkDate"
    IDENTICAL = "identical"


class Temporal(StrEnum):
    """Kinds of dates and times. Values are the keywords."""

    DATE = "xDate"
    DATE_TIME = "xDateTime"
    DATE_TIME_TZ = "xDateTimeTz"
    TIME = "xTime"
    UK_DATE = "ukDate"


class FileAccess(StrEnum):
    """Rules that read files: known, so that they can be refused by name."""

    EXISTS = "fileExists"
    CHECKSUM = "checksum"
    COUNT = "fileCount"
    INTEGRITY = "integrityCheck"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal string of the schema."""

    value: str


@dataclass(frozen=True, slots=True)
class ColumnReference:
    """The cell of another column in the same row."""

    column: str


@dataclass(frozen=True, slots=True)
class Concat:
    """Strings put together."""

    parts: "tuple[Provider, ...]"


@dataclass(frozen=True, slots=True)
class NoExt:
    """A file name without its extension."""

    of: "Provider"


@dataclass(frozen=True, slots=True)
class UriDecode:
    """A string without percent-encoding; UTF-8 unless a character set is given."""

    of: "Provider"
    charset: "Provider | None" = None


Provider: TypeAlias = Literal | ColumnReference | Concat | NoExt | UriDecode
"""Where a rule takes a string from."""


@dataclass(frozen=True, slots=True)
class MatchRule:
    """`is`, `not`, `in`, `starts`, `ends`. `at` is the checked column, None for the rule's own."""

    match: Match
    of: Provider
    at: str | None = None


@dataclass(frozen=True, slots=True)
class AnyRule:
    """The cell is one of several strings."""

    of: tuple[Provider, ...]
    at: str | None = None


@dataclass(frozen=True, slots=True)
class RegexRule:
    """The whole cell matches a regular expression (Java's, as far as RE2 has it)."""

    pattern: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class RangeRule:
    """A number between two bounds, both included; None is no bound."""

    low: Decimal | None
    high: Decimal | None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class LengthRule:
    """A length in characters between two bounds, both included; None is no bound."""

    low: int | None
    high: int | None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class PlainRule:
    """A rule that is only a keyword."""

    kind: Plain
    at: str | None = None


@dataclass(frozen=True, slots=True)
class UniqueRule:
    """All rows differ in the cell; with `columns`, in the combination of these cells and the own."""

    columns: tuple[str, ...] = ()
    at: str | None = None


@dataclass(frozen=True, slots=True)
class TemporalRule:
    """A date or time, possibly between two others (both or neither), which are kept as written."""

    kind: Temporal
    low: str | None = None
    high: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class FileRule:
    """A rule that reads files.

    `files` are the arguments of `file(...)` or of the rule, `option` the last string.
    """

    access: FileAccess
    files: tuple[Provider, ...] = ()
    option: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class All:
    """Rules side by side in parentheses: all are checked, also after a failure."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class And:
    """Rules joined by `and`: the first that fails ends it."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Rules joined by `or`: the first that holds ends it."""

    rules: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class Case:
    """A condition, and the rules that count when it holds."""

    condition: "Rule"
    then: "tuple[Rule, ...]"


@dataclass(frozen=True, slots=True)
class ConditionalRule:
    """`if` (one case) and `switch`: the first case with a true condition counts, else `otherwise`."""

    cases: tuple[Case, ...]
    otherwise: "tuple[Rule, ...]" = ()
    keyword: str = "if"


Single: TypeAlias = (
    MatchRule | AnyRule | RegexRule | RangeRule | LengthRule | PlainRule | UniqueRule | TemporalRule | FileRule
)
Rule: TypeAlias = Single | All | And | Or | ConditionalRule


@dataclass(frozen=True, slots=True)
class CsvColumn:
    """One column: its name and its rules. `line` of its definition, counted from 1."""

    name: str
    rules: tuple[Rule, ...] = ()
    optional: bool = False
    match_is_false: bool = False
    ignore_case: bool = False
    warning: bool = False
    repeated: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CsvSchema:
    """A whole schema.

    `repeated` are repeated global directives: a violation, not a syntax error.
    """

    version: str
    columns: tuple[CsvColumn, ...]
    separator: str = ","
    quoted: bool = False
    total_columns: int | None = None
    permit_empty: bool = False
    no_header: bool = False
    ignore_column_name_case: bool = False
    repeated: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)
