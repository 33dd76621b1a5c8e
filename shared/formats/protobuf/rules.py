"""Rules for a schema that compiles (validity FULL).

protoc checks the language's rules, so few are left.
"""

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from sluicegate.shared.model import Violation


def violations(schema: ProtobufSchema) -> tuple[Violation, ...]:
    """A file without any statement. Every other one says something that another file can build on."""
    if schema.file != FileDescriptorProto(name=schema.file.name):
        return ()
    message = "The schema is empty. Declare the message that the payloads hold"
    return (Violation("", ProtobufSchemaCode.NOTHING_DECLARED, message),)
