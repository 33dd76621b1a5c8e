"""The canonical text of a schema."""

from typing import cast

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from sluicegate.shared.formats.protobuf.printing.file import printed
from sluicegate.shared.formats.protobuf.printing.normal import normal
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema


def canonical(schema: ProtobufSchema) -> str:
    """The text of the schema's own file: the same for every way of writing the same descriptor."""
    return printed(with_options(schema.file, schema))


def normalized(schema: ProtobufSchema) -> str:
    """Return the text that is equal for permutations.

    Permutations of fields, oneof members, enum values, options and imports.
    """
    return printed(normal(with_options(schema.file, schema)), options_by_name=True)


def with_options(file: FileDescriptorProto, defining: ProtobufSchema) -> FileDescriptorProto:
    """Return the same descriptor with custom options as a schema defines them.

    To the process's own class they are unknown fields.
    """
    known = defining.classes.get(str(FileDescriptorProto.DESCRIPTOR.full_name))
    if known is None:  # descriptor.proto is not imported, so there are no custom options
        return file
    return cast("FileDescriptorProto", known.FromString(file.SerializeToString()))
