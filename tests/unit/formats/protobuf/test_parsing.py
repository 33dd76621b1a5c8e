"""Valid and invalid texts, their messages, and imports."""

import base64
from dataclasses import FrozenInstanceError

import pytest
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto

from sluicegate.shared.errors import SchemaSyntaxError, SchemaWithoutPayloads
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.protobuf import compiler
from sluicegate.shared.formats.protobuf.compiler import Compiler
from sluicegate.shared.formats.protobuf.engine import ProtobufEngine
from sluicegate.shared.formats.protobuf.files import ProtocFiles, gathered
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode
from sluicegate.shared.model import SchemaFormat
from tests.unit.formats.protobuf.builders import CORPUS, ENGINE, PROTO3, parsed, refused, source

MONEY = PROTO3 + "package common; message Money { string currency = 1; int64 units = 2; }"
ORDER = PROTO3 + 'import "common/money.proto"; message Order { common.Money total = 1; }'


def encoded(file: FileDescriptorProto) -> str:
    return base64.b64encode(file.SerializeToString()).decode()


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_is_valid(name: str) -> None:
    assert ENGINE.violations(ENGINE.parse(SchemaSource(CORPUS[name]))) == ()


def test_the_engine_is_protobufs() -> None:
    assert ENGINE.format is SchemaFormat.PROTOBUF


def test_a_schema_is_immutable() -> None:
    with pytest.raises(FrozenInstanceError):
        parsed("message A {}").artifact = b""  # type: ignore[misc]  # what is tested


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (PROTO3 + "message A {\n  int32 a 1;\n}", "3:11", "Missing field number"),
        (PROTO3 + "message A {\n  Missing m = 1;\n}", "3:3", '"Missing" is not defined'),
        (PROTO3 + "message A { int32 a = 1; int32 b = 1; }", "2:36", "already been used"),
        (PROTO3 + "message A { required int32 a = 1; }", "2:22", "Required fields are not allowed in proto3"),
        (PROTO3 + "enum E { A = 1; }", "2:14", "must be zero"),
        (PROTO3 + "message A { int32 a = 1; reserved 1; }", "", "reserved"),
        ('syntax = "proto4"; message A {}', "1:10", "Unrecognized syntax"),
        ('{"type": "record"}', "1:1", "Expected top-level statement"),
        ("message A;", "1:10", 'Expected "{"'),
    ],
)
def test_a_syntax_error_says_where(text: str, path: str, words: str) -> None:
    found = refused(text)[0]
    assert found.code == ProtobufSchemaCode.SYNTAX
    assert words in found.message
    assert found.path == path or not path


def test_every_error_is_listed() -> None:
    found = refused(PROTO3 + "message A { X x = 1;\n Y y = 2; }\nmessage A {}")
    assert [each.path for each in found] == ["4:9", "2:13", "3:2"]


def test_warnings_are_no_errors() -> None:
    assert parsed('import "google/protobuf/any.proto"; message A {}')


def test_an_import_is_found_by_its_name() -> None:
    schema = ENGINE.parse(source(ORDER, common_money=MONEY))
    assert ENGINE.attributes(schema) == ("total", "total/currency", "total/units")


def test_imports_of_imports_are_found() -> None:
    money = source(
        PROTO3 + 'import "common/unit.proto"; package common; message Money { Unit unit = 1; }',
        common_unit=PROTO3 + "package common; message Unit { string name = 1; }",
    )
    assert ENGINE.attributes(ENGINE.parse(source(ORDER, common_money=money))) == (
        "total",
        "total/unit",
        "total/unit/name",
    )


def test_public_imports_pass_on() -> None:
    through = source(PROTO3 + 'import public "common/money.proto";', common_money=MONEY)
    schema = ENGINE.parse(source(ORDER.replace("common/money", "common/all"), common_all=through))
    assert ENGINE.attributes(schema) == ("total", "total/currency", "total/units")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../other.proto",
        "missing.proto",
        "0.proto",
        "google/protobuf/../any.proto",
        "google/type/nothing.proto",
    ],
)
def test_any_other_import_is_refused_by_name(name: str) -> None:
    (found,) = refused(PROTO3 + f'import "{name}";\nmessage A {{ Unknown u = 1; }}')[:1]
    assert (found.code, found.path) == (ProtobufSchemaCode.IMPORT_UNKNOWN, "2:1")
    assert f'"{name}"' in found.message


