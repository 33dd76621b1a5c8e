"""Schema text -> model. Bounded in length and in depth, linear in time (LALR), and never recursive."""

from collections import Counter
from typing import Final, TypeAlias

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.csv_schema.builder import Builder, Directive
from sluicegate.shared.formats.csv_schema.grammar import GRAMMAR, RULE_BEGINS, WORDS
from sluicegate.shared.formats.csv_schema.model import CsvColumn, CsvSchema
from sluicegate.shared.formats.csv_schema.refusals import CsvSchemaCode, quoted, refused

MAX_TEXT_LENGTH: Final = 200_000
"""Characters of a schema: some 4,000 columns with a rule or two, parsed in about a second."""

VERSIONS: Final = ("1.0", "1.1", "1.2")

Part: TypeAlias = Token | Directive | CsvColumn


class _SchemaBuilder(Builder):
    """The builder with the rule on top."""

    def start(self, parts: list[Part]) -> CsvSchema:
        version = str(parts[0]).split()[-1]
        directives = [each for each in parts if isinstance(each, Directive)]
        columns = tuple(each for each in parts if isinstance(each, CsvColumn))
        _in_order(version, parts, columns)
        given = {each.name: each.value for each in directives}
        counts = Counter(each.name for each in directives)
        total = given.get("totalColumns")
        return CsvSchema(
            version=version,
            columns=columns,
            separator=str(given.get("separator", ",")),
            quoted="quoted" in given,
            total_columns=total if isinstance(total, int) else None,
            permit_empty="permitEmpty" in given,
            no_header="noHeader" in given,
            ignore_column_name_case="ignoreColumnNameCase" in given,
            repeated=tuple(name for name, count in counts.items() if count > 1),
        )


def _in_order(version: str, parts: list[Part], columns: tuple[CsvColumn, ...]) -> None:
    if version not in VERSIONS:
        message = f"The version {quoted(version)} is not known. Begin the schema with one of: version {', version '.join(VERSIONS)}"
        raise refused(CsvSchemaCode.SYNTAX, message)
    if not columns:
        raise refused(
            CsvSchemaCode.SYNTAX, 'The schema defines no column. Write one on each line, like "name: notEmpty"'
        )
    first = next(index for index, each in enumerate(parts) if isinstance(each, CsvColumn))
    late = next((each for each in parts[first:] if isinstance(each, Directive)), None)
    if late is not None:
        raise refused(
            CsvSchemaCode.SYNTAX,
            f"The directive @{late.name} stands after the first column. Put it directly below the version",
        )


_PARSER: Final = Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=_SchemaBuilder())


def parse(text: str) -> CsvSchema:
    """Return the schema of a text. Raises `SchemaSyntaxError` and nothing else."""
    _readable(text)
    try:
        schema = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise _unexpected(text, error) from error
    assert isinstance(schema, CsvSchema)
    return schema


def _readable(text: str) -> None:
    if len(text) > MAX_TEXT_LENGTH:
        message = f"The schema text has {len(text)} characters; at most {MAX_TEXT_LENGTH} are allowed. Split the schema"
        raise refused(CsvSchemaCode.TOO_LARGE, message)
    if text.startswith("\ufeff"):
        raise refused(
            CsvSchemaCode.SYNTAX, "The schema text begins with a byte order mark (U+FEFF). Save it as UTF-8 without one"
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = f"The schema text has a lone surrogate at character {error.start + 1}, which no UTF-8 text can hold"
        raise refused(CsvSchemaCode.SYNTAX, message) from error


def _unexpected(text: str, error: UnexpectedInput) -> SchemaSyntaxError:
    at: object = error.pos_in_stream
    position = at if isinstance(at, int) and at >= 0 else len(text)
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    rest = text[position : position + 40].split("\n", 1)[0].strip()
    found = quoted(rest) if rest else ("the end of the line" if position < len(text) else "the end of the schema")
    message = f"The schema does not parse at line {line}, column {column}: {found} stands where {_expected(error)} can"
    return refused(CsvSchemaCode.SYNTAX, message, f"line {line}")


def _expected(error: UnexpectedInput) -> str:
    names: set[str] = set()
    if isinstance(error, UnexpectedCharacters):
        names = set(error.allowed or ())
    elif isinstance(error, UnexpectedToken):
        names = set(error.accepts or error.expected)
    words = sorted({WORDS[name] for name in names if name in WORDS})
    if names & RULE_BEGINS:
        words.insert(0, "a rule")
    return f"only {' or '.join(words)}" if words else "it has no meaning, and nothing else"
