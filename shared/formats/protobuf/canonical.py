"""The canonical text of a schema."""

from typing import cast

from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from shared.formats.protobuf.printing.file import printed
from shared.formats.protobuf.schema import ProtobufSchema


def canonical(schema: ProtobufSchema) -> str:
    """The text of the schema's own file: the same for every way of writing the same descriptor."""
    return printed(with_options(schema.file, schema.pool))


def with_options(file: FileDescriptorProto, pool: DescriptorPool) -> FileDescriptorProto:
    """The same descriptor, its custom options known as the pool defines them: to the process's own class they are unknown fields."""
    try:
        described = pool.FindMessageTypeByName(FileDescriptorProto.DESCRIPTOR.full_name)
    except KeyError:  # descriptor.proto is not imported, so there are no custom options
        return file
    return cast("FileDescriptorProto", GetMessageClass(described).FromString(file.SerializeToString()))
