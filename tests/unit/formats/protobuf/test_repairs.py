"""Repairs: unknown imports, unknown options, types of any reference.

Confluent's registry accepts these texts, protoc refuses them.
"""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.outline import outline, tokens
from sluicegate.shared.formats.protobuf.refusals import ProtobufSchemaCode
from sluicegate.shared.formats.protobuf.repairs import place
from tests.unit.formats.protobuf.builders import CORPUS, ENGINE, PROTO3, parsed, refused

MONEY = PROTO3 + "package common; message Money { int64 units = 1; message Unit {} }"
OPTIONS = """
import "gone/options.proto";
option (file) = 1;
message M {
  option (message).inner.(deep.er) = "m";
  option (other) = -1;
\tint32 a = 1 [(field).doc = "a\\"}", deprecated = true, (.list) = { a: 1.5e+3 b { c: [1, 2] } }];
  /* [(not) = 1] */ string name = 2 [ // "
    (field).doc = "two" 'parts',
    (late) = NAME
  ];
  oneof o { option (oneof) = true; int32 c = 3 [(field) = inf]; }
  map<string, int32> m = 4 [(field) = 1];
  enum E { option (enum) = X; A = 0 [(value) = "é"]; }
}
service S { option (service) = 1; rpc R(M) returns (stream M) { option (rpc) = { get: "/{a}" }; } }
"""
PROTO2 = """syntax = "proto2"; message M {
  extensions 100 to 200 [(range) = 1];
  optional group G = 1 [(field) = 2] { option (group) = 3; required int32 a = 1 [(field) = 4]; }
}
extend M { optional int32 x = 100 [(field) = 5]; }
"""


def test_options_without_a_definition_are_kept_as_they_were_written() -> None:
    canonical = ENGINE.canonical(parsed(OPTIONS))
    for text in (
        "option (file) = 1;",
        'option (message).inner.(deep.er) = "m";',
        "option (other) = -1;",
        'int32 a = 1 [deprecated = true, (.list) = { a : 1.5e+3 b { c : [ 1 , 2 ] } }, (field).doc = "a\\"}"];',
        "string name = 2 [(field).doc = \"two\" 'parts', (late) = NAME];",
        "option (oneof) = true;",
        "map<string, int32> m = 4 [(field) = 1];",
        'A = 0 [(value) = "é"];',
        'option (rpc) = { get : "/{a}" };',
    ):
        assert text in canonical


@pytest.mark.parametrize("text", [PROTO3 + OPTIONS, PROTO2], ids=["proto3", "proto2"])
def test_a_text_with_unknown_options_has_one_canonical_text(text: str) -> None:
    canonical = ENGINE.canonical(ENGINE.parse(SchemaSource(text)))
    assert ENGINE.canonical(ENGINE.parse(SchemaSource(canonical))) == canonical
    assert "uninterpreted" not in canonical


def test_unknown_options_count_for_identity() -> None:
    texts = [f"message M {{ int32 a = 1 [(unit) = {value}]; }}" for value in ('"km"', '"m"', "km")]
    assert len({ENGINE.canonical(parsed(text)) for text in texts}) == 3


def test_known_and_unknown_options_stand_together() -> None:
    known = (
        PROTO3
        + 'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string unit = 50001; }'
    )
    text = 'import "known.proto"; message M { int32 a = 1 [(zone) = 1, (unit) = "km"]; }'
    assert '[(.unit) = "km", (zone) = 1]' in ENGINE.canonical(parsed(text, known=known))


def test_a_declaration_may_have_many_unknown_options() -> None:
    options = ", ".join(f"(o{number}) = {number}" for number in range(20))
    assert "(o19) = 19" in ENGINE.canonical(parsed(f"message M {{ int32 a = 1 [{options}]; }}"))


def test_the_definitions_of_the_repair_are_not_for_schemas() -> None:
    """An option that pretends to be the repair's own is an unknown option like any other."""
    text = 'message M { int32 a = 1 [(x) = 1, (.sluicegate.uninterpreted.field) = "y] } message N { int32 b = 1 [z"]; }'
    schema = parsed(text)
    assert [each.name for each in schema.file.message_type] == ["M"]
    assert '(.sluicegate.uninterpreted.field) = "y]' in ENGINE.canonical(schema)
    assert (
        refused(PROTO3 + 'message M { int32 a = 1; } import "__uninterpreted__.proto";')[0].code
        == ProtobufSchemaCode.IMPORT_UNKNOWN
    )


@pytest.mark.parametrize(
    "value", ["{ [gone.x]: 1 }", "{ part { [gone.x]: 1 } }", "{ any { [a.b/gone.T] { a: 1 } } }", "{ gone: 1 }"]
)
@pytest.mark.parametrize("declaration", ["message M {{ int32 a = 1 [{}]; }}", "message M {{ option {}; }}"])
def test_values_with_an_undefined_part_are_kept(declaration: str, value: str) -> None:
    known = PROTO3 + (
        'import "google/protobuf/any.proto"; import "google/protobuf/descriptor.proto"; '
        "message Known { Known part = 1; google.protobuf.Any any = 2; } "
        "extend google.protobuf.FieldOptions { Known known = 50001; } "
        "extend google.protobuf.MessageOptions { Known known_message = 50001; }"
    )
    option = f"({'known' if '[' in declaration else 'known_message'}) = {value}"
    text = ENGINE.canonical(parsed('import "known.proto"; ' + declaration.format(option), known=known))
    assert option.replace(" ", "") in text.replace(" ", "")
    assert ENGINE.canonical(parsed(text.partition(";")[2], known=known)) == text


