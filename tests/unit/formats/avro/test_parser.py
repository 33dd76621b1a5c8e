"""Texts become types as in Java's parser with neither names nor defaults checked."""

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Enum,
    Fixed,
    Map,
    Primitive,
    RecordType,
    TypeReference,
    Union,
)
from sluicegate.shared.formats.avro.names import FullName
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from tests.unit.formats.avro.builders import ENGINE, parsed, record, refused, text


@pytest.mark.parametrize("kind", list(AvroKind)[:8])
def test_a_primitive_is_a_name_or_an_object(kind: AvroKind) -> None:
    for schema in (kind.value, {"type": kind.value}):
        root = parsed(schema).root
        assert isinstance(root, Primitive)
        assert root.kind is kind


def test_every_complex_type() -> None:
    enum = {"type": "enum", "name": "E", "symbols": ["A"], "default": "A"}
    fixed = {"type": "fixed", "name": "F", "size": 3}
    root = parsed(
        record(("a", {"type": "array", "items": enum}), ("m", {"type": "map", "values": [fixed, "null"]}))
    ).root
    assert isinstance(root, RecordType)
    array, mapping = (field.type for field in root.fields)
    assert isinstance(array, Array)
    assert isinstance(array.items, Enum)
    assert (array.items.name, array.items.symbols, array.items.default) == (FullName("x", "E"), ("A",), "A")
    assert isinstance(mapping, Map)
    assert isinstance(mapping.values, Union)
    assert isinstance(mapping.values.branches[0], Fixed)
    assert mapping.values.branches[0].size == 3


def test_a_name_with_a_dot_brings_its_namespace() -> None:
    assert set(parsed({"type": "fixed", "name": "a.b.F", "namespace": "c", "size": 1}).types) == {"a.b.F"}


def test_a_nested_type_is_in_the_namespace_around_it() -> None:
    inner = {"type": "fixed", "name": "F", "size": 1}
    assert set(parsed(record(("f", inner))).types) == {"x.R", "x.F"}


def test_an_empty_namespace_is_none() -> None:
    inner = {"type": "fixed", "name": "F", "namespace": "", "size": 1}
    assert set(parsed(record(("f", inner))).types) == {"x.R", "F"}


def test_a_name_is_looked_up_in_its_namespace_first_and_in_none_after() -> None:
    def target(*before: str) -> FullName:
        fixed = [{"type": "fixed", "name": name, "size": 1} for name in before]
        root = parsed([*fixed, record(("f", "F"))]).root
        assert isinstance(root, Union)
        last = root.branches[-1]
        assert isinstance(last, RecordType)
        assert isinstance(last.fields[0].type, TypeReference)
        return last.fields[0].type.name

    assert target("F", "x.F") == FullName("x", "F")
    assert target("F") == FullName("", "F")


def test_a_type_may_be_used_before_it_is_defined() -> None:
    schema = parsed(record(("a", "F"), ("b", {"type": "fixed", "name": "F", "size": 1})))
    assert schema.types["x.F"].kind is AvroKind.FIXED


def test_a_record_may_contain_itself() -> None:
    schema = parsed(record(("next", ["null", "R"])))
    assert schema.definition(TypeReference(FullName("x", "R"))) is schema.root


def test_the_same_definition_may_be_there_twice() -> None:
    fixed = {"type": "fixed", "name": "F", "size": 1}
    assert set(parsed(record(("a", fixed), ("b", fixed))).types) == {"x.R", "x.F"}


def test_two_definitions_of_one_name_are_refused() -> None:
    fixed = {"type": "fixed", "name": "F", "size": 1}
    violation = refused(text(record(("a", fixed), ("b", fixed | {"size": 2}))))
    assert (violation.path, violation.code) == ("/fields/1/type", "name_redefined")