def test_an_error_in_an_import_names_the_file() -> None:
    found = refused(ORDER, common_money=PROTO3 + "message Money {")
    assert found[0].path.startswith("common/money.proto:2:")


def test_imports_that_need_each_other_are_refused() -> None:
    one, two = PROTO3 + 'import "b.proto"; message A {}', PROTO3 + 'import "a.proto"; message B {}'
    found = refused(PROTO3 + 'import "a.proto"; message C {}', a=one, b=two)
    assert "recursively imports itself" in found[0].message


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/a.proto",
        "a/../b.proto",
        "a\\b.proto",
        "a//b.proto",
        "./a.proto",
        "a=b.proto",
        "a:b",
        "a\n",
        "x" * 300,
        "__schema__.proto",
    ],
)
def test_a_reference_needs_a_name_that_an_import_can_have(name: str) -> None:
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.parse(SchemaSource(PROTO3, (NamedSource(name, SchemaSource(MONEY)),)))
    assert caught.value.violations[0].code == ProtobufSchemaCode.REFERENCE_INVALID


def test_one_name_is_one_text() -> None:
    """Two references may bring the same schema, not two schemas of one name."""
    inner = source(ORDER, common_money=MONEY)
    text = PROTO3 + 'import "order.proto"; message A { Order o = 1; }'
    assert ENGINE.parse(source(text, order=inner, common_money=MONEY))
    (found,) = refused(text, order=inner, common_money=MONEY + "message Other {}")
    assert found.code == ProtobufSchemaCode.REFERENCE_INVALID


def test_googles_own_files_are_the_compilers() -> None:
    """Some clients register them, too: their copies are ignored."""
    fake = NamedSource("google/protobuf/any.proto", SchemaSource(PROTO3 + "message Fake {}"))
    text = PROTO3 + 'import "google/protobuf/any.proto"; message A { google.protobuf.Any a = 1; }'
    assert ENGINE.parse(SchemaSource(text, (fake,)))


def test_references_that_are_not_imported_do_no_harm() -> None:
    unused = NamedSource("unused.proto", SchemaSource("this is no schema"))
    assert ENGINE.parse(SchemaSource(PROTO3 + "message A {}", (unused,)))


def test_imports_may_be_descriptors() -> None:
    money, order = parsed(MONEY).file, ENGINE.parse(source(ORDER, common_money=MONEY)).file
    schema = ENGINE.parse(source(encoded(order), common_money=encoded(money)))
    assert ENGINE.canonical(schema) == ENGINE.canonical(ENGINE.parse(source(ORDER, common_money=MONEY)))


def test_descriptors_may_use_options_that_other_descriptors_define() -> None:
    options = (
        PROTO3
        + 'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string unit = 50001; }'
    )
    used = PROTO3 + 'import "common/options.proto"; message A { int32 a = 1 [(unit) = "km"]; }'
    text = ENGINE.parse(source(used, common_options=options))
    both = ENGINE.parse(source(encoded(text.file), common_options=encoded(parsed(options).file)))
    assert '[(.unit) = "km"]' in ENGINE.canonical(both)
    assert ENGINE.canonical(both) == ENGINE.canonical(text)


def test_a_descriptor_loses_options_that_an_unknown_import_defines() -> None:
    options = (
        PROTO3
        + 'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string unit = 50001; }'
    )
    used = PROTO3 + 'import "common/options.proto"; message A { int32 a = 1 [(unit) = "km"]; }'
    file = ENGINE.parse(source(used, common_options=options)).file
    canonical = ENGINE.canonical(ENGINE.parse(SchemaSource(encoded(file))))
    assert 'import "common/options.proto";' in canonical
    assert "int32 a = 1;" in canonical


def field(**values: object) -> FileDescriptorProto:
    file = FileDescriptorProto(name="a.proto", syntax="proto3")
    file.message_type.add(name="A").field.add(name="a", number=1, label=FieldDescriptorProto.LABEL_OPTIONAL, **values)
    return file


