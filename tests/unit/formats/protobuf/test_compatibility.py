"""Which changes are compatible.

`writer` is the schema of the data, `reader` the one that must read them: verdicts are Confluent's.
"""

import pytest

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.protobuf.compatibility.findings import REMEDIES, ProtobufChange
from sluicegate.shared.model import Finding
from tests.unit.formats.protobuf.builders import CORPUS, ENGINE, parsed, source

SCALARS = [
    "double",
    "float",
    "int32",
    "int64",
    "uint32",
    "uint64",
    "sint32",
    "sint64",
    "fixed32",
    "fixed64",
    "sfixed32",
    "sfixed64",
    "bool",
    "string",
    "bytes",
]
ALIKE = ["int32 int64 uint32 uint64 bool E", "sint32 sint64", "string bytes", "fixed32 sfixed32", "fixed64 sfixed64"]


def compare(writer: str, reader: str) -> tuple[Finding, ...]:
    return ENGINE.compare(parsed(reader), parsed(writer))


def codes(writer: str, reader: str) -> list[str]:
    return [each.code for each in compare(writer, reader)]


def message(*fields: str, more: str = "") -> str:
    return f"message M {{ {' '.join(fields)} }} {more}"


COMPATIBLE = {
    "field added": (message("string a = 1;"), message("string a = 1;", "int32 b = 2;")),
    "field removed": (message("string a = 1;", "int32 b = 2;"), message("string a = 1;")),
    "field renamed": (message("string a = 1;"), message("string b = 1;")),
    "field renumbered": (message("string a = 1;"), message("string a = 2;")),
    "fields reordered": (message("string a = 1;", "int32 b = 2;"), message("int32 b = 2;", "string a = 1;")),
    "message added": ("message M {}", "message M {} message N {}"),
    "messages reordered": ("message M {} message N {}", "message N {} message M {}"),
    "message moved out": ("message M { message N { int32 a = 1; } N n = 1; }", "message M { N n = 1; } message N { int32 a = 1; }"),
    "message moved in": ("message M { N n = 1; } message N { int32 a = 1; }", "message M { message N { int32 a = 1; } N n = 1; }"),
    "enum added": ("message M {}", "message M {} enum E { A = 0; }"),
    "enum removed": ("message M {} enum E { A = 0; }", "message M {}"),
    "enum value added": ("enum E { A = 0; }", "enum E { A = 0; B = 1; }"),
    "enum value renamed": ("enum E { A = 0; B = 1; }", "enum E { A = 0; C = 1; }"),
    "enum value removed": ("enum E { A = 0; B = 1; }", "enum E { A = 0; }"),
    "enum to number": (message("E a = 1;", more="enum E { A = 0; }"), message("int32 a = 1;")),
    "number to enum": (message("int32 a = 1;"), message("E a = 1;", more="enum E { A = 0; }")),
    "string becomes a list": (message("string a = 1;"), message("repeated string a = 1;")),
    "list becomes a string": (message("repeated string a = 1;"), message("string a = 1;")),
    "bytes become a list": (message("bytes a = 1;"), message("repeated bytes a = 1;")),
    "message becomes a list": (message("M a = 1;"), message("repeated M a = 1;")),
    "optional added": (message("int32 a = 1;"), message("optional int32 a = 1;")),
    "optional removed": (message("optional int32 a = 1;"), message("int32 a = 1;")),
    "packing": (message("repeated int32 a = 1;"), message("repeated int32 a = 1 [packed = false];")),
    "oneof added": (message("string a = 1;"), message("string a = 1;", "oneof o { int32 b = 2; }")),
    "oneof removed": (message("string a = 1;", "oneof o { int32 b = 2; int32 c = 3; }"), message("string a = 1;")),
    "oneof renamed": (message("oneof o { int32 b = 2; int32 c = 3; }"), message("oneof p { int32 b = 2; int32 c = 3; }")),
    "field added to a oneof": (message("oneof o { int32 b = 2; }"), message("oneof o { int32 b = 2; int32 c = 3; }")),
    "one field moved to a new oneof": (message("string a = 1;"), message("oneof o { string a = 1; int32 b = 2; }")),
    "optional field moved to a new oneof": (message("optional string a = 1;"), message("oneof o { string a = 1; }")),
    "oneof dissolved": (message("oneof o { int32 b = 2; int32 c = 3; }"), message("int32 b = 2;", "int32 c = 3;")),
    "oneof split": (
        message("oneof o { int32 a = 1; int32 b = 2; }"), message("oneof o { int32 b = 2; }", "oneof q { int32 a = 1; }")
    ),
    "all fields of a oneof dropped, new ones under its old name gone": (
        message("oneof o { int32 a = 1; int32 b = 2; }"), message("oneof q { int32 c = 3; }")
    ),
    "one field left its oneof": (
        message("oneof o { int32 b = 2; int32 c = 3; }"), message("oneof o { int32 b = 2; }", "int32 c = 3;")
    ),
    "names qualified": (message("N a = 1;", "message N {}"), message(".M.N a = 1;", "message N {}")),
    "reserved added": (message("int32 a = 1;", "int32 b = 2;"), message("int32 a = 1;", "reserved 2; reserved 'b';")),
    "reserved removed": (message("reserved 2;"), message("int32 a = 1;")),
    "map of numbers alike": (message("map<int32, int64> a = 1;"), message("map<uint32, bool> a = 1;")),
    "service changed": ("message M {} service S { rpc A(M) returns (M); }", "message M {}"),
    "required kept": ('syntax = "proto2"; message M { required int32 a = 1; }', 'syntax = "proto2"; message M { required int64 a = 1; }'),
    "required relaxed": ('syntax = "proto2"; message M { required int32 a = 1; }',
                         'syntax = "proto2"; message M { optional int32 a = 1; }'),
    "syntax changed": ('syntax = "proto2"; message M { optional int32 a = 1; }', message("int32 a = 1;")),
    "edition": ('syntax = "proto2"; message M { optional group G = 1 {} }',
                'edition = "2023"; message M { message G {} G g = 1 [features.message_encoding = DELIMITED]; }'),
    "extension became a field": (
        'syntax = "proto2"; message M { extensions 5; } extend M { optional int32 x = 5; }', message("int32 x = 5;")
    ),
}  # fmt: skip

