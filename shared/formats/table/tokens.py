"""SQL text -> words, literals and signs."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode, shown

MAX_TEXT_CHARACTERS: Final = 10_000
"""Characters of one column's text; enums need the most."""


class SqlToken(StrEnum):
    """Kind of a token."""

    WORD = "word"
    QUOTED = "quoted"
    STRING = "string"
    NUMBER = "number"
    SIGN = "sign"


_TOKEN = re.compile(
    r"""\s*+(?:(?P<word>[^\W\d][\w$]*+)
    |(?P<quoted>"(?:[^"]|"")++")
    |(?P<string>'(?:[^']|'')*+')
    |(?P<number>[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?)
    |(?P<sign>::|[-()\[\],.+*/<>=!|%&^~:;@\#?{}]))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One token with its place in the text."""

    token: SqlToken
    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Return a word in lower case, or a sign; empty for literals and quoted names."""
        return self.text.lower() if self.token in (SqlToken.WORD, SqlToken.SIGN) else ""

    @property
    def content(self) -> str:
        """A literal or a name without its quotes."""
        match self.token:
            case SqlToken.STRING:
                return self.text[1:-1].replace("''", "'")
            case SqlToken.QUOTED:
                return self.text[1:-1].replace('""', '"')
        return self.text


class Pieces:
    """The tokens of a text in their order. Raises `Flaw` for invalid SQL."""

    def __init__(self, text: str) -> None:
        """Split the text."""
        if len(text) > MAX_TEXT_CHARACTERS:
            raise Flaw(
                TableSchemaCode.COLUMN_MALFORMED,
                f"The text has {len(text)} characters; at most {MAX_TEXT_CHARACTERS} are allowed",
            )
        self._text = text
        self._pieces = _split(text)
        self._at = 0

    def key(self, ahead: int = 0) -> str:
        """The keyword or sign that comes; empty at the end, and for literals and quoted names."""
        place = self._at + ahead
        return self._pieces[place].key if place < len(self._pieces) else ""

    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return self._at == len(self._pieces)

    def next(self) -> Piece:
        """Take the next token, which must be there."""
        if self.is_empty():
            raise Flaw(TableSchemaCode.COLUMN_MALFORMED, f"Something is missing at the end of {shown(self._text)}")
        self._at += 1
        return self._pieces[self._at - 1]

    def take(self, *keys: str) -> bool:
        """Take these keywords or signs, if all of them come next."""
        if tuple(self.key(ahead) for ahead in range(len(keys))) != keys:
            return False
        self._at += len(keys)
        return True

    def expect(self, *keys: str) -> None:
        """Take these keywords or signs, which must come next."""
        for key in keys:
            if not self.take(key):
                found = "nothing more" if self.is_empty() else shown(self._pieces[self._at].text)
                raise Flaw(
                    TableSchemaCode.COLUMN_MALFORMED,
                    f"Expected {key.upper()} in {shown(self._text)}, and found {found}",
                )

    def name(self) -> str:
        """Take a name: a word, or anything in double quotes."""
        piece = self.next()
        if piece.token not in (SqlToken.WORD, SqlToken.QUOTED):
            raise Flaw(
                TableSchemaCode.COLUMN_MALFORMED,
                f"Expected a name in {shown(self._text)}, and found {shown(piece.text)}",
            )
        return piece.content

    def until(self, stops: frozenset[str]) -> tuple[Piece, ...]:
        """Take everything up to a keyword that stands outside all parentheses; at least one token."""
        taken = [self.next()]
        depth = _step(taken[0])
        while not self.is_empty() and (depth or self.key() not in stops):
            taken.append(self.next())
            depth += _step(taken[-1])
        if depth:
            raise Flaw(
                TableSchemaCode.COLUMN_MALFORMED, f"A parenthesis is not closed, or not open, in {shown(self._text)}"
            )
        return tuple(taken)

    def between(self, pieces: tuple[Piece, ...]) -> str:
        """The text that some tokens were taken from."""
        return self._text[pieces[0].start : pieces[-1].end]


def _step(piece: Piece) -> int:
    return {"(": 1, "[": 1, ")": -1, "]": -1}.get(piece.key, 0)


def _split(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at, end)
        if found is None or found.lastgroup is None:
            raise Flaw(
                TableSchemaCode.COLUMN_MALFORMED, f"{shown(text[at:end].strip())} is not SQL (is a quote missing?)"
            )
        pieces.append(
            Piece(SqlToken(found.lastgroup), found[found.lastgroup], found.start(found.lastgroup), found.end())
        )
        at = found.end()
    return pieces
