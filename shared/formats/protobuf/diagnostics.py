"""What protoc says -> violations."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from shared.formats.protobuf.refusals import Code, shortened
from shared.model import Violation

MOST: Final = 50

_PLACED = re.compile(r"(?P<file>\d{1,4})\.proto:(?P<line>\d+):(?P<column>\d+): (?P<message>.*)")
_IMPORT = re.compile(r'Import "(?P<name>.*)" was not found or had errors\.')
_FOLLOWS = re.compile(r'".*" seems to be defined in ".*", which is not imported by|".*" is not defined\.')

GAVE_UP: Final = Violation(
    "", Code.TOO_LARGE, "The schema is too large or nested too deeply: the compiler used up its time or memory"
)


def violations(said: str, imports: Sequence[str]) -> tuple[Violation, ...]:
    """The errors in what protoc said, at least one; `imports` are the names of the files after the first, as it was given them.

    `path` is `line:column`, both counted from 1, behind the file's name when it is an imported one.
    """
    placed = [found for found in map(_PLACED.fullmatch, said.splitlines()) if found]
    found = tuple(islice(_violations(placed, imports), MOST))
    return found or (_unplaced(said),)


def _violations(placed: list[re.Match[str]], imports: Sequence[str]) -> Iterator[Violation]:
    unknown = False
    for each in placed:
        message = each["message"]
        imported = _IMPORT.fullmatch(message)
        if message.startswith("warning:") or (imported and imported["name"] in imports):
            continue  # a file that can be imported and has errors has them listed
        if imported:
            unknown = True
            yield Violation(_place(each, imports), Code.IMPORT_UNKNOWN, _unknown(imported["name"]))
        elif not (unknown and _FOLLOWS.match(message)):
            yield Violation(_place(each, imports), Code.SYNTAX, shortened(message))


def _place(found: re.Match[str], imports: Sequence[str]) -> str:
    where = f"{found['line']}:{found['column']}"
    index = int(found["file"])
    return f"{imports[index - 1]}:{where}" if 1 <= index <= len(imports) else where


def _unknown(name: str) -> str:
    return (
        f'The import "{shortened(name, 100)}" is not known. Register the imported schema and refer to it by this name; only '
        "google/protobuf/*.proto need no reference"
    )


def _unplaced(said: str) -> Violation:
    lines = [line for line in said.splitlines() if line.strip() and "warning:" not in line]
    return Violation("", Code.SYNTAX, shortened(lines[0])) if lines else GAVE_UP
