"""A schema's own file as clients load it: with nothing in it that only a text can have."""

from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from sluicegate.shared.formats.protobuf.schema import ProtobufSchema


def loadable(schema: ProtobufSchema) -> FileDescriptorProto:
    """Return the file without empty imports and undefined options.

    Clients load the descriptor with those of its references, which lack unregistered imports.
    """
    found = FileDescriptorProto()
    found.CopyFrom(schema.file)
    _drop_undefined_options(found)
    empty = {each.name for each in schema.files if each == FileDescriptorProto(name=each.name, syntax=each.syntax)}
    if empty.intersection(found.dependency):
        _drop_imports(found, empty)
    return found


def _drop_imports(file: FileDescriptorProto, names: set[str]) -> None:
    kept = [index for index, name in enumerate(file.dependency) if name not in names]
    moved = {index: place for place, index in enumerate(kept)}
    dependencies = [file.dependency[index] for index in kept]
    public = [moved[index] for index in file.public_dependency if index in moved]
    weak = [moved[index] for index in file.weak_dependency if index in moved]
    file.dependency[:], file.public_dependency[:], file.weak_dependency[:] = dependencies, public, weak


def _drop_undefined_options(message: Any) -> None:
    for field, value in message.ListFields():
        if field.name == "options":
            value.ClearField("uninterpreted_option")
        elif field.message_type is not None:
            for each in value if field.is_repeated else (value,):
                _drop_undefined_options(each)
