"""A compiled schema: the result of `parse`, for all other parts of the engine. Immutable."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, cast

from google.protobuf.descriptor import Descriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Error, Message
from google.protobuf.reflection import GeneratedProtocolMessageType

from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, refused

MAX_NAMES: Final = 32 * 1024 * 1024
"""Characters of the full names of everything declared: a long package name multiplies with all that
is in it.
"""


@dataclass(frozen=True)
class ProtobufSchema:
    """A serialized FileDescriptorSet: the files that the schema imports, then the schema's own.

    Everything else follows from it.
    """

    artifact: bytes

    @cached_property
    def files(self) -> tuple[FileDescriptorProto, ...]:
        """Return all files, imports before their importers."""
        return tuple(FileDescriptorSet.FromString(self.artifact).file)

    @property
    def file(self) -> FileDescriptorProto:
        """The schema's own file."""
        return self.files[-1]

    @cached_property
    def pool(self) -> DescriptorPool:
        """The schema's types, and no others: never the pool that a process shares."""
        pool = DescriptorPool()
        for file in self.files:
            pool.Add(file)
        return pool

    @cached_property
    def classes(self) -> Mapping[str, type[Message]]:
        """The classes of all messages by their full names.

        They are made one by one, because google.protobuf's own way makes those of a message's
        fields inside each other: a chain of some hundred messages is too deep for it.
        """
        found = ((name, self.pool.FindMessageTypeByName(name)) for name in self.messages)
        return {name: _class(each) for name, each in found}

    @cached_property
    def messages(self) -> Mapping[str, DescriptorProto]:
        """The messages of all files by their full names, map entries included."""
        found: dict[str, DescriptorProto] = {}
        for file in self.files:
            found.update(_messages(file))
        return found

    @cached_property
    def field_names(self) -> frozenset[str]:
        """The names of all fields, and the parts of the full names of extensions."""
        found = {field.name for message in self.messages.values() for field in message.field}
        scopes = [(file.package, file.extension) for file in self.files]
        scopes += [(name, message.extension) for name, message in self.messages.items()]
        for scope, extensions in scopes:
            if extensions:
                found.update(scope.split("."), (each.name for each in extensions))
        return frozenset(found)

    @cached_property
    def own(self) -> tuple[Descriptor, ...]:
        """The messages of the schema's own file, outer ones before inner ones, without map entries."""
        named = _messages(self.file)
        return tuple(self.pool.FindMessageTypeByName(name) for name, each in named if not each.options.map_entry)

    @property
    def top_level(self) -> tuple[Descriptor, ...]:
        """Return the top-level messages of the schema's own file, in their order."""
        return tuple(each for each in self.own if each.containing_type is None)


def loaded(artifact: bytes) -> ProtobufSchema:
    """The schema of a descriptor set.

    Raises `SchemaSyntaxError` when it is none, or cannot be loaded.
    """
    schema = ProtobufSchema(artifact)
    try:
        if not schema.files:
            raise refused(ProtobufSchemaCode.DESCRIPTOR_MALFORMED, "The descriptor set is empty")
        if sum(map(_length_of_names, schema.files)) > MAX_NAMES:
            raise refused(
                ProtobufSchemaCode.TOO_LARGE, "The names in the schema are too long. Use a shorter package name"
            )
        schema.pool.FindFileByName(schema.file.name)
    # errors of google.protobuf for sets that it refuses
    except (Error, TypeError, KeyError) as error:
        if "exceeded maximum size" in str(error):
            message = "A message has more fields than google.protobuf takes: some thousand. Split it into messages"
            raise refused(ProtobufSchemaCode.TOO_LARGE, message) from error
        raise refused(ProtobufSchemaCode.DESCRIPTOR_MALFORMED, f"The schema cannot be loaded: {error}") from error
    return schema


def _class(message: Descriptor) -> type[Message]:
    made = GeneratedProtocolMessageType(message.name, (Message,), {"DESCRIPTOR": message, "__module__": None})
    return cast("type[Message]", made)


def _messages(file: FileDescriptorProto) -> list[tuple[str, DescriptorProto]]:
    found: list[tuple[str, DescriptorProto]] = []
    waiting = [(file.package, each) for each in reversed(file.message_type)]
    while waiting:
        scope, message = waiting.pop()
        name = f"{scope}.{message.name}" if scope else message.name
        found.append((name, message))
        waiting += [(name, each) for each in reversed(message.nested_type)]
    return found


def _length_of_names(file: FileDescriptorProto) -> int:
    total = 0
    for name, message in _messages(file):
        members = len(message.field) + len(message.extension) + len(message.oneof_decl)
        total += len(name) * (1 + members + sum(map(_members, message.enum_type)))
    outside = (
        len(file.extension) + sum(map(_members, file.enum_type)) + sum(1 + len(each.method) for each in file.service)
    )
    return total + len(file.package) * outside


def _members(declared: EnumDescriptorProto) -> int:
    return 1 + len(declared.value)