@pytest.mark.parametrize("option", ["deprecatd = true", "(known) = 1"])
def test_other_mistakes_in_options_are_refused(option: str) -> None:
    known = (
        PROTO3
        + 'import "google/protobuf/descriptor.proto"; extend google.protobuf.FieldOptions { string known = 50001; }'
    )
    assert refused(PROTO3 + f'import "known.proto"; message M {{ int32 a = 1 [{option}]; }}', known=known)


def test_an_import_that_nothing_is_known_about_may_be_unused() -> None:
    canonical = ENGINE.canonical(parsed('import "gone.proto"; import public "away/gone.proto"; message M {}'))
    assert 'import public "away/gone.proto";\nimport "gone.proto";' in canonical


def test_an_import_of_an_import_may_be_unused() -> None:
    text = 'import "common/money.proto"; message M { common.Money m = 1; }'
    assert parsed(text, common_money=MONEY.replace("package", 'import "gone.proto"; package'))


@pytest.mark.parametrize("name", [".common.Money", "common.Money", "Money", "Money.Unit"])
@pytest.mark.parametrize("imported", ["", 'import "money.proto";'])
def test_a_type_is_found_in_any_reference(name: str, imported: str) -> None:
    package = "" if "common" in name else "package common.orders;"
    schema = parsed(f"{imported} {package} message M {{ {name} m = 1; }}", common_money=MONEY)
    assert ENGINE.attributes(schema)[0] == "m"
    assert 'import "common/money.proto";' in ENGINE.canonical(schema)


def test_a_type_that_no_reference_declares_is_refused() -> None:
    (found,) = refused(PROTO3 + "package shop; message M { Money m = 1; }", common_money=MONEY)
    assert (found.code, found.message) == (ProtobufSchemaCode.SYNTAX, '"Money" is not defined.')


def test_a_missing_type_is_blamed_on_the_unknown_imports() -> None:
    (found,) = refused(PROTO3 + 'import "gone.proto";\nmessage M { Money m = 1 [(unit) = 1]; }')
    assert (found.code, found.path) == (ProtobufSchemaCode.IMPORT_UNKNOWN, "2:1")


def test_clients_can_load_the_serialized_descriptor() -> None:
    text = OPTIONS + 'import public "common/money.proto"; import "gone/too.proto"; message N { common.Money m = 1; }'
    money, schema = parsed(MONEY), parsed(text, common_money=MONEY)
    file = FileDescriptorProto.FromString(ENGINE.serialized(schema))
    assert (list(file.dependency), list(file.public_dependency)) == (["common/money.proto"], [0])
    pool = DescriptorPool()
    pool.AddSerializedFile(_named(money.file, "common/money.proto"))
    pool.AddSerializedFile(file.SerializeToString())
    assert pool.FindMessageTypeByName("N").fields_by_name["m"].message_type is not None
    assert b"doc" not in file.SerializeToString()


def _named(file: FileDescriptorProto, name: str) -> bytes:
    named = FileDescriptorProto()
    named.CopyFrom(file)
    named.name = name
    return named.SerializeToString()


def test_what_was_compiled_keeps_unknown_options() -> None:
    schema = parsed(OPTIONS)
    again = ENGINE.from_compiled(ENGINE.compiled(schema))
    assert ENGINE.canonical(again) == ENGINE.canonical(schema)
    assert {file.name for file in again.files} == {"gone/options.proto", "__schema__.proto"}


@pytest.mark.parametrize("name", CORPUS)
def test_an_outline_names_the_types_of_a_file(name: str) -> None:
    schema = ENGINE.parse(SchemaSource(CORPUS[name]))
    found = outline(CORPUS[name])
    messages = {key for key, each in schema.messages.items() if not each.options.map_entry}
    own = {each.full_name for each in schema.own} & messages
    assert found.package == schema.file.package
    assert sorted(found.imports) == sorted([*schema.file.dependency, *schema.file.option_dependency])
    assert own <= found.types


@given(st.text(alphabet="messag{}[]();=,.\"'/*\\\n\t option1-e+"))
def test_an_outline_of_any_text_ends(text: str) -> None:
    found = outline(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found.options)
    assert all(each.text == text[each.start : each.end] for each in tokens(text))


def test_places_are_counted_as_protoc_counts() -> None:
    text = "a\n\té\tb"
    assert place(text, text.index("b")) == (2, 17)


@pytest.mark.slow
def test_rounds_are_limited() -> None:
    """Each unknown option of a declaration takes a round: too many are refused with a message."""
    options = ", ".join(f"(o{number}) = {number}" for number in range(40))
    found = refused(PROTO3 + f"message M {{ int32 a = 1 [{options}]; }}")
    assert "unknown" in found[0].message
