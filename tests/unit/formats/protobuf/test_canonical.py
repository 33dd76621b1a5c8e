"""The canonical text is the same for every spelling, and gives the same descriptor again."""

import base64
from types import ModuleType
from typing import Any

import pytest
from google.protobuf import any_pb2, api_pb2, descriptor_pb2, duration_pb2, struct_pb2, type_pb2, wrappers_pb2
from google.protobuf.compiler import plugin_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FileDescriptorProto

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.canonical import with_options
from sluicegate.shared.formats.protobuf.printing.file import printed
from sluicegate.shared.formats.protobuf.schema import ProtobufSchema
from tests.unit.formats.protobuf.builders import CORPUS, ENGINE, parsed


def normalised(schema: ProtobufSchema) -> bytes:
    """Return a descriptor with sorted parts: imports, reserved names, map entries in options."""
    file = with_options(schema.file, schema)
    public = sorted(file.dependency[index] for index in file.public_dependency)
    del file.public_dependency[:]
    _sort(file.dependency)
    file.public_dependency.extend(list(file.dependency).index(name) for name in public)
    for message in file.message_type:
        _normalise(message)
    for enum in file.enum_type:
        _normalise_enum(enum)
    for method in (method for service in file.service for method in service.method if not method.options.ListFields()):
        method.ClearField("options")  # `rpc ... {}` leaves options that hold nothing
    return file.SerializeToString(deterministic=True)


def _normalise(message: DescriptorProto) -> None:
    for ranges in (message.reserved_range, message.extension_range):
        ranges.sort(key=lambda each: each.start)
    _sort(message.reserved_name)
    for nested in message.nested_type:
        _normalise(nested)
    for enum in message.enum_type:
        _normalise_enum(enum)


def _normalise_enum(enum: EnumDescriptorProto) -> None:
    enum.reserved_range.sort(key=lambda each: each.start)
    _sort(enum.reserved_name)


def _sort(names: Any) -> None:
    names.sort()


def compiled(text: str) -> ProtobufSchema:
    return ENGINE.parse(SchemaSource(text))


@pytest.mark.parametrize("name", CORPUS)
def test_canonical_text_compiles_to_an_equal_descriptor(name: str) -> None:
    schema = compiled(CORPUS[name])
    assert normalised(compiled(ENGINE.canonical(schema))) == normalised(schema)


@pytest.mark.parametrize("name", CORPUS)
def test_canonical_text_is_its_own_canonical_text(name: str) -> None:
    once = ENGINE.canonical(compiled(CORPUS[name]))
    assert ENGINE.canonical(compiled(once)) == once


@pytest.mark.parametrize(
    "module", [any_pb2, api_pb2, descriptor_pb2, duration_pb2, struct_pb2, type_pb2, wrappers_pb2, plugin_pb2]
)
def test_the_descriptors_of_googles_own_files_come_back_equal(module: ModuleType) -> None:
    file = FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
    schema = compiled(printed(file))
    assert printed(schema.file) == printed(file)
    assert [each.name for each in schema.file.message_type] == [each.name for each in file.message_type]


@pytest.mark.parametrize("name", CORPUS)
def test_a_descriptor_in_base64_is_the_same_schema_as_its_text(name: str) -> None:
    """Clients that are not written in Java register descriptors; generated ones lack JSON names."""
    schema = compiled(CORPUS[name])
    file = FileDescriptorProto()
    file.CopyFrom(schema.file)
    file.name = "their/name.proto"
    assert ENGINE.canonical(compiled(base64.b64encode(file.SerializeToString()).decode())) == ENGINE.canonical(schema)


def test_what_does_not_matter_is_not_in_it() -> None:
    one = """syntax = "proto3"; // a comment
        package p; import "google/protobuf/any.proto"; import "google/protobuf/empty.proto";
        option java_package = "j"; option go_package = "g";
        message A { reserved 5, 3; reserved "y", "x"; B b = 1 [json_name = "b", deprecated = true]; } message B {}"""
    other = """syntax = 'proto3'; package p;
        option go_package = "g"; option java_package = "j";
        import "google/protobuf/empty.proto"; import "google/protobuf/any.proto";
        message A { reserved "x", "y"; reserved 3, 5; .p.B b = 1 [deprecated = true]; } message B {}"""
    assert ENGINE.canonical(compiled(one)) == ENGINE.canonical(compiled(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("message A { int32 a = 1; }", "message A { int64 a = 1; }"),
        ("message A { int32 a = 1; }", "message A { int32 b = 1; }"),
        ("message A { int32 a = 1; }", "message A { optional int32 a = 1; }"),
        ("message A { int32 a = 1; }", "message A { oneof o { int32 a = 1; } }"),
        ("message A {} message B {}", "message B {} message A {}"),
        ("message A { int32 a = 1; }", "message A { int32 a = 1 [json_name = 'z']; }"),
        ("enum E { A = 0; }", "enum E { A = 0; B = 1; }"),
    ],
)
def test_what_matters_is_in_it(one: str, other: str) -> None:
    assert ENGINE.canonical(parsed(one)) != ENGINE.canonical(parsed(other))


def test_the_text_reads_like_this() -> None:
    text = """message Order { oneof o { string a = 1; Order b = 2; } map<string, Order> m = 3; repeated sint32 n = 4; }
        service S { rpc Get(Order) returns (stream Order); } enum E { ZERO = 0; }"""
    assert ENGINE.canonical(parsed(text)) == (
        'syntax = "proto3";\n\n'
        "message Order {\n  oneof o {\n    string a = 1;\n    .Order b = 2;\n  }\n"
        "  map<string, .Order> m = 3;\n  repeated sint32 n = 4;\n}\n\n"
        "enum E {\n  ZERO = 0;\n}\n\n"
        "service S {\n  rpc Get(.Order) returns (stream .Order);\n}\n"
    )