INCOMPATIBLE = {
    ProtobufChange.PACKAGE_CHANGED: ("package p; message M { M m = 1; }", "package q; message M { M m = 1; }", "q"),
    ProtobufChange.MESSAGE_REMOVED: ("message M {} message N { message O {} }", "message M {}", "N"),
    ProtobufChange.FIELD_KIND_CHANGED: (message("int32 a = 1;"), message("M a = 1;"), "M.a"),
    ProtobufChange.FIELD_SCALAR_KIND_CHANGED: (message("int32 a = 1;"), message("string b = 1;"), "M.b"),
    ProtobufChange.FIELD_NAMED_TYPE_CHANGED: (
        message("A a = 1;", more="message A {} message B {}"), message("B a = 1;", more="message A {} message B {}"), "M.a"
    ),
    ProtobufChange.FIELD_NUMERIC_LABEL_CHANGED: (message("int32 a = 1;"), message("repeated int32 a = 1;"), "M.a"),
    ProtobufChange.REQUIRED_FIELD_ADDED: (
        'syntax = "proto2"; message M {}', 'syntax = "proto2"; message M { required int32 a = 1; }', "M.a"
    ),
    ProtobufChange.REQUIRED_FIELD_REMOVED: (
        'syntax = "proto2"; message M { required int32 a = 1; }', 'syntax = "proto2"; message M {}', "M.a"
    ),
    ProtobufChange.ONEOF_FIELD_REMOVED: (
        message("oneof o { int32 a = 1; int32 b = 2; }"), message("oneof o { int32 a = 1; }"), "M.b"
    ),
    ProtobufChange.MULTIPLE_FIELDS_MOVED_TO_ONEOF: (
        message("int32 a = 1;", "int32 b = 2;"), message("oneof o { int32 a = 1; int32 b = 2; }"), "M.o"
    ),
    ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF: (
        message("int32 a = 1;", "oneof o { int32 b = 2; }"), message("oneof o { int32 a = 1; int32 b = 2; }"), "M.o"
    ),
    ProtobufChange.RESERVED_NUMBER_REUSED: (message("reserved 3 to 5;"), message("int32 a = 4;"), "M.a"),
    ProtobufChange.RESERVED_NAME_REUSED: (message('reserved "a";'), message("int32 a = 4;"), "M.a"),
}  # fmt: skip

