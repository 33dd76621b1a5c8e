"""The type at the beginning of a column's SQL text."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.table.model import FRACTION_DIGITS, WHOLE, SqlKind, SqlType
from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode, shown
from sluicegate.shared.formats.table.tokens import Piece, Pieces, SqlToken
from sluicegate.shared.formats.table.type_names import FLOAT, KINDS, SERIALS, TINYINT, WIDEST, unknown

MAX_DIGITS: Final = 1000
MAX_CHARACTERS: Final = 10_485_760
MAX_BITS: Final = 83_886_080
REAL_BITS: Final = 24
DOUBLE_BITS: Final = 53

Parameters = Sequence[Piece]


def read_type(pieces: Pieces) -> tuple[SqlType, bool]:
    """A type, and whether its name says that the database counts (serial). Raises `Flaw`."""
    name = _name(pieces)
    parameters = _parameters(pieces)
    if name in SERIALS:
        _refuse_parameters(name, parameters)
        return SqlType(SERIALS[name]), True
    found = _type(_zoned(name, pieces), parameters)
    if pieces.key() in ("unsigned", "zerofill"):
        raise Flaw(
            TableSchemaCode.TYPE_UNKNOWN,
            f"PostgreSQL has no {pieces.key()} types. Use the next wider one, such as bigint for int",
        )
    pieces.take("signed")
    return _array(found, pieces), False


def _name(pieces: Pieces) -> str:
    """The longest name that is known, of one word or several."""
    first = pieces.next()
    if first.token not in (SqlToken.WORD, SqlToken.QUOTED):
        raise Flaw(TableSchemaCode.COLUMN_MALFORMED, f"A column begins with its type, not with {shown(first.text)}")
    words = [first.content.lower(), *(pieces.key(ahead) for ahead in range(WIDEST - 1))]
    for count in range(WIDEST, 0, -1):
        name = " ".join(words[:count])
        if name in KINDS or name in SERIALS or name in (FLOAT, TINYINT):
            pieces.take(*words[1:count])
            return name
    raise unknown(words[0])


def _parameters(pieces: Pieces) -> Parameters:
    if not pieces.take("("):
        return ()
    found: list[Piece] = []
    while True:
        sign = "-" if pieces.take("-") else ""
        piece = pieces.next()
        found.append(Piece(piece.token, sign + piece.text, piece.start, piece.end))
        if pieces.take(")"):
            return found
        pieces.expect(",")


def _zoned(name: str, pieces: Pieces) -> str:
    """`time with time zone` is `timetz`; the parameter stands before these words."""
    if name in ("time", "timestamp"):
        if pieces.take("with", "time", "zone"):
            return f"{name}tz"
        pieces.take("without", "time", "zone")
    return name


def _type(name: str, parameters: Parameters) -> SqlType:
    if name == FLOAT:
        (bits,) = _numbers(name, parameters, (1, DOUBLE_BITS)) or (DOUBLE_BITS,)
        return SqlType(SqlKind.REAL if bits <= REAL_BITS else SqlKind.DOUBLE)
    if name == TINYINT:
        width = _numbers(name, parameters, (1, 255))
        return SqlType(SqlKind.BOOLEAN if width == [1] else SqlKind.SMALLINT)
    kind = KINDS[name]
    build = _BUILDERS.get(kind)
    if build is None:
        _refuse_parameters(name, parameters)
        return SqlType(kind)
    return build(kind, name, parameters)


def _array(found: SqlType, pieces: Pieces) -> SqlType:
    """PostgreSQL keeps neither the number of dimensions nor their sizes, so neither counts."""
    is_array = pieces.take("array")
    while pieces.take("["):
        is_array = True
        if not pieces.take("]"):
            if pieces.next().token is not SqlToken.NUMBER:
                raise Flaw(
                    TableSchemaCode.COLUMN_MALFORMED, "Between [ and ] of an array's type stands nothing, or a number"
                )
            pieces.expect("]")
    return SqlType(found.kind, found.size, found.scale, found.labels, is_array=is_array)


def _numbers(name: str, parameters: Parameters, *bounds: tuple[int, int]) -> list[int]:
    """The parameters as whole numbers within bounds; there may be fewer than there are bounds."""
    if len(parameters) > len(bounds):
        raise Flaw(
            TableSchemaCode.TYPE_PARAMETERS,
            f"{name} takes at most {len(bounds)} parameters, and {len(parameters)} are given",
        )
    found: list[int] = []
    for piece, (least, most) in zip(parameters, bounds, strict=False):
        digits = piece.text.removeprefix("-")
        if not (digits.isdecimal() and len(digits) <= len(str(MAX_BITS)) and least <= int(piece.text) <= most):
            raise Flaw(
                TableSchemaCode.TYPE_PARAMETERS,
                f"{shown(piece.text)} is no parameter of {name}: a whole number from {least} to {most} is",
            )
        found.append(int(piece.text))
    return found


def _refuse_parameters(name: str, parameters: Parameters) -> None:
    if parameters:
        raise Flaw(TableSchemaCode.TYPE_PARAMETERS, f"{name} takes no parameters. Write {name} alone")


def _whole(kind: SqlKind, name: str, parameters: Parameters) -> SqlType:
    """MySQL's display width says nothing about values."""
    _numbers(name, parameters, (1, 255))
    return SqlType(kind)


def _numeric(kind: SqlKind, name: str, parameters: Parameters) -> SqlType:
    numbers = _numbers(name, parameters, (1, MAX_DIGITS), (-MAX_DIGITS, MAX_DIGITS))
    size, scale = (*numbers, 0)[:2] if numbers else (None, None)
    return SqlType(kind, size, scale)


def _sized(most: int, default: int | None) -> Callable[[SqlKind, str, Parameters], SqlType]:
    def build(kind: SqlKind, name: str, parameters: Parameters) -> SqlType:
        (size,) = _numbers(name, parameters, (1, most)) or (default,)
        return SqlType(kind, size)

    return build


def _clock(kind: SqlKind, name: str, parameters: Parameters) -> SqlType:
    (size,) = _numbers(name, parameters, (0, FRACTION_DIGITS)) or (FRACTION_DIGITS,)
    return SqlType(kind, size)


def _enum(kind: SqlKind, name: str, parameters: Parameters) -> SqlType:
    labels = tuple(piece.content for piece in parameters)
    if not labels or any(piece.token is not SqlToken.STRING for piece in parameters):
        raise Flaw(
            TableSchemaCode.TYPE_PARAMETERS,
            f"{name} takes its values, each in single quotes, such as {name}('new', 'paid')",
        )
    if len(set(labels)) != len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise Flaw(TableSchemaCode.TYPE_PARAMETERS, f"The value {shown(twice)} stands twice in the enum")
    return SqlType(kind, labels=labels)


_BUILDERS: Mapping[SqlKind, Callable[[SqlKind, str, Parameters], SqlType]] = MappingProxyType(
    {
        **dict.fromkeys(WHOLE, _whole),
        SqlKind.NUMERIC: _numeric,
        SqlKind.CHAR: _sized(MAX_CHARACTERS, 1),
        SqlKind.VARCHAR: _sized(MAX_CHARACTERS, None),
        SqlKind.BIT: _sized(MAX_BITS, 1),
        SqlKind.VARBIT: _sized(MAX_BITS, None),
        **dict.fromkeys(
            (SqlKind.TIME, SqlKind.TIMETZ, SqlKind.TIMESTAMP, SqlKind.TIMESTAMPTZ, SqlKind.INTERVAL), _clock
        ),
        SqlKind.ENUM: _enum,
    }
)
