"""Payload bytes -> rows, strictly: RFC 4180 in UTF-8, with three line ends and a separator.

The standard library's limit of field length is one for the whole process, so it is neither set nor
relied on here.
"""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Final, TypeAlias

FIELD_LIMIT: Final = 131_072
"""Maximum of characters of one cell: the default of the standard library's reader."""

BYTE_ORDER_MARK: Final = "\ufeff"
"""Spreadsheets write it in front of UTF-8. It is no part of the first cell."""

Row: TypeAlias = list[str]
Reader: TypeAlias = Callable[[bytes], Iterator[Row]]
"""Opens a payload. It, or the rows, raise an error of `FAILURES`."""


class Malformed(ValueError):
    """The payload is no CSV text. `code` is of the closed set of payload codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


FAILURES: Final = (UnicodeDecodeError, csv.Error, Malformed)
"""Errors of reading a payload."""


def reader(separator: str) -> Reader:
    """A reader of payloads whose columns are separated by one character."""
    dialect = csv.reader((), strict=True, delimiter=separator).dialect
    parse = csv.reader

    def rows(payload: bytes) -> Iterator[Row]:
        text = payload.decode()
        if "\0" in text:
            raise _refused(text)
        if text[:1] == BYTE_ORDER_MARK:
            text = text[1:]
        found = parse(StringIO(text, newline=""), dialect)
        return found if len(payload) <= FIELD_LIMIT else _bounded(found)

    return rows


def _refused(text: str) -> Malformed:
    line = text.count("\n", 0, text.index("\0")) + 1
    return Malformed("nul", f"The payload has a NUL character on line {line}. Send it without one")


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows of a payload long enough for a cell past the limit."""
    for row in rows:
        if row and max(map(len, row)) > FIELD_LIMIT:
            raise Malformed("csv", f"A cell has more than {FIELD_LIMIT} characters. Send a shorter one")
        yield row


def malformed(error: Exception) -> Malformed:
    """Return an error of reading as a sentence."""
    if isinstance(error, Malformed):
        return error
    if isinstance(error, UnicodeDecodeError):
        return Malformed("utf8", f"The payload is not UTF-8: {error.reason} at byte {error.start + 1}")
    if str(error).startswith("field larger than field limit"):
        return Malformed("csv", f"A cell has more than {FIELD_LIMIT} characters. Send a shorter one")
    return Malformed("csv", f"The payload is not CSV: {error}")
