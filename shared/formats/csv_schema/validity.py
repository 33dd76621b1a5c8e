"""Rules of the language (validity FULL). No violation means that payloads can be checked."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from sluicegate.shared.formats.csv_schema import printer, versions, wording
from sluicegate.shared.formats.csv_schema.decoding import CHARSETS
from sluicegate.shared.formats.csv_schema.model import (
    CsvColumn,
    CsvSchema,
    FileRule,
    LengthRule,
    Literal,
    RangeRule,
    RegexRule,
    Rule,
    TemporalRule,
    UriDecode,
)
from sluicegate.shared.formats.csv_schema.refusals import CsvSchemaCode, quoted
from sluicegate.shared.formats.csv_schema.regexes import RegexRefused, compiled
from sluicegate.shared.formats.csv_schema.temporal import instant
from sluicegate.shared.formats.csv_schema.traversal import providers, references, walk, weight
from sluicegate.shared.model import Violation

LIMIT: Final = 100
"""Violations named of one schema."""

MAX_PATTERNS: Final = 200
"""Different patterns in a schema: each may come to hold two megabytes."""


MAX_TESTS: Final = 100
"""Rules of one column, and strings that they take from rows: each is a test of each of its cells."""


def violations(schema: CsvSchema) -> tuple[Violation, ...]:
    """Everything that is wrong with a schema, at most `LIMIT` of it; paths are columns' names."""
    found: list[Violation] = []
    for violation in _all(schema):
        found.append(violation)
        if len(found) == LIMIT:
            break
    return tuple(found)


def _all(schema: CsvSchema) -> Iterator[Violation]:
    yield from _prolog(schema)
    yield from _names(schema)
    names = frozenset(schema.names)
    patterns: dict[tuple[str, bool], str | None] = {}
    for column in schema.columns:
        yield from _column(schema, column, names)
        yield from _patterns(column, patterns)


def _prolog(schema: CsvSchema) -> Iterator[Violation]:
    for name in schema.repeated:
        yield Violation("", CsvSchemaCode.DIRECTIVE_REPEATED, f"The directive @{name} stands twice. Leave one of them")
    if schema.no_header and schema.ignore_column_name_case:
        message = "@noHeader and @ignoreColumnNameCase exclude each other. Leave one of them"
        yield Violation("", CsvSchemaCode.DIRECTIVES_CLASH, message)
    if schema.separator in '"\r\n':
        yield Violation(
            "", CsvSchemaCode.SEPARATOR, f"{quoted(schema.separator)} cannot separate columns. Use another character"
        )
    columns = len(schema.columns)
    if schema.total_columns not in (None, columns):
        message = f"@totalColumns is {schema.total_columns}, but the schema defines {columns} columns. Make them agree"
        yield Violation("", CsvSchemaCode.TOTAL_COLUMNS, message)


def _names(schema: CsvSchema) -> Iterator[Violation]:
    spelled = [name.lower() if schema.ignore_column_name_case else name for name in schema.names]
    for name, count in Counter(spelled).items():
        if count > 1:
            lines = ", ".join(str(each.line) for each, key in zip(schema.columns, spelled, strict=True) if key == name)
            message = f"The column {quoted(name)} is defined {count} times, on the lines {lines[:80]}. Leave one, or rename the others"
            yield Violation(name, CsvSchemaCode.COLUMN_REPEATED, message)


def _column(schema: CsvSchema, column: CsvColumn, names: frozenset[str]) -> Iterator[Violation]:
    where = f"line {column.line}"
    for flag in column.repeated:
        message = f"The directive @{flag} stands twice ({where}). Leave one of them"
        yield Violation(column.name, CsvSchemaCode.DIRECTIVE_REPEATED, message)
    tests = sum(weight(rule) for rule in column.rules)
    if tests > MAX_TESTS:
        message = f"The column has some {tests} rules; at most {MAX_TESTS} are allowed. Use any(...) for lists of strings ({where})"
        yield Violation(column.name, CsvSchemaCode.TOO_MANY_RULES, message)
    for rule in (each for top in column.rules for each in walk(top)):
        for code, message in _rule(schema, rule, names):
            yield Violation(column.name, code, f"{message} ({where})")