ALSO_INCOMPATIBLE = {
    "list becomes a number": (message("repeated int32 a = 1;"), message("int32 a = 1;"), [ProtobufChange.FIELD_NUMERIC_LABEL_CHANGED]),
    "enum becomes a list": (
        message("E a = 1;", more="enum E { A = 0; }"), message("repeated E a = 1;", more="enum E { A = 0; }"),
        [ProtobufChange.FIELD_NUMERIC_LABEL_CHANGED],
    ),
    "enum of another name": (
        message("E a = 1;", more="enum E { A = 0; }"), message("F a = 1;", more="enum F { B = 0; }"),
        [ProtobufChange.FIELD_NAMED_TYPE_CHANGED]
    ),
    "message renamed": (
        message("A a = 1;", more="message A {}"), message("B a = 1;", more="message B {}"),
        [ProtobufChange.MESSAGE_REMOVED, ProtobufChange.FIELD_NAMED_TYPE_CHANGED],
    ),
    "map becomes a list": (
        message("map<string, string> a = 1;"), message("repeated N a = 1;", more="message N { string key = 1; string value = 2; }"),
        [ProtobufChange.FIELD_KIND_CHANGED],
    ),
    "map value": (message("map<string, int32> a = 1;"), message("map<string, string> a = 1;"), [ProtobufChange.FIELD_SCALAR_KIND_CHANGED]),
    "map key": (message("map<string, int32> a = 1;"), message("map<int32, int32> a = 1;"), [ProtobufChange.FIELD_SCALAR_KIND_CHANGED]),
    "map value's message": (
        message("map<int32, A> a = 1;", more="message A {} message B {}"),
        message("map<int32, B> a = 1;", more="message A {} message B {}"), [ProtobufChange.FIELD_NAMED_TYPE_CHANGED],
    ),
    "bytes become a message": (message("bytes a = 1;"), message("M a = 1;"), [ProtobufChange.FIELD_KIND_CHANGED]),
    "group becomes a message": (
        'syntax = "proto2"; message M { optional group G = 1 {} }', 'syntax = "proto2"; message M { message G {} optional G g = 1; }',
        [ProtobufChange.FIELD_KIND_CHANGED],
    ),
    "optional becomes required": (
        'syntax = "proto2"; message M { optional int32 a = 1; }', 'syntax = "proto2"; message M { required int32 a = 1; }',
        [ProtobufChange.REQUIRED_FIELD_ADDED],
    ),
    "required by a feature": (
        'edition = "2023"; message M {}', 'edition = "2023"; message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; }',
        [ProtobufChange.REQUIRED_FIELD_ADDED],
    ),
    "two fields, one of them in a renamed oneof": (
        message("int32 a = 1;", "oneof o { int32 b = 2; }"), message("oneof p { int32 a = 1; int32 b = 2; }"),
        [ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF],
    ),
    "oneofs merged into a new one": (
        message("oneof o { int32 a = 1; }", "oneof p { int32 b = 2; }"), message("oneof q { int32 a = 1; int32 b = 2; }"),
        [ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF],
    ),
    "oneofs merged into one of them": (
        message("oneof o { int32 a = 1; }", "oneof p { int32 b = 2; }"), message("oneof o { int32 a = 1; int32 b = 2; }"),
        [ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF],
    ),
    "moved between oneofs": (
        message("oneof o { int32 a = 1; int32 c = 3; }", "oneof p { int32 b = 2; }"),
        message("oneof o { int32 a = 1; }", "oneof p { int32 b = 2; int32 c = 3; }"),
        [ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF],
    ),
    "two fields and one of an existing oneof": (
        message("int32 a = 1;", "int32 c = 3;", "oneof o { int32 b = 2; }"),
        message("oneof o { int32 a = 1; int32 b = 2; int32 c = 3; }"), [ProtobufChange.MULTIPLE_FIELDS_MOVED_TO_ONEOF],
    ),
    "a field dropped from a renamed oneof": (
        message("oneof o { int32 a = 1; int32 b = 2; }"), message("oneof q { int32 a = 1; }"), [ProtobufChange.ONEOF_FIELD_REMOVED]
    ),
    "a field dropped from a dissolved oneof": (
        message("oneof o { int32 a = 1; int32 b = 2; }"), message("int32 a = 1;"), [ProtobufChange.ONEOF_FIELD_REMOVED]
    ),
    "a field dropped and another moved away": (
        message("oneof o { int32 a = 1; int32 b = 2; int32 c = 3; }"),
        message("oneof o { int32 a = 1; }", "oneof q { int32 b = 2; }"), [ProtobufChange.ONEOF_FIELD_REMOVED],
    ),
    "nested message changed": (
        "message M { message N { int32 a = 1; } }", "message M { message N { string a = 1; } }", [ProtobufChange.FIELD_SCALAR_KIND_CHANGED]
    ),
    "moved message changed": (
        "message M { message N { int32 a = 1; } N n = 1; }", "message M { N n = 1; } message N { string a = 1; }",
        [ProtobufChange.FIELD_SCALAR_KIND_CHANGED],
    ),
    "extension's type": (
        'syntax = "proto2"; message M { extensions 5; } extend M { optional int32 x = 5; }',
        'syntax = "proto2"; message M { extensions 5; } extend M { optional string x = 5; }', [ProtobufChange.FIELD_SCALAR_KIND_CHANGED],
    ),
    "number and type at once": (
        message("reserved 2;", "int32 a = 1;"), message("string a = 1;", "int32 b = 2;"),
        [ProtobufChange.FIELD_SCALAR_KIND_CHANGED, ProtobufChange.RESERVED_NUMBER_REUSED],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPATIBLE)
def test_compatible(name: str) -> None:
    assert compare(*COMPATIBLE[name]) == ()


@pytest.mark.parametrize("kind", ProtobufChange)
def test_incompatible(kind: ProtobufChange) -> None:
    writer, reader, path = INCOMPATIBLE[kind]
    (found,) = compare(writer, reader)
    assert (found.code, found.path) == (kind.value, path)
    assert found.remedy == REMEDIES[kind]


@pytest.mark.parametrize("name", ALSO_INCOMPATIBLE)
def test_incompatible_too(name: str) -> None:
    writer, reader, kinds = ALSO_INCOMPATIBLE[name]
    assert codes(writer, reader) == kinds


@pytest.mark.parametrize("before", [*SCALARS, "E"])
def test_scalars_that_are_written_alike_are_compatible(before: str) -> None:
    for now in (*SCALARS, "E"):
        alike = before == now or any({before, now} <= set(group.split()) for group in ALIKE)
        found = compare(
            f"message M {{ {before} a = 1; }} enum E {{ A = 0; }}", f"message M {{ {now} a = 1; }} enum E {{ A = 0; }}"
        )
        assert (found == ()) == alike, now


@pytest.mark.parametrize("name", CORPUS)
def test_a_schema_is_compatible_with_itself(name: str) -> None:
    schema = ENGINE.parse(SchemaSource(CORPUS[name]))
    assert ENGINE.compare(schema, ENGINE.parse(SchemaSource(CORPUS[name]))) == ()


def test_a_finding_says_what_changed() -> None:
    (found,) = compare(
        "package shop; message Order { int32 total = 3; }", "package shop; message Order { string total = 3; }"
    )
    assert found.path == "shop.Order.total"
    assert found.change == "The type of the field total is string and was int32, which is written in another way"
    assert "add a field with a new number" in found.remedy


def test_recursive_messages_end() -> None:
    text = "message A { B b = 1; A a = 2; {0} n = 3; } message B { A a = 1; repeated B b = 2; }"
    assert codes(text.replace("{0}", "int32"), text.replace("{0}", "string")) == [
        ProtobufChange.FIELD_SCALAR_KIND_CHANGED
    ]


MONEY = 'syntax = "proto3"; package {0}; message Money {{ {1} amount = 1; }}'
IMPORTING = 'syntax = "proto3"; import "money.proto"; message Order {{ {0}.Money total = 1; }}'


def importing(package: str = "common", amount: str = "int64") -> SchemaSource:
    return source(IMPORTING.format(package), money=MONEY.format(package, amount))


def compare_sources(writer: SchemaSource, reader: SchemaSource) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in ENGINE.compare(ENGINE.parse(reader), ENGINE.parse(writer))]


