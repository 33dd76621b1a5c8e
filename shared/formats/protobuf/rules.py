"""What is refused of a schema that compiles (validity FULL). protoc checks the language's rules, so little is left."""

from shared.formats.protobuf.refusals import Code
from shared.formats.protobuf.schema import ProtobufSchema
from shared.model import Violation


def violations(schema: ProtobufSchema) -> tuple[Violation, ...]:
    """A file that declares nothing and passes nothing on: it can be neither imported nor used to check payloads with any effect."""
    file = schema.file
    if any((file.message_type, file.enum_type, file.service, file.extension, file.public_dependency)):
        return ()
    message = "The schema declares no message, enum, service or extension. Declare the message that the payloads hold"
    return (Violation("", Code.NOTHING_DECLARED, message),)
