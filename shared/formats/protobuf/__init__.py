"""Protocol Buffers: proto2, proto3 and editions.

Texts are compiled by protoc, payloads are read by google.protobuf (upb).
"""

from sluicegate.shared.formats.engine import FormatEngine
from sluicegate.shared.formats.format import PLAIN_TEXT, Format
from sluicegate.shared.formats.options import FormatOptions
from sluicegate.shared.model import SchemaFormat


def _engine(options: FormatOptions) -> FormatEngine:
    from sluicegate.shared.formats.protobuf.engine import ProtobufEngine

    return ProtobufEngine(refuse_unknown=not options.unknown_fields)


FORMAT = Format(
    name=SchemaFormat.PROTOBUF,
    media_type=PLAIN_TEXT,
    engine=_engine,
    extensions=(".proto",),
    export_extension=".proto",
    example='syntax = "proto3"; message A { int32 a = 1; }',
    payloads=(b"", b"\x08\x01", b"\x0a\x00", b"\x0a\x02\x0a\x00", b"\xff" * 16),
)
