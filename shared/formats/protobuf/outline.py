"""Declarations and uses in a .proto text, by its tokens: package, imports, types, options.

protoc reports only the first problem of a text; the outline finds the others. Invariant: it is read
after protoc has parsed the text, so statements end with `;` or a block, and blocks are balanced.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

_TOKENS: Final = re.compile(
    r"""
    (?:\s|//[^\n]*|/\*.*?(?:\*/|\Z))++                                 # spaces and comments
    | (?P<token> "(?:[^"\\\n]|\\[^\n])*+"? | '(?:[^'\\\n]|\\[^\n])*+'?
      | \.?\d(?:[eE][+-]|[\w.])*+ | [\w.]++ | . )
    """,
    re.DOTALL | re.VERBOSE,
)
_OPEN, _CLOSED = frozenset("{[("), frozenset("}])")
_MODIFIERS: Final = frozenset(("export", "local", "optional", "required", "repeated"))
_TYPES: Final = frozenset(("message", "group", "enum"))
_SCOPES: Final = frozenset(("message", "group"))
_BLOCKS: Final = _TYPES | {"service", "oneof", "extend", "rpc"}


class ProtoToken(NamedTuple):
    """A token and its place in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CustomOption:
    """An option whose name begins with a parenthesis.

    `kind` is the kind of its owner, as in `uninterpreted.proto`. `start` and `end` enclose name and
    value in the text; the value begins at `value_start`.
    """

    kind: str
    name: str
    value: str
    start: int
    value_start: int
    end: int


@dataclass(slots=True)
class Outline:
    """The parts of a text. `types` are full names, without a leading dot."""

    package: str = ""
    imports: list[str] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    options: list[CustomOption] = field(default_factory=list)


class _Block(NamedTuple):
    kind: str
    name: str


def outline(text: str) -> Outline:
    """Read a text that protoc parses."""
    return _Reader(text).read()


def tokens(text: str) -> Iterator[ProtoToken]:
    """The tokens of a text, without comments."""
    return (
        ProtoToken(found["token"], found.start(), found.end()) for found in _TOKENS.finditer(text) if found["token"]
    )


class _Reader:
    """One pass over the tokens."""

    def __init__(self, text: str) -> None:
        self._tokens = [*tokens(text), ProtoToken("", len(text), len(text))]
        self._at = 0
        self._blocks: list[_Block] = [_Block("file", "")]
        self._statement: list[str] = []
        self._relative: list[str] = []
        self._found = Outline()

    def read(self) -> Outline:
        while self._tokens[self._at].text:
            self._step(self._tokens[self._at].text)
        prefix = f"{self._found.package}." if self._found.package else ""
        self._found.types = {prefix + name for name in self._relative}
        return self._found

    def _step(self, text: str) -> None:
        if text == "option" and not self._statement:
            self._at += 1
            self._option(self._blocks[-1].kind, frozenset(";"))
        elif text == "[":
            self._bracketed()
        else:
            self._at += 1
            self._plain(text)

    def _plain(self, text: str) -> None:
        if text == "{":
            self._enter()
        elif text == "}":
            if len(self._blocks) > 1:
                self._blocks.pop()
            self._statement = []
        elif text == ";":
            self._end_statement()
        else:
            self._statement.append(text)

    def _words(self) -> list[str]:
        """Return the statement so far, from its keyword."""
        words = self._statement
        while words and words[0] in _MODIFIERS:
            words = words[1:]
        return words or [""]

    def _enter(self) -> None:
        kind, *rest = self._words()
        name = rest[0] if rest else ""
        kind = kind if kind in _BLOCKS else "other"
        if kind in _TYPES:
            self._relative.append(".".join([*(each.name for each in self._blocks if each.kind in _SCOPES), name]))
        self._blocks.append(_Block(kind, name))
        self._statement = []

    def _end_statement(self) -> None:
        kind, *rest = self._words()
        if kind == "package" and rest:
            self._found.package = "".join(rest)
        elif kind == "import" and rest:
            self._found.imports.append(rest[-1][1:-1])
        self._statement = []

    def _bracketed(self) -> None:
        kind = "value" if self._blocks[-1].kind == "enum" else "field"
        if self._words()[0] == "extensions":
            kind = "extensions"
        while self._tokens[self._at].text in ("[", ","):
            self._at += 1
            self._option(kind, frozenset(",]"))
        self._at += self._tokens[self._at].text == "]"

    def _option(self, kind: str, ends: frozenset[str]) -> None:
        """Read `name = value` up to one of the `ends`, which is left unread."""
        name, value = self._until(frozenset("=") | ends), []
        if self._tokens[self._at].text == "=":
            self._at += 1
            value = self._until(ends)
        if name and value and name[0].text == "(":
            spelt = "".join(each.text for each in name), " ".join(each.text for each in _signed(value))
            kind = "message" if kind == "group" else kind
            places = name[0].start, value[0].start, value[-1].end
            self._found.options.append(CustomOption(kind, *spelt, *places))

    def _until(self, ends: frozenset[str]) -> list[ProtoToken]:
        found: list[ProtoToken] = []
        depth = 0
        while (token := self._tokens[self._at]).text and (depth > 0 or token.text not in ends):
            depth += (token.text in _OPEN) - (token.text in _CLOSED)
            found.append(token)
            self._at += 1
        return found


def _signed(value: Sequence[ProtoToken]) -> Iterator[ProtoToken]:
    """The tokens of a value, a sign joined to the number behind it."""
    sign = ""
    for token in value:
        if token.text == "-":
            sign = "-"
            continue
        yield ProtoToken(sign + token.text, token.start, token.end)
        sign = ""
