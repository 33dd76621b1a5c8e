"""Avro container files -> schema: the one that the writer embedded.

Several files must agree on one that reads them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final, cast

import fastavro

from sluicegate.shared.errors import SampleUnusable, SchemaSyntaxError
from sluicegate.shared.formats.avro.findings import findings
from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.avro.parser import parse
from sluicegate.shared.formats.engine import SchemaSource

_MAGIC: Final = b"Obj\x01"
_HEADER: Final = {
    "type": "record",
    "name": "org.apache.avro.file.Header",
    "fields": [
        {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": len(_MAGIC)}},
        {"name": "meta", "type": {"type": "map", "values": "bytes"}},
        {"name": "sync", "type": {"type": "fixed", "name": "Sync", "size": 16}},
    ],
}
"""First bytes of a container file (Avro specification, "Object Container Files")."""


@dataclass(frozen=True, slots=True)
class _Embedded:
    """A file's schema, verbatim and parsed."""

    index: int
    text: str
    schema: Schema


def infer(samples: Sequence[bytes]) -> str:
    """Return the verbatim schema of the files.

    Of several schemas, the last one that can read data of all others. Raises `SampleUnusable`, with
    the file, for an invalid file, or if no schema reads all.
    """
    if not samples:
        raise SampleUnusable("There is no sample. Give at least one Avro container file")
    found = [_embedded(index, sample) for index, sample in enumerate(samples)]
    for candidate in reversed(found):
        if all(not findings(candidate.schema, other.schema) for other in found):
            return candidate.text
    raise _disagreement(found)


def _embedded(index: int, sample: bytes) -> _Embedded:
    try:
        text = _metadata(sample)["avro.schema"].decode()
        return _Embedded(index, text, parse(SchemaSource(text)))
    except SchemaSyntaxError as error:
        raise SampleUnusable(f"The schema in the file cannot be used: {error.message}", index) from error
    except (KeyError, ValueError) as error:
        raise SampleUnusable("The file is not an Avro container file, or its header is damaged", index) from error


def _metadata(sample: bytes) -> dict[str, bytes]:
    """The header's entries. Raises `ValueError` when there is no header."""
    if not sample.startswith(_MAGIC):
        raise ValueError("no magic")
    try:
        header = cast("dict[str, dict[str, bytes]]", fastavro.schemaless_reader(BytesIO(sample), _HEADER, None))
    except (EOFError, ValueError, IndexError, OverflowError, MemoryError) as error:
        raise ValueError(str(error)) from error
    return header["meta"]


def _disagreement(found: Sequence[_Embedded]) -> SampleUnusable:
    """Why not even the last file's schema reads all: the first reason."""
    last = found[-1]
    for other in found:
        reasons = findings(last.schema, other.schema)
        if reasons:
            message = (
                f"The files were written with schemas of which none can read all the data: {reasons[0].change}"
                f" (at {reasons[0].path}). Infer from files of one schema"
            )
            return SampleUnusable(message, other.index)
    raise AssertionError("the last schema reads all, so it was chosen")
