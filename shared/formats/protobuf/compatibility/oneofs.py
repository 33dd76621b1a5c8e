"""Moves of fields into, out of and between oneofs.

Of the fields of a oneof, a reader gets only the last written one. The rules are those of
Confluent's registry since June 2026. Fields are matched by number, oneofs have no identity:

- a field that leaves its oneof, for another one or for none, loses nothing; - a field that is
  removed from its oneof is lost, unless all fields of that oneof are removed; - fields that could
  be set together must not share a oneof: those of one oneof of the writer never could, any other
  two could.
"""

from collections.abc import Iterator

from sluicegate.shared.formats.protobuf.compatibility.findings import ProtobufChange, finding
from sluicegate.shared.formats.protobuf.compatibility.model import ComparedMessage, MessageField
from sluicegate.shared.model import Finding


def oneof_findings(reader: ComparedMessage, writer: ComparedMessage) -> Iterator[Finding]:
    """Findings about the oneofs of two messages."""
    kept = {field.oneof for number, field in writer.fields.items() if number in reader.fields}
    for number, field in writer.fields.items():
        if number not in reader.fields and field.oneof is not None and field.oneof in kept | reader.oneofs:
            change = f"The field {field.name} ({number}) of the oneof {field.oneof} of {reader.name} is no longer there"
            yield finding(ProtobufChange.ONEOF_FIELD_REMOVED, f"{reader.name}.{field.name}", change)
    for oneof in sorted(reader.oneofs):
        yield from _joined(reader, writer, oneof)


def _joined(reader: ComparedMessage, writer: ComparedMessage, oneof: str) -> Iterator[Finding]:
    """Fields of the writer that could be set together, and are in one oneof of the reader."""
    moved = [writer.fields[number] for number in _members(reader, oneof) if number in writer.fields]
    alone = [field for field in moved if field.oneof is None]
    groups = {field.oneof for field in moved if field.oneof is not None}
    if len(alone) + len(groups) < 2:
        return
    if len(alone) > 1:
        change = f"The fields {_listed(moved)} of {reader.name} moved into the oneof {oneof}"
        yield finding(ProtobufChange.MULTIPLE_FIELDS_MOVED_TO_ONEOF, f"{reader.name}.{oneof}", change)
    else:
        change = f"The fields {_listed(moved)} of {reader.name} are together in the oneof {oneof}, and were not"
        yield finding(ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF, f"{reader.name}.{oneof}", change)


def _members(message: ComparedMessage, oneof: str) -> list[int]:
    return [number for number, field in message.fields.items() if field.oneof == oneof]


def _listed(fields: list[MessageField]) -> str:
    return ", ".join(sorted(field.name for field in fields))