@pytest.mark.parametrize(
    "text",
    [
        "AAAA",
        "bm90IGEgZGVzY3JpcHRvcg==",
        encoded(FileDescriptorProto(name="empty.proto")),
        encoded(field()),
        encoded(field(type=FieldDescriptorProto.TYPE_INT32, oneof_index=3)),
        encoded(field(type=FieldDescriptorProto.TYPE_MESSAGE, type_name="Missing")),
        encoded(field(type=FieldDescriptorProto.TYPE_GROUP, type_name=".Missing")),
        encoded(field(type=FieldDescriptorProto.TYPE_INT32, json_name='"; } message B { //')).replace("\n", ""),
        encoded(FileDescriptorProto(syntax="proto9", package="p", dependency=["x"])),
        encoded(FileDescriptorProto(public_dependency=[7], dependency=["google/protobuf/any.proto"])),
    ],
)
def test_base64_that_is_no_sound_descriptor_is_refused_or_harmless(text: str) -> None:
    """protoc finds the fault, or the descriptor has a meaning: at most one violation."""
    assert messages(SchemaSource(text)) in ([], ["A"])


def messages(of: SchemaSource) -> list[str]:
    try:
        return [each.name for each in ENGINE.parse(of).file.message_type]
    except SchemaSyntaxError:
        return []


def test_a_name_in_a_descriptor_cannot_bring_a_declaration_with_it() -> None:
    file = FileDescriptorProto(name="a.proto", syntax="proto3")
    file.message_type.add(name="A {} message B")
    assert refused(encoded(file))


@pytest.mark.parametrize("text", ["", " \n", "/* nothing */", "// nothing\n", "\n// a comment/of base64", ";"])
def test_an_empty_file_is_not_valid(text: str) -> None:
    schema = ENGINE.parse(SchemaSource(text))
    assert [each.code for each in ENGINE.violations(schema)] == [ProtobufSchemaCode.NOTHING_DECLARED]


@pytest.mark.parametrize(
    "text",
    [
        "enum E { A = 0; }",
        "service S {}",
        'import public "google/protobuf/any.proto";',
        'import "google/protobuf/any.proto";',
        "package shop;",
        "",
    ],
)
def test_a_file_without_messages_is_valid_and_checks_no_payloads(text: str) -> None:
    schema = parsed(text)
    assert ENGINE.violations(schema) == ()
    with pytest.raises(SchemaWithoutPayloads, match="declares no message"):
        ENGINE.compile(schema)


def test_what_was_compiled_is_read_again_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = ENGINE.parse(source(ORDER, common_money=MONEY))
    kept = ENGINE.compiled(schema)
    monkeypatch.setattr(compiler, "compiled", _never)
    again = ProtobufEngine().from_compiled(kept)
    assert again == schema
    assert ENGINE.canonical(again) == ENGINE.canonical(schema)
    assert ENGINE.compile(again).accepts(b"\x0a\x02\x10\x01")


def _never(_: ProtocFiles) -> bytes:
    raise AssertionError("the compiler was run")


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"not a descriptor set", b"\x0a\x07\x0a\x03a.p\x1a\x00", b"\x0a\x02\x22\x00"]
)
def test_bytes_that_nothing_was_compiled_to_are_refused(data: bytes) -> None:
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.from_compiled(data)
    assert caught.value.violations[0].code == ProtobufSchemaCode.DESCRIPTOR_MALFORMED


def test_a_text_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    real = compiler.compiled

    def counting(files: ProtocFiles) -> bytes:
        texts.append(files.main)
        return real(files)

    monkeypatch.setattr(compiler, "compiled", counting)
    kept = Compiler(capacity=2)
    sources = [gathered(SchemaSource(PROTO3 + f"message M{index} {{}}")) for index in range(3)]
    for index in (0, 0, 1, 0, 2, 0, 1):
        kept.descriptors(sources[index])
    assert [text[-5:-3] for text in texts] == ["M0", "M1", "M2", "M1"]


def test_the_same_text_with_other_imports_is_compiled_again() -> None:
    one = ENGINE.parse(source(ORDER, common_money=MONEY))
    other = ENGINE.parse(source(ORDER, common_money=MONEY.replace("units", "amount")))
    assert ENGINE.attributes(one) != ENGINE.attributes(other)
