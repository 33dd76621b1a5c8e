"""Serialized descriptors instead of texts, from clients without a .proto text.

A base64 FileDescriptorProto becomes a .proto text, which protoc checks like all others.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Error

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.protobuf.canonical import with_options
from sluicegate.shared.formats.protobuf.files import MAIN, ProtocFiles
from sluicegate.shared.formats.protobuf.printing.file import printed
from sluicegate.shared.formats.protobuf.printing.literals import quoted
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode, refused
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema, loaded

Compile: TypeAlias = Callable[[ProtocFiles], bytes]

MAX_ROUNDS: Final = 8
"""Descriptors whose custom options are defined in descriptors whose custom options are defined in
... and so on.
"""

_BASE64 = re.compile(r"[A-Za-z0-9+/\s]{4,}(?:=\s*){0,2}")


def is_base64(text: str) -> bool:
    """Return whether a text looks like base64.

    Every .proto text has a semicolon or a brace, or is a comment: no descriptor begins like one.
    """
    return _BASE64.fullmatch(text) is not None and not text.isspace() and not text.lstrip().startswith("//")


def plain_text(text: str) -> str | None:
    """Return the .proto text of a descriptor in base64.

    None for other content, and for a descriptor with custom options, which need their definitions.
    Raises `SchemaSyntaxError` for a descriptor that contradicts itself.
    """
    file = _read(text)
    return None if file is None or _has_custom_options(file) else _printed(file)


def as_texts(files: ProtocFiles, compile_texts: Compile) -> ProtocFiles:
    """The same files, with a .proto text in place of each serialized descriptor.

    Raises `SchemaSyntaxError`.
    """
    named = {"": files.main, **files.imports}
    read = {name: _read(text) for name, text in named.items() if is_base64(text)}
    if "" in read and read[""] is None:
        raise refused(
            ProtobufSchemaCode.DESCRIPTOR_MALFORMED,
            "The schema is neither a .proto text nor a FileDescriptorProto in base64",
        )
    waiting = {name: file for name, file in read.items() if file is not None}
    texts = {name: text for name, text in named.items() if name not in waiting}
    for name in [name for name, file in waiting.items() if not _has_custom_options(file)]:
        texts[name] = _printed(waiting.pop(name))
    for _ in range(MAX_ROUNDS):
        if not waiting:
            break
        _convert_ready(waiting, texts, compile_texts)
    if waiting:
        raise refused(
            ProtobufSchemaCode.TOO_LARGE,
            f"Descriptors with custom options import each other in more than {MAX_ROUNDS} steps",
        )
    main = texts.pop("")
    return ProtocFiles(main, MappingProxyType({name: texts[name] for name in files.imports}))


def _convert_ready(waiting: dict[str, FileDescriptorProto], texts: dict[str, str], compile_texts: Compile) -> None:
    """Convert descriptors with converted imports; of circular ones, the first."""
    imports = {name: text for name, text in texts.items() if name}
    ready = [name for name, file in waiting.items() if not any(each in waiting for each in _imports(file))]
    for name in ready or list(waiting)[:1]:
        file = waiting.pop(name)
        texts[name] = _printed(_with_known_options(file, imports, compile_texts))


def _with_known_options(
    file: FileDescriptorProto, imports: Mapping[str, str], compile_texts: Compile
) -> FileDescriptorProto:
    """Return a descriptor with the options that its imports or the file define, if they resolve."""
    try:
        return with_options(file, _beside(file, _imported(_imports(file), imports, compile_texts)))
    except SchemaSyntaxError:
        return file  # the compiler reports the fault of the text


def _imported(wanted: Iterable[str], imports: Mapping[str, str], compile_texts: Compile) -> ProtobufSchema:
    main = "".join(['syntax = "proto3";\n', *(f"import {quoted(name)};\n" for name in sorted(wanted))])
    return loaded(compile_texts(ProtocFiles(main, imports)))


def _beside(file: FileDescriptorProto, imported: ProtobufSchema) -> ProtobufSchema:
    """Return a descriptor with its imports: either may define its options."""
    together = FileDescriptorSet(file=[*imported.files[:-1], file])
    together.file[-1].name = MAIN
    return loaded(together.SerializeToString())


def _imports(file: FileDescriptorProto) -> list[str]:
    return [*file.dependency, *file.option_dependency]


def _read(text: str) -> FileDescriptorProto | None:
    """Return the descriptor in a base64 text; None for other content, which the compiler reports."""
    try:
        file = FileDescriptorProto.FromString(base64.b64decode("".join(text.split()), validate=True))
    except (binascii.Error, Error):
        return None
    declares = any((file.message_type, file.enum_type, file.extension, file.service, file.dependency, file.package))
    return file if declares else None


def _has_custom_options(file: FileDescriptorProto) -> bool:
    known = FileDescriptorProto()
    known.CopyFrom(file)
    known.DiscardUnknownFields()
    return known.ByteSize() != file.ByteSize()


def _printed(file: FileDescriptorProto) -> str:
    try:
        return printed(file)
    # not from a compiler: its numbers have no target
    except (KeyError, IndexError, ValueError) as error:
        raise refused(
            ProtobufSchemaCode.DESCRIPTOR_MALFORMED, f"The descriptor contradicts itself: {error!r}"
        ) from error
