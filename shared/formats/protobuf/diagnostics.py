"""Output of protoc -> violations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from sluicegate.shared.formats.protobuf.files import MAIN
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, shortened
from sluicegate.shared.model import Violation

MAX_PROBLEMS: Final = 50

Violations: TypeAlias = tuple[Violation, ...]

_PLACED = re.compile(r"(?P<file>\d{1,4})\.proto:(?P<line>\d+):(?P<column>\d+): (?P<message>.*)")
_IMPORT = re.compile(r'Import "(?P<name>.*)" was not found or had errors\.')
_UNDEFINED = re.compile(r'"(?P<name>.*)" (?:seems to be defined in ".*", which is not imported by|is not defined\.).*')
_OPTION = re.compile(
    r'Option "\(.*" (?:unknown\. |is resolved to )|Option field "\(.*" is not a field or extension of '
    r'|Error while parsing option value for ".*": '
    r'(?:Extension ".*" is not defined|Could not find type ".*" stored in google\.protobuf\.Any|Message type ".*" has no field named )'
)

GAVE_UP: Final = Violation(
    "",
    ProtobufSchemaCode.TOO_LARGE,
    "The schema is too large or nested too deeply: the compiler used up its time or memory",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error that protoc reports.

    `file` is an import name; `place` is a line and a column, counted from 1.
    """

    file: str
    place: tuple[int, int]
    message: str

    @property
    def missing_import(self) -> str | None:
        """The name of an import that protoc does not find."""
        return _named(_IMPORT, self.message)

    @property
    def undefined(self) -> str | None:
        """The name of a type that protoc does not find."""
        return _named(_UNDEFINED, self.message)

    @property
    def is_unknown_option(self) -> bool:
        """Whether a custom option, or a part of its value, at this place has no definition."""
        return _OPTION.match(self.message) is not None

    @property
    def path(self) -> str:
        """Return the path of the violation: `line:column`, after the name of an imported file."""
        where = f"{self.place[0]}:{self.place[1]}"
        return where if self.file == MAIN else f"{self.file}:{where}"


def problems(said: str, names: Sequence[str]) -> tuple[Problem, ...]:
    """Return the errors in protoc's output; `names` are the names of the files for protoc."""
    placed = (found for found in map(_PLACED.fullmatch, said.splitlines()) if found)
    return tuple(
        Problem(names[int(each["file"])], (int(each["line"]), int(each["column"])), each["message"])
        for each in placed
        if int(each["file"]) < len(names) and not each["message"].startswith("warning:")
    )


def violations(found: Sequence[Problem], names: Sequence[str], missing: Sequence[Problem], said: str) -> Violations:
    """The violations of a schema that protoc refuses, at least one.

    `missing` are earlier problems: imports that could be done without, until now, when a type is
    not found.
    """
    listed = tuple(islice(_violations(found, names, missing), MAX_PROBLEMS))
    return listed or (_unplaced(said),)


def _violations(found: Sequence[Problem], names: Sequence[str], missing: Sequence[Problem]) -> Iterator[Violation]:
    absent = any(each.missing_import for each in (*missing, *found))
    if any(each.undefined for each in found):
        yield from (_unknown(each) for each in missing)
    for each in found:
        if each.missing_import is None:
            if not (absent and each.undefined):
                yield Violation(each.path, ProtobufSchemaCode.SYNTAX, shortened(each.message))
        # errors inside an importable file are in the list already
        elif each.missing_import not in names:
            yield _unknown(each)


def _unknown(problem: Problem) -> Violation:
    name = shortened(problem.missing_import or "", 100)
    message = (
        f'The import "{name}" is not known. Register the imported schema and refer to it by this name; only google/protobuf/*, '
        "google/type/* and confluent/* need no reference"
    )
    return Violation(problem.path, ProtobufSchemaCode.IMPORT_UNKNOWN, message)


def _named(pattern: re.Pattern[str], message: str) -> str | None:
    found = pattern.fullmatch(message)
    return None if found is None else found["name"]


def _unplaced(said: str) -> Violation:
    lines = [line for line in said.splitlines() if line.strip() and "warning:" not in line]
    return Violation("", ProtobufSchemaCode.SYNTAX, shortened(lines[0])) if lines else GAVE_UP
