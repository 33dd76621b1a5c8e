"""Comparison of two schemas: messages are matched by name, fields by number.

The results are those of Confluent's registry: unknown fields and enum numbers are kept for readers
that know them, so most additions and removals are compatible. Types that keep their name within
their package may move between files.
"""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from functools import cached_property

from google.protobuf.descriptor import Descriptor

from sluicegate.shared.formats.protobuf.compatibility.findings import ProtobufChange, finding
from sluicegate.shared.formats.protobuf.compatibility.model import ComparedMessage, MessageField, Shape, relative
from sluicegate.shared.formats.protobuf.compatibility.oneofs import oneof_findings
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.model import Finding


def compare(reader: ProtobufSchema, writer: ProtobufSchema) -> tuple[Finding, ...]:
    """Why data of `writer` cannot all be read with `reader`. Empty: compatible."""
    return tuple(dict.fromkeys(_Comparison(reader, writer).findings()))


class _Comparison:
    """One comparison: which pairs of messages have been seen, and which are still to come."""

    def __init__(self, reader: ProtobufSchema, writer: ProtobufSchema) -> None:
        self._reader = reader
        self._writer = writer
        self._waiting: deque[tuple[Descriptor, Descriptor]] = deque()
        self._seen: set[tuple[str, str]] = set()

    def findings(self) -> Iterator[Finding]:
        if self._reader.file.package != self._writer.file.package:
            change = f"The package is {self._reader.file.package or 'empty'!r} and was {self._writer.file.package or 'empty'!r}"
            yield finding(ProtobufChange.PACKAGE_CHANGED, self._reader.file.package, change)
        yield from self._roots()
        while self._waiting:
            reader, writer = self._waiting.popleft()
            if (reader.full_name, writer.full_name) not in self._seen:
                self._seen.add((reader.full_name, writer.full_name))
                yield from self._messages(ComparedMessage(reader, self._reader), ComparedMessage(writer, self._writer))

    def _roots(self) -> Iterator[Finding]:
        """Compare every message of the writer's own file; imported types follow from the fields."""
        gone: set[str] = set()
        for message in self._writer.own:
            found = self._counterpart(message)
            if found is not None:
                self._waiting.append((found, message))
                continue
            gone.add(message.full_name)
            if message.containing_type is None or message.containing_type.full_name not in gone:
                change = f"The message {message.full_name} is no longer there"
                yield finding(ProtobufChange.MESSAGE_REMOVED, message.full_name, change)

    def _counterpart(self, message: Descriptor) -> Descriptor | None:
        name = relative(message)
        found = self._own.get(self._moved.get(name, name))
        if found is None and message.full_name in self._reader.messages:
            return self._reader.pool.FindMessageTypeByName(message.full_name)
        return found

    @cached_property
    def _own(self) -> Mapping[str, Descriptor]:
        """The messages of the reader's own file, by their names within the package."""
        return {relative(each): each for each in self._reader.own}

    @cached_property
    def _moved(self) -> Mapping[str, str]:
        """Return the writer's messages that moved into or out of another message.

        Exactly one of that name is gone, and one is new.
        """
        before = {relative(each) for each in self._writer.own}
        came = {name for name in self._own if name not in before}
        counts = Counter(map(_simple, came)), Counter(_simple(name) for name in before if name not in self._own)
        places = {_simple(name): name for name in came}
        return {
            name: places[_simple(name)]
            for name in before
            if name not in self._own and all(count[_simple(name)] == 1 for count in counts)
        }

    def _messages(self, reader: ComparedMessage, writer: ComparedMessage) -> Iterator[Finding]:
        for number in sorted({*reader.fields, *writer.fields}):
            now, before = reader.fields.get(number), writer.fields.get(number)
            if now is None:
                yield from _removed(reader, before)
            else:
                yield from self._field(f"{reader.name}.{now.name}", now, before)
                yield from _reserved(reader, writer, now)
        yield from oneof_findings(reader, writer)

    def _field(self, path: str, now: MessageField, before: MessageField | None) -> Iterator[Finding]:
        if now.required and (before is None or not before.required):
            change = (
                f"The required field {now.name} is new"
                if before is None
                else f"The field {now.name} is required and was not"
            )
            yield finding(ProtobufChange.REQUIRED_FIELD_ADDED, path, change)
        if before is None:
            return
        differing = tuple(self._types(path, now, before))
        yield from differing
        if not differing and now.repeated != before.repeated and now.numeric:
            change = f"The field {now.name} is {_label(now)} and was {_label(before)}, which numbers are not written alike for"
            yield finding(ProtobufChange.FIELD_NUMERIC_LABEL_CHANGED, path, change)

    def _types(self, path: str, now: MessageField, before: MessageField) -> Iterator[Finding]:
        change = f"The type of the field {now.name} is {now.described} and was {before.described}"
        if now.shape is not before.shape:
            shapes = f"{change}: {now.shape.value} in place of {before.shape.value}"
            yield finding(ProtobufChange.FIELD_KIND_CHANGED, path, shapes)
        elif now.shape is Shape.MAP:
            for part, (new, old) in zip(("key", "value"), zip(now.part, before.part, strict=True), strict=True):
                yield from self._types(f"{path}.{part}", new, old)
        elif now.shape is Shape.SCALAR and now.group != before.group:
            yield finding(ProtobufChange.FIELD_SCALAR_KIND_CHANGED, path, f"{change}, which is written in another way")
        elif not self._same_name(now, before):
            yield finding(ProtobufChange.FIELD_NAMED_TYPE_CHANGED, path, change)
        elif now.message is not None and before.message is not None:
            self._waiting.append((now.message, before.message))

    def _same_name(self, now: MessageField, before: MessageField) -> bool:
        """Return whether two fields have the same message or enum; numbers can replace enums."""
        new, old = now.message or now.enum, before.message or before.enum
        if new is None or old is None:
            return True
        return relative(new) in (relative(old), self._moved.get(relative(old)))


def _removed(reader: ComparedMessage, field: MessageField | None) -> Iterator[Finding]:
    if field is not None and field.required:
        change = f"The required field {field.name} ({field.descriptor.number}) is no longer there"
        yield finding(ProtobufChange.REQUIRED_FIELD_REMOVED, f"{reader.name}.{field.name}", change)


def _reserved(reader: ComparedMessage, writer: ComparedMessage, field: MessageField) -> Iterator[Finding]:
    path = f"{reader.name}.{field.name}"
    if writer.reserves(field.descriptor.number):
        change = f"The field {field.name} has the number {field.descriptor.number}, which the writer's {writer.name} reserves"
        yield finding(ProtobufChange.RESERVED_NUMBER_REUSED, path, change)
    if field.name in writer.reserved_names:
        change = f"The field {field.name} has a name that the writer's {writer.name} reserves"
        yield finding(ProtobufChange.RESERVED_NAME_REUSED, path, change)


def _label(field: MessageField) -> str:
    return "repeated" if field.repeated else "single"


def _simple(name: str) -> str:
    return name.rpartition(".")[2]
