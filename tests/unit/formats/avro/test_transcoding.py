"""Avro payloads from JSON, and as JSON."""

import json
from io import BytesIO

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.errors import PayloadUnusable
from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.engine import NamedSource, SchemaSource

ENGINE = AvroEngine()
NOTE = {"type": "record", "name": "Note", "fields": [{"name": "raw", "type": "bytes"}]}
RECORD = {
    "type": "record",
    "name": "shop.Order",
    "fields": [
        {"name": "number", "type": "int"},
        {"name": "note", "type": ["null", "string", NOTE], "default": None},
        {"name": "total", "type": {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}, "default": "\x01"},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "OLD"]}, "default": "NEW"},
        {"name": "sizes", "type": {"type": "map", "values": {"type": "array", "items": "double"}}, "default": {}},
        {"name": "code", "type": {"type": "fixed", "name": "Code", "size": 2}, "default": "\0\0"},
    ],
}  # fmt: skip


def encoded(text: str, schema: object = RECORD) -> bytes:
    return ENGINE.encoded(ENGINE.parse(SchemaSource(json.dumps(schema))), text)


def test_defaults_fill_fields_that_the_text_leaves_out() -> None:
    read = fastavro.schemaless_reader(BytesIO(encoded('{"number": 1}')), fastavro.parse_schema(RECORD), None)
    assert isinstance(read, dict)
    assert (read["number"], read["note"], read["state"], read["sizes"]) == (1, None, "NEW", {})


@pytest.mark.parametrize(
    ("plain", "tagged"),
    [('"x"', '{"string": "x"}'), ('{"raw": "\\u00ff"}', '{"shop.Note": {"raw": "\\u00ff"}}')],
)
def test_unions_may_be_written_plainly_or_in_avros_json(plain: str, tagged: str) -> None:
    assert encoded(f'{{"number": 1, "note": {plain}}}') == encoded(f'{{"number": 1, "note": {tagged}}}')


def test_text_is_what_validator_of_same_schema_accepts() -> None:
    schema = ENGINE.parse(SchemaSource(json.dumps(RECORD)))
    payload = ENGINE.encoded(schema, '{"number": 1, "sizes": {"a": [1, 2.5]}, "code": "\\u0001\\u00fe"}')
    assert ENGINE.compile(schema).explain(payload) is None
    assert json.loads(ENGINE.decoded(schema, payload)) == {
        "number": 1, "note": None, "total": "\x01", "state": "NEW", "sizes": {"a": [1.0, 2.5]}, "code": "\x01\xfe",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "The text is not JSON"),
        ("[]", "[] is not an object (shop.Order) (at the root)"),
        ("{}", "The field 'number' is missing, and has no default (at the root)"),
        ('{"number": true}', "true is not a whole number of 32 bits (at /number)"),
        ('{"number": 2147483648}', "2147483648 is not a whole number of 32 bits (at /number)"),
        ('{"number": 1, "colour": 1}', "shop.Order has no field 'colour'; it has number, note,"),
        ('{"number": 1, "note": 5}', "5 fits none of null, string, shop.Note (at /note)"),
        ('{"number": 1, "note": {"raw": "€"}}', "is not bytes as a text with a character"),
        ('{"number": 1, "state": "GONE"}', '"GONE" is not one of NEW, OLD (at /state)'),
        ('{"number": 1, "state": []}', "[] is not one of NEW, OLD (at /state)"),
        ('{"number": 1, "sizes": {"a": ["b"]}}', '"b" is not a number (at /sizes/a/0)'),
        ('{"number": 1, "code": "abc"}', '"abc" is not 2 bytes (at /code)'),
    ],
)
def test_fault_says_where_the_text_does_not_fit(text: str, message: str) -> None:
    with pytest.raises(PayloadUnusable) as refused:
        encoded(text)
    assert message in refused.value.message


def test_referenced_types_count() -> None:
    referenced = NamedSource(
        "Point", SchemaSource('{"type":"record","name":"Point","fields":[{"name":"x","type":"int"}]}')
    )
    schema = ENGINE.parse(SchemaSource('{"type":"array","items":"Point"}', (referenced,)))
    assert ENGINE.decoded(schema, ENGINE.encoded(schema, '[{"x": 3}]')) == '[{"x": 3}]'


@given(payload=st.binary(max_size=40))
def test_any_bytes_are_shown_or_refused(payload: bytes) -> None:
    schema = ENGINE.parse(SchemaSource(json.dumps(RECORD)))
    try:
        json.loads(ENGINE.decoded(schema, payload))
    except PayloadUnusable:
        assert ENGINE.compile(schema).explain(payload) is not None


def test_deeply_nested_text_is_refused() -> None:
    schema = {"type": "record", "name": "R", "fields": [{"name": "r", "type": ["null", "R"]}]}
    with pytest.raises(PayloadUnusable, match="nested too deeply"):
        encoded('{"r":' * 5000 + "null" + "}" * 5000, schema)
