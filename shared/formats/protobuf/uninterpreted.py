"""Custom options without a definition: strings for protoc, `uninterpreted_option` in descriptors.

Each is one `UninterpretedOption`: its only name part is the verbatim name, its `identifier_value`
the value.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final, cast

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from sluicegate.shared.formats.protobuf import protoc
from sluicegate.shared.formats.protobuf.files import OPTIONS
from sluicegate.shared.formats.protobuf.well_known import UNINTERPRETED

PACKAGE: Final = "sluicegate.uninterpreted"


@cache
def definitions() -> str:
    """The text that defines one option of strings for each kind of declaration."""
    return UNINTERPRETED.read_text(encoding="utf-8")


def is_reserved(name: str) -> bool:
    """Whether an option's name may be one of these definitions, which no schema can use."""
    return "uninterpreted" in name


def restored(artifact: bytes) -> bytes:
    """Return a serialized FileDescriptorSet with `uninterpreted_option` instead of the strings.

    The definitions are removed.
    """
    files = cast("FileDescriptorSet", _class().FromString(artifact))
    for file in files.file:
        if OPTIONS in file.dependency:
            for options in options_of(file):
                _restore(options)
            file.dependency.remove(OPTIONS)  # the last one, so that the numbers of the others stay
    kept = _reachable(files)
    known = (FileDescriptorProto.FromString(file.SerializeToString()) for file in files.file if file.name in kept)
    return FileDescriptorSet(file=known).SerializeToString()


def _restore(options: Any) -> None:
    for extension, texts in [each for each in options.ListFields() if each[0].full_name.startswith(f"{PACKAGE}.")]:
        for text in list(texts):
            name, _, value = text.partition(" = ")
            added = options.uninterpreted_option.add(identifier_value=value)
            added.name.add(name_part=name, is_extension=False)
        options.ClearExtension(extension)


def options_of(message: Any) -> Iterator[Any]:
    """The options of a declaration, and of all declarations in it."""
    for field, value in message.ListFields():
        if field.message_type is None or field.is_extension:
            continue
        for each in value if field.is_repeated else (value,):
            if field.name == "options":
                yield each
            else:
                yield from options_of(each)


def _reachable(files: FileDescriptorSet) -> set[str]:
    named = {file.name: file for file in files.file}
    found: set[str] = set()
    waiting = [files.file[-1].name]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [*named[name].dependency, *named[name].option_dependency]
    return found


@cache
def _class() -> type[Message]:
    """The class of descriptor sets that knows the definitions."""
    result = protoc.compiled(definitions().encode(), {})
    assert result.descriptors is not None, result.said
    pool = DescriptorPool()
    for file in FileDescriptorSet.FromString(result.descriptors).file:
        pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName(FileDescriptorSet.DESCRIPTOR.full_name))
