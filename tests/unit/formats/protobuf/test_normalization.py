"""The normalized text is one for permutations, and compiles to the same types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.protobuf.builders import CORPUS, ENGINE, parsed
from tests.unit.formats.protobuf.strategies import STEADY

FIELDS = [
    "int32 c = 3 [deprecated = true, json_name = \"C\", (x) = 1];", "oneof o { string a = 1; int32 z = 9; }", "map<string, In> m = 5;",
    "oneof p { int32 y = 8; In i = 2; }", "optional int32 q = 4;", "message In {}", "enum E { ZERO = 0; TWO = 2; ONE = 1; NEG = -1; }",
    "optional E e = 6;", "message Other { In in = 1; }",
]  # fmt: skip
NORMAL = """  string a = 1;
    int32 z = 9;
  }
  oneof p {
    .M.In i = 2;
    int32 y = 8;
  }
  int32 c = 3 [(x) = 1, deprecated = true, json_name = "C"];
"""


def normal(text: str) -> str:
    schema = parsed(text)
    return ENGINE.spellings(schema, ENGINE.canonical(schema)).normalized


def kept(fields: list[str]) -> list[str]:
    """The declarations with nested messages in their first order, which counts."""
    nested = iter([each for each in FIELDS if each.startswith("message")])
    return [next(nested) if each.startswith("message") else each for each in fields]


@pytest.mark.slow
@STEADY
@given(st.permutations(FIELDS))
def test_permuted_members_have_one_normalized_text(fields: list[str]) -> None:
    assert normal(f"message M {{ {' '.join(kept(fields))} }}") == normal(f"message M {{ {' '.join(FIELDS)} }}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('import "a.proto"; import "b.proto";', 'import "b.proto"; import "a.proto";'),
        ('option java_package = "a"; option (b) = 1;', 'option (b) = 1; option java_package = "a";'),
        ("enum E { A = 0; B = 1; C = 2; }", "enum E { A = 0; C = 2; B = 1; }"),
        ("message M { reserved 2, 5 to 7; }", "message M { reserved 5 to 7; reserved 2; }"),
        ("option (u) = { b: [1, 2] a: -1.5 c { e: 'x' d: X } };", 'option (u) = { c: { d: X, e: "x" }; a:-1.5, b:[1,2] };'),
        ("message M { int32 a = 1 [(u) = { [x.y] { b: 1 a: 2 } }]; }", "message M { int32 a = 1 [(u) = {[x.y]:<a:2 b:1>}]; }"),
        ("option (u) = 'x';", 'option (u) = "x";'),
        ("message M { oneof o { int32 a = 1; int32 b = 2; } }", "message M { oneof o { int32 b = 2; int32 a = 1; } }"),
    ],
)  # fmt: skip
def test_permutations_of_each_kind(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("message A {} message B {}", "message B {} message A {}"),
        ("message M { message A {} message B {} }", "message M { message B {} message A {} }"),
        ("message M { int32 a = 1; }", "message M { int32 a = 2; }"),
        ("option (u) = { a: [1, 2] };", "option (u) = { a: [2, 1] };"),
        ("option (u) = { a: 1 a: 2 };", "option (u) = { a: 2 a: 1 };"),
        ("option (u) = { a { b: 1 } c: 2 };", "option (u) = { a { b: 1 c: 2 } };"),
        ("option (u) = { a: '\\x0' '1' };", "option (u) = { a: '\\x01' };"),
        ("message M { int32 a = 1 [deprecated = true]; }", "message M { int32 a = 1; }"),
    ],
)
def test_what_counts_stays_apart(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_members_stand_by_number_and_options_by_name() -> None:
    text = normal(f"message M {{ {' '.join(FIELDS)} }}")
    assert NORMAL in text
    assert "ZERO = 0;\n    NEG = -1;\n    ONE = 1;\n    TWO = 2;" in text


@pytest.mark.parametrize("name", CORPUS)
def test_a_normalized_text_is_its_own_and_has_the_same_messages(name: str) -> None:
    schema = ENGINE.parse(SchemaSource(CORPUS[name]))
    text = ENGINE.spellings(schema, ENGINE.canonical(schema)).normalized
    again = ENGINE.parse(SchemaSource(text))
    assert ENGINE.spellings(again, ENGINE.canonical(again)).normalized == text
    assert [each.full_name for each in again.top_level] == [each.full_name for each in schema.top_level]
    assert ENGINE.compare(schema, again) == ENGINE.compare(again, schema) == ()
