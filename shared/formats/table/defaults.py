"""A default in SQL -> the value that a row would hold, where it is a literal; else the expression."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats import strict_json
from sluicegate.shared.formats.table.model import WHOLE, ColumnDefault, SqlKind, SqlType
from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode, shown
from sluicegate.shared.formats.table.tokens import Piece, SqlToken

_BOOLEANS: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True)
    | dict.fromkeys(("false", "f", "no", "n", "off", "0"), False)
)
_MOMENTS: Final = frozenset({"now", "today", "tomorrow", "yesterday", "epoch", "allballs"})
"""Words for a moment that PostgreSQL reads as one: no values."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_FLOATING: Final = frozenset({SqlKind.REAL, SqlKind.DOUBLE, SqlKind.NUMERIC})
_TEXTS: Final = frozenset({SqlKind.TEXT, SqlKind.VARCHAR, SqlKind.CHAR})
_SPACES = re.compile(r"\s+")


def default_of(of: SqlType, pieces: tuple[Piece, ...], text: str) -> ColumnDefault | None:
    """Return the default of a column from its tokens and their text; None for NULL.

    Raises `Flaw`.
    """
    negative = pieces[0].key == "-"
    literal, rest = pieces[negative], pieces[negative + 1 :]
    if rest and rest[0].key != "::":
        return expression(text)
    if literal.key == "null":
        return None
    if literal.token is SqlToken.NUMBER:
        return ColumnDefault(_from_number(of, "-" * negative + literal.text))
    if literal.token is SqlToken.STRING and not negative:
        return _from_string(of, literal.content, text)
    if literal.key in ("true", "false"):
        return ColumnDefault(literal.key == "true")
    return expression(text)


def expression(text: str) -> ColumnDefault:
    """A default that the database works out; its spaces do not count."""
    return ColumnDefault(expression=_SPACES.sub(" ", text).strip())


def number(text: str) -> int | Decimal:
    """A number, exactly.

    Raises `Flaw` when it is none, or one that only a program could have written.
    """
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if (
        not value.is_finite()
        or len(text) > strict_json.NUMBER_LIMIT
        or abs(value.adjusted()) > strict_json.NUMBER_LIMIT
    ):
        raise Flaw(TableSchemaCode.DEFAULT_INVALID, f"The number {shown(text)} is not usable as a default")
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else value


def _from_number(of: SqlType, text: str) -> object:
    if of.kind is SqlKind.BOOLEAN and text in _BOOLEANS:  # as MySQL writes it
        return _BOOLEANS[text]
    return text if of.kind in _TEXTS else number(text)


def _from_string(of: SqlType, content: str, text: str) -> ColumnDefault:
    if of.is_array:
        return ColumnDefault([]) if content.strip() == "{}" else expression(text)
    if of.kind in (SqlKind.JSON, SqlKind.JSONB):
        return ColumnDefault(_json(content))
    if of.kind is SqlKind.BOOLEAN:
        return ColumnDefault(_BOOLEANS.get(content.strip().lower(), content))
    if of.kind in _FLOATING or of.kind in WHOLE:
        return ColumnDefault(number(content.strip()) if _NUMBER.fullmatch(content.strip()) else content)
    if content.lower() in _MOMENTS and of.kind not in _TEXTS and of.kind is not SqlKind.ENUM:
        return expression(text)
    return ColumnDefault(content)


def _json(content: str) -> object:
    try:
        return strict_json.read(content, Decimal)
    except SchemaSyntaxError as error:
        raise Flaw(
            TableSchemaCode.DEFAULT_INVALID, f"The default {shown(content)} is not JSON: {error.message}"
        ) from error