def test_imported_messages_are_compared() -> None:
    found = compare_sources(importing(), importing(amount="string"))
    assert found == [(ProtobufChange.FIELD_SCALAR_KIND_CHANGED, "common.Money.amount")]


def test_an_imported_message_may_change_its_package_when_its_name_and_fields_stay() -> None:
    assert compare_sources(importing(), importing("other")) == []
    found = compare_sources(importing(), importing("other", "double"))
    assert found == [(ProtobufChange.FIELD_SCALAR_KIND_CHANGED, "other.Money.amount")]


def test_a_message_may_move_out_of_an_import() -> None:
    local = source('syntax = "proto3"; message Order { Money total = 1; } message Money { int64 amount = 1; }')
    assert compare_sources(importing(), local) == []
    assert compare_sources(local, importing()) == [(ProtobufChange.MESSAGE_REMOVED, "Money")]


def test_a_message_may_move_into_an_import_of_the_same_package() -> None:
    local = source(
        'syntax = "proto3"; package p; message Order { Money total = 1; } message Money { int64 amount = 1; }'
    )
    moved = source(
        'syntax = "proto3"; package p; import "money.proto"; message Order { Money total = 1; }',
        money='syntax = "proto3"; package p; message Money { int64 amount = 1; }',
    )
    assert compare_sources(local, moved) == []


def test_every_kind_has_a_remedy() -> None:
    assert set(REMEDIES) == set(ProtobufChange)