def _rule(schema: CsvSchema, rule: Rule, names: frozenset[str]) -> Iterator[tuple[CsvSchemaCode, str]]:
    for feature, version in versions.needs(rule):
        if version > schema.version:
            yield (
                CsvSchemaCode.VERSION,
                f"{feature} needs version {version}, and the schema says version {schema.version}",
            )
    for name in references(rule):
        if name not in names:
            yield (
                CsvSchemaCode.COLUMN_UNKNOWN,
                f"{wording.shown(rule)} refers to the column {quoted(name)}, which the schema does not define",
            )
    for check in _CHECKS:
        yield from check(rule)


def _file_rules(rule: Rule) -> Iterator[tuple[CsvSchemaCode, str]]:
    if isinstance(rule, FileRule):
        problem = f"{rule.access} reads files, which a validator of messages does not do"
        yield CsvSchemaCode.FILE_RULE, f'{problem}. Remove the rule, or set formats.csv.file_checks to "skip"'


def _ranges(rule: Rule) -> Iterator[tuple[CsvSchemaCode, str]]:
    if isinstance(rule, RangeRule) and rule.low is None and rule.high is None:
        yield CsvSchemaCode.RANGE, "range(*,*) has no bound. Give it one"
    if (
        isinstance(rule, RangeRule | LengthRule)
        and rule.low is not None
        and rule.high is not None
        and rule.low > rule.high
    ):
        code = CsvSchemaCode.RANGE if isinstance(rule, RangeRule) else CsvSchemaCode.LENGTH
        yield code, f"{printer.rule(rule)} begins above its end. Swap the bounds"


def _dates(rule: Rule) -> Iterator[tuple[CsvSchemaCode, str]]:
    if not isinstance(rule, TemporalRule) or rule.low is None or rule.high is None:
        return
    low, high = (instant(rule.kind, text) for text in (rule.low, rule.high))
    for text, at in ((rule.low, low), (rule.high, high)):
        if at is None:
            yield CsvSchemaCode.DATE, f"{quoted(text)} in {wording.shown(rule)} is no {rule.kind}"
    if low is not None and high is not None and low > high:
        yield CsvSchemaCode.DATE, f"{wording.shown(rule)} begins after its end. Swap the bounds"


def _charsets(rule: Rule) -> Iterator[tuple[CsvSchemaCode, str]]:
    for each in providers(rule):
        charset = each.charset if isinstance(each, UriDecode) else None
        if isinstance(charset, Literal) and charset.value.lower() not in CHARSETS:
            yield (
                CsvSchemaCode.CHARSET,
                f"{printer.provider(each)} needs one of these character sets: {', '.join(CHARSETS)}",
            )


_CHECKS: Final[tuple[Callable[[Rule], Iterator[tuple[CsvSchemaCode, str]]], ...]] = (
    _file_rules,
    _ranges,
    _dates,
    _charsets,
)


def _patterns(column: CsvColumn, known: dict[tuple[str, bool], str | None]) -> Iterator[Violation]:
    """The column's patterns that cannot be used. Each is compiled once for the schema."""
    for rule in (each for top in column.rules for each in walk(top)):
        if not isinstance(rule, RegexRule):
            continue
        key = (rule.pattern, column.ignore_case)
        if key not in known:
            if len(known) == MAX_PATTERNS:
                message = f"The schema has more than {MAX_PATTERNS} different patterns. Use fewer"
                yield Violation(column.name, CsvSchemaCode.REGEX_LIMIT, message)
                return
            known[key] = _fault(*key)
        fault = known[key]
        if fault is not None:
            message = f"The pattern {quoted(rule.pattern)} cannot be used: {fault} (line {column.line})"
            yield Violation(column.name, CsvSchemaCode.REGEX, message)


def _fault(pattern: str, ignore_case: bool) -> str | None:
    try:
        compiled(pattern, ignore_case)
    except RegexRefused as error:
        return str(error)
    return None
