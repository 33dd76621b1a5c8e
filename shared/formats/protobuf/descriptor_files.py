"""The files of a serialized descriptor, whichever message holds them.

Clients send a `FileDescriptorProto`, a `FileDescriptorSet`, or the `Schema` of Apicurio's
serializers: one file (field 1) and the `Schema` of each import (field 2). One envelope with both
fields reads the last two.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, refused
from sluicegate.shared.formats.protobuf.well_known import BUILT_IN, SHIPPED

MAX_FILES: Final = 100
MAX_DEPTH: Final = 32
"""Imports inside each other."""


@dataclass(frozen=True, slots=True)
class DescriptorFile:
    """One file: name, descriptor in base64, and names of its imports, without built-in ones."""

    name: str
    text: str
    imports: tuple[str, ...]


def descriptor_files(data: bytes) -> tuple[DescriptorFile, ...]:
    """Return the files of a serialized descriptor, imports first, the schema's own file last.

    Built-in files are left out. Raises `SchemaSyntaxError`.
    """
    found: dict[str, FileDescriptorProto] = {}
    _collect(data, found, 0)
    if not found:
        single = _file(data)
        if single is None or not _declares(single):
            message = "The body is neither a FileDescriptorProto nor a FileDescriptorSet"
            raise refused(ProtobufSchemaCode.DESCRIPTOR_MALFORMED, message)
        found[single.name] = single
    described = tuple(_described(each, found) for each in _ordered(found))
    if not described:
        raise refused(ProtobufSchemaCode.NOTHING_DECLARED, "The descriptor holds built-in files only")
    return described


def _envelope() -> Any:
    kind, repeated = FieldDescriptorProto.TYPE_BYTES, FieldDescriptorProto.LABEL_REPEATED
    fields = [FieldDescriptorProto(name=f"f{at}", number=at, type=kind, label=repeated) for at in (1, 2)]
    file = FileDescriptorProto(name="envelope.proto", message_type=[DescriptorProto(name="Envelope", field=fields)])
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName("Envelope"))


_Envelope: Final = _envelope()


def _collect(data: bytes, found: dict[str, FileDescriptorProto], depth: int) -> None:
    """Add the files of a set or a schema, the last one last; nothing where the bytes are neither."""
    try:
        envelope = _Envelope.FromString(data)
    except DecodeError:
        return
    files = [_file(each) for each in envelope.f1]
    if not files or any(file is None or not file.name for file in files):
        return
    if depth >= MAX_DEPTH:
        raise refused(
            ProtobufSchemaCode.TOO_LARGE, f"The descriptor has more than {MAX_DEPTH} imports inside each other"
        )
    for each in envelope.f2:
        _collect(each, found, depth + 1)
    for file in files:
        if file is not None:
            found.pop(file.name, None)
            found[file.name] = file
    if len(found) > MAX_FILES:
        raise refused(ProtobufSchemaCode.TOO_LARGE, f"The descriptor has more than {MAX_FILES} files")


def _file(data: bytes) -> FileDescriptorProto | None:
    try:
        return FileDescriptorProto.FromString(data)
    except DecodeError:
        return None


def _declares(file: FileDescriptorProto) -> bool:
    return any((file.message_type, file.enum_type, file.extension, file.service, file.dependency, file.package))


def _ordered(found: dict[str, FileDescriptorProto]) -> list[FileDescriptorProto]:
    """Sort files so that imports come first; circular imports keep their order.

    The schema's own file is the last one that no other file imports.
    """
    imported = {name for file in found.values() for name in file.dependency}
    own = next((name for name in reversed(found) if name not in imported), next(reversed(found)))
    order: dict[str, FileDescriptorProto] = {}
    waiting = [own]
    seen: set[str] = set()
    while waiting:
        name = waiting[-1]
        missing = [each for each in found[name].dependency if each in found and each not in seen]
        seen.add(name)
        if missing:
            waiting += missing
        else:
            order.setdefault(waiting.pop(), found[name])
    return [file for name, file in order.items() if not _is_built_in(name)]


def _described(file: FileDescriptorProto, found: dict[str, FileDescriptorProto]) -> DescriptorFile:
    imports = tuple(name for name in file.dependency if name in found and not _is_built_in(name))
    return DescriptorFile(file.name, b64encode(file.SerializeToString()).decode(), imports)


def _is_built_in(name: str) -> bool:
    return name.startswith(BUILT_IN) or name in SHIPPED
