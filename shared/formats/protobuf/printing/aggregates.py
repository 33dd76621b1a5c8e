"""Values of options without a definition, in one spelling: fields of messages sorted by name.

The grammar is that of protobuf.dev/reference/protobuf/textformat-spec. Confluent's registry prints
such values from maps, with `normalize=true` in the order of their names.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from sluicegate.shared.formats.protobuf.outline import tokens

_CLOSED: Final[Mapping[str, str]] = MappingProxyType({"{": "}", "<": ">"})
_SEPARATORS: Final = frozenset({",", ";"})
_QUOTES: Final = ("'", '"')
_Part = TypeVar("_Part")


class _Unread(Exception):
    """The text is not in the grammar."""


def ordered(value: str) -> str:
    """Return a value of an option in its one spelling; unchanged if it is not in the grammar."""
    reader = _Reader(value)
    try:
        found = reader.value()
    except (_Unread, RecursionError):
        return value
    return found if reader.at_end else value


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = [token.text for token in tokens(text)]
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def value(self) -> str:
        if self._next in _CLOSED:
            return self._message(_CLOSED[self._take()])
        if self._next == "[":
            self._take()
            return f"[{', '.join(self._until(']', self.value))}]"
        if self._next.startswith(_QUOTES):
            return self._strings()
        sign = self._take() if self._next == "-" else ""
        return sign + self._word()

    def _message(self, closed: str) -> str:
        fields = sorted(self._until(closed, self._field), key=lambda each: each[0])
        return f"{{ {' '.join(f'{name}: {value}' for name, value in fields)} }}" if fields else "{}"

    def _field(self) -> tuple[str, str]:
        name = self._extension() if self._next == "[" else self._word()
        if self._next == ":":
            self._take()
        return name, self.value()

    def _extension(self) -> str:
        self._take()
        return f"[{''.join(self._until(']', self._take))}]"

    def _strings(self) -> str:
        """Read adjacent strings, which are one, in double quotes.

        Escapes may end where the next string begins, and quotes need some: such strings stay.
        """
        found = []
        while not self.at_end and self._next.startswith(_QUOTES):
            found.append(self._take())
        inner = "".join(each[1:-1] for each in found)
        joined = len(found) == 1 or "\\" not in inner
        plain = all(each[0] == '"' or '"' not in each for each in found)
        return f'"{inner}"' if joined and plain else " ".join(found)

    def _until(self, closed: str, part: Callable[[], _Part]) -> Iterator[_Part]:
        while self._next != closed:
            yield part()
            if self._next in _SEPARATORS:
                self._take()
        self._take()

    def _word(self) -> str:
        word = self._take()
        if not (word[0].isalnum() or word[0] in "_."):
            raise _Unread
        return word

    @property
    def _next(self) -> str:
        if self.at_end:
            raise _Unread
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._next
        self._at += 1
        return token
