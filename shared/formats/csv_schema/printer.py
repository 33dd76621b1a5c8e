"""Model -> text: the one spelling of a schema.

Invariant: it is part of a content's identity, so it never changes. Directives have a fixed order, a
line each; there are no comments, line breaks and redundant parentheses; numbers are as short as
possible; names are quoted only if necessary.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from sluicegate.shared.formats.csv_schema.model import (
    All,
    And,
    AnyRule,
    ColumnReference,
    Concat,
    ConditionalRule,
    CsvColumn,
    CsvSchema,
    FileAccess,
    FileRule,
    LengthRule,
    Literal,
    MatchRule,
    NoExt,
    Or,
    PlainRule,
    Provider,
    RangeRule,
    RegexRule,
    Rule,
    Single,
    TemporalRule,
    UniqueRule,
    UriDecode,
)

_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9\-_.]+")


def printed(schema: CsvSchema) -> str:
    """The canonical text of a schema, with a line end after each line."""
    lines = [f"version {schema.version}", *_directives(schema), *(column(each) for each in schema.columns)]
    return "\n".join(lines) + "\n"


def _directives(schema: CsvSchema) -> Iterator[str]:
    separator = "TAB" if schema.separator == "\t" else f"'{schema.separator}'"
    given = (
        ("separator", f"@separator {separator}", schema.separator != ","),
        ("quoted", "@quoted", schema.quoted),
        ("totalColumns", f"@totalColumns {schema.total_columns}", schema.total_columns is not None),
        ("permitEmpty", "@permitEmpty", schema.permit_empty),
        ("noHeader", "@noHeader", schema.no_header),
        ("ignoreColumnNameCase", "@ignoreColumnNameCase", schema.ignore_column_name_case),
    )
    for name, text, is_given in given:
        repeated = name in schema.repeated
        if is_given or repeated:
            yield from [text] * (2 if repeated else 1)


def column(of: CsvColumn) -> str:
    """A column's definition, on one line unless a string in it has line breaks."""
    flags = (
        ("optional", of.optional),
        ("matchIsFalse", of.match_is_false),
        ("ignoreCase", of.ignore_case),
        ("warning", of.warning),
    )
    directives = [f"@{name}" for name, is_given in flags for _ in range(is_given + (name in of.repeated))]
    return " ".join([f"{name(of.name)}:", *(rule(each) for each in of.rules), *directives])


def name(of: str) -> str:
    """A column's name, in quotation marks when it is no identifier."""
    return of if _IDENTIFIER.fullmatch(of) else f'"{of}"'


def rule(of: Rule) -> str:
    """A rule, without parentheses around it."""
    match of:
        case And():
            return " and ".join(_operand(each) for each in of.rules)
        case Or():
            return " or ".join(_operand(each) for each in of.rules)
        case All():
            return f"({side_by_side(of.rules)})"
        case ConditionalRule():
            return _choice(of)
        case _:
            return _single(of)


def side_by_side(rules: Iterable[Rule]) -> str:
    """Rules that all must hold."""
    return " ".join(rule(each) for each in rules)


def _operand(of: Rule) -> str:
    return f"({rule(of)})" if isinstance(of, And | Or) else rule(of)


def _choice(of: ConditionalRule) -> str:
    cases = [f"{rule(case.condition)},{side_by_side(case.then)}" for case in of.cases]
    if of.keyword == "switch":
        cases = [f"({case})" for case in cases]
    return f"{of.keyword}({','.join([*cases, side_by_side(of.otherwise)] if of.otherwise else cases)})"


def _single(of: Single) -> str:
    text = _bare(of)
    return text if of.at is None else f"${name(of.at)}/{text}"


def _bare(of: Single) -> str:
    match of:
        case MatchRule():
            return f"{of.match}({provider(of.of)})"
        case AnyRule():
            return f"any({_providers(of.of)})"
        case RegexRule():
            return f'regex("{of.pattern}")'
        case RangeRule():
            return f"range({decimal(of.low)},{decimal(of.high)})"
        case LengthRule():
            return _length(of)
        case PlainRule():
            return str(of.kind)
        case UniqueRule():
            return f"unique({','.join('$' + name(each) for each in of.columns)})" if of.columns else "unique"
        case TemporalRule():
            return str(of.kind) if of.low is None else f"{of.kind}({of.low},{of.high})"
        case FileRule():
            return _file_rule(of)


def _length(of: LengthRule) -> str:
    if of.low is not None and of.low == of.high:
        return f"length({of.low})"
    return f"length({'*' if of.low is None else of.low},{'*' if of.high is None else of.high})"


def _file_rule(of: FileRule) -> str:
    files = _providers(of.files)
    match of.access:
        case FileAccess.EXISTS:
            return f"{of.access}({files})" if files else str(of.access)
        case FileAccess.CHECKSUM:
            return f'{of.access}(file({files}),"{of.option}")'
        case FileAccess.COUNT:
            return f"{of.access}(file({files}))"
        case FileAccess.INTEGRITY:
            return f"{of.access}({files})"


def decimal(number: Decimal | None) -> str:
    """A bound of a range as short as it can be written without an exponent."""
    if number is None:
        return "*"
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _providers(of: Iterable[Provider]) -> str:
    return ",".join(provider(each) for each in of)


def provider(of: Provider) -> str:
    """Where a rule takes a string from."""
    match of:
        case Literal():
            return f'"{of.value}"'
        case ColumnReference():
            return f"${name(of.column)}"
        case Concat():
            return f"concat({_providers(of.parts)})"
        case NoExt():
            return f"noExt({provider(of.of)})"
        case UriDecode():
            return f"uriDecode({_providers((of.of, of.charset) if of.charset else (of.of,))})"
