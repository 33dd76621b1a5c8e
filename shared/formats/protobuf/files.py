"""A source and its references as files for protoc, by the names in imports."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, refused
from sluicegate.shared.formats.protobuf.well_known import BUILT_IN

MAIN: Final = "__schema__.proto"
"""Name of the schema itself among the files: no reference may have it."""

OPTIONS: Final = "__uninterpreted__.proto"
"""Name of the file with definitions of undefined options: no reference may have it."""

MAX_REFERENCES: Final = 1000
"""References, counted along all ways."""

MAX_FILE_CHARACTERS: Final = 256 * 1024
"""Characters of one file."""

MAX_TOTAL_CHARACTERS: Final = 1024 * 1024
"""Characters of all files together."""

_NAME = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[^/\\:=,\x00-\x1f\x7f\"'*?<>|]+(?:/[^/\\:=,\x00-\x1f\x7f\"'*?<>|]+)*")
_MAX_NAME_LENGTH: Final = 255


@dataclass(frozen=True)
class ProtocFiles:
    """The schema's text, and the texts that it may import, by name."""

    main: str
    imports: Mapping[str, str]

    @cached_property
    def digest(self) -> bytes:
        """Return the identity of the files."""
        found = hashlib.sha256()
        for part in (self.main, *(text for name in sorted(self.imports) for text in (name, self.imports[name]))):
            data = part.encode("utf-8", "surrogatepass")
            found.update(b"%d:" % len(data))
            found.update(data)
        return found.digest()


def gathered(source: SchemaSource) -> ProtocFiles:
    """A source with the schemas that it refers to, and those that they refer to.

    Raises `SchemaSyntaxError`.

    All are in one space of names, because that is how imports see them: one name cannot stand for
    two texts.
    """
    imports: dict[str, str] = {}
    _check_length(source.text)
    size = len(source.text)
    for reference in _references(source):
        _check_name(reference.name)
        text = reference.source.text
        _check_length(text, reference.name)
        if reference.name.startswith(BUILT_IN):
            continue
        if imports.setdefault(reference.name, text) != text:
            message = f"Two different schemas are referred to by the name {reference.name!r}. Refer to one version of it everywhere"
            raise refused(ProtobufSchemaCode.REFERENCE_INVALID, message)
        size += len(text)
    if size > MAX_TOTAL_CHARACTERS:
        raise refused(
            ProtobufSchemaCode.TOO_LARGE,
            f"The schema and its references are longer than {MAX_TOTAL_CHARACTERS // 1024} KiB together",
        )
    return ProtocFiles(source.text, MappingProxyType(imports))


def _references(source: SchemaSource) -> Iterator[NamedSource]:
    waiting, count = list(source.references), 0
    while waiting:
        reference = waiting.pop()
        count += 1
        if count > MAX_REFERENCES:
            raise refused(
                ProtobufSchemaCode.TOO_LARGE, f"The schema refers to more than {MAX_REFERENCES} other schemas"
            )
        yield reference
        waiting += reference.source.references


def _check_length(text: str, name: str = "") -> None:
    if len(text) > MAX_FILE_CHARACTERS:
        message = (
            f"The schema is longer than {MAX_FILE_CHARACTERS // 1024} KiB. Split it into files that import each other"
        )
        raise refused(ProtobufSchemaCode.TOO_LARGE, message, name)


def is_importable(name: str) -> bool:
    """Whether an import can have this name."""
    return name not in (MAIN, OPTIONS) and len(name) <= _MAX_NAME_LENGTH and _NAME.fullmatch(name) is not None


def _check_name(name: str) -> None:
    if not is_importable(name):
        message = (
            f"A schema is referred to by the name {name[:80]!r}, which no import can have. Use a relative path with forward slashes, "
            "without `.` and `..`, like common/money.proto"
        )
        raise refused(ProtobufSchemaCode.REFERENCE_INVALID, message)