def test_every_undefined_name_is_told() -> None:
    violation = refused(text(record(("a", "Nope"), ("b", ["null", "y.Neither"]))))
    assert (violation.path, violation.code) == ("/fields/0/type", "name_undefined")
    assert '"x.Nope"' in violation.message


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        (None, ""),
        (5, ""),
        ({}, ""),
        ({"type": None}, ""),
        ({"type": {"type": "int"}}, ""),
        ({"type": ["int"], "logicalType": "x"}, ""),
        ([["int"]], "/0"),
        (["int", "int"], "/1"),
        ([{"type": "int", "logicalType": "date"}, "int"], "/1"),
        ({"type": "array"}, ""),
        ({"type": "array", "items": None}, "/items"),
        ({"type": "map"}, ""),
        ({"type": "record", "fields": []}, ""),
        ({"type": "record", "name": "R"}, ""),
        ({"type": "record", "name": "R", "fields": {}}, ""),
        (record({"type": "int"}), "/fields/0"),
        ({"type": "record", "name": "R", "fields": ["int"]}, "/fields/0"),
        (record({"name": "a"}), "/fields/0"),
        (record(("a", "int"), ("a", "int")), "/fields/1"),
        (record({"name": "a", "type": "int", "order": "up"}), "/fields/0/order"),
        (record({"name": "a", "type": "int", "order": None}), "/fields/0/order"),
        (record({"name": "a", "type": "int", "aliases": "b"}), "/fields/0/aliases"),
        (record({"name": "a", "type": "int", "aliases": [1]}), "/fields/0/aliases/0"),
        (record({"name": "a", "type": "float", "default": "x"}), "/fields/0/default"),
        (record({"name": "a\0", "type": "float"}), "/fields/0/name"),
        ({"type": "enum", "name": "E"}, ""),
        ({"type": "enum", "name": "E", "symbols": "A"}, "/symbols"),
        ({"type": "enum", "name": "E", "symbols": ["A", 1]}, "/symbols/1"),
        ({"type": "enum", "name": "E", "symbols": ["A", "A"]}, "/symbols/1"),
        ({"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}, "/default"),
        ({"type": "fixed", "name": "F"}, "/size"),
        ({"type": "fixed", "name": "F", "size": -1}, "/size"),
        ({"type": "fixed", "name": "F", "size": 1.0}, "/size"),
        ({"type": "fixed", "name": "F", "size": True}, "/size"),
        ({"type": "fixed", "name": "F", "size": 2**31}, "/size"),
        ({"type": "fixed", "name": "int", "size": 1}, "/name"),
    ],
)
def test_a_malformed_schema_is_refused_where_it_is_wrong(schema: object, path: str) -> None:
    violation = refused(text(schema))
    assert (violation.path, violation.code) == (path, "schema_malformed")


def test_what_java_ignores_is_ignored() -> None:
    root = parsed({"type": "enum", "name": "E", "namespace": 5, "doc": [], "symbols": ["A"], "default": 1}).root
    assert isinstance(root, Enum)
    assert (root.name, root.doc, root.default) == (FullName("", "E"), None, None)


@pytest.mark.parametrize(
    ("default", "value"), [("1.5", 1.5), (" 2f ", 2.0), ("NaN", "NaN"), ("-Infinity", "-Infinity")]
)
def test_a_text_as_default_of_a_float_is_a_number(default: str, value: object) -> None:
    root = parsed(record({"name": "a", "type": "float", "default": default})).root
    assert isinstance(root, RecordType)
    assert root.fields[0].default is not None
    assert root.fields[0].default.value == value


def test_types_of_referenced_schemas_are_known_by_their_full_names() -> None:
    schema = parsed(record(("f", "y.F")), {"type": "fixed", "name": "y.F", "size": 4})
    assert set(schema.types) == {"x.R", "y.F"}


def test_referenced_schemas_may_refer_to_others_and_share_them() -> None:
    shared_one = NamedSource("f", SchemaSource(text({"type": "fixed", "name": "y.F", "size": 4})))
    left = NamedSource("l", SchemaSource(text(record(("f", "y.F"), name="L")), (shared_one,)))
    right = NamedSource("r", SchemaSource(text(record(("f", "y.F"), name="Q")), (shared_one,)))
    schema = ENGINE.parse(SchemaSource(text(record(("l", "L"), ("r", "Q"))), (left, right)))
    assert set(schema.types) == {"x.R", "y.F", "L", "Q"}


def test_referenced_schemas_must_agree_on_a_name() -> None:
    fixed = {"type": "fixed", "name": "y.F", "size": 4}
    with pytest.raises(SchemaSyntaxError, match="in two ways"):
        parsed("string", fixed, fixed | {"size": 5})
