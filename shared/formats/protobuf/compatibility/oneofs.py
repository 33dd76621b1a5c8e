"""What moving fields into, out of and between oneofs does: of the fields of a oneof, only the last that was written is read."""

from collections.abc import Iterator

from shared.formats.protobuf.compatibility.findings import Kind, finding
from shared.formats.protobuf.compatibility.model import Field, Message
from shared.model import Finding


def oneof_findings(reader: Message, writer: Message) -> Iterator[Finding]:
    """Findings about the oneofs of two messages."""
    for number, field in writer.fields.items():
        left = _left(reader, field, reader.fields.get(number))
        if left:
            yield finding(Kind.ONEOF_FIELD_REMOVED, f"{reader.name}.{field.name}", left)
    for oneof, moved in _common(reader, writer).items():
        yield from _joined(reader, writer, oneof, moved)


def _common(reader: Message, writer: Message) -> dict[str, dict[str, str | None]]:
    """For each oneof of the reader, the fields in it that the writer has, and the writer's oneof that they are in."""
    found: dict[str, dict[str, str | None]] = {oneof: {} for oneof in sorted(reader.oneofs)}
    for number, field in reader.fields.items():
        if field.oneof is not None and number in writer.fields:
            before = writer.fields[number]
            found[field.oneof][before.name] = before.oneof
    return found


def _left(reader: Message, field: Field, now: Field | None) -> str | None:
    """How a field left a oneof that is still there; becoming a field on its own is fine."""
    if field.oneof is None or field.oneof not in reader.oneofs:
        return None
    if now is None:
        return (
            f"The oneof {field.oneof} of {reader.name} no longer has the field {field.name} ({field.descriptor.number})"
        )
    if now.oneof is not None and now.oneof != field.oneof:
        return f"The field {field.name} of {reader.name} moved from the oneof {field.oneof} to the oneof {now.oneof}"
    return None


def _joined(reader: Message, writer: Message, oneof: str, moved: dict[str, str | None]) -> Iterator[Finding]:
    """Fields of the writer that are in one oneof of the reader, and could be there together before."""
    if oneof in writer.oneofs:
        for name, before in moved.items():
            if before is None or (before != oneof and before not in reader.oneofs):
                change = f"The field {name} of {reader.name} moved into the oneof {oneof}, which was there before"
                yield finding(Kind.FIELD_MOVED_TO_EXISTING_ONEOF, f"{reader.name}.{name}", change)
        return
    sources = {f"oneof {before}" if before else name for name, before in moved.items()}
    if len(sources) > 1:
        change = f"The fields {', '.join(sorted(moved))} of {reader.name} moved into the new oneof {oneof}"
        yield finding(Kind.MULTIPLE_FIELDS_MOVED_TO_ONEOF, f"{reader.name}.{oneof}", change)
