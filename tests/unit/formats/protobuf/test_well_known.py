"""The files that need no reference agree with those that Google and Confluent publish."""

import importlib
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.protobuf.well_known import SHIPPED
from tests.unit.formats.protobuf.builders import ENGINE, PROTO3, parsed

MODULES = {name: name.removesuffix(".proto").replace("/", ".") + "_pb2" for name in SHIPPED}


def published(name: str) -> FileDescriptorProto:
    """The descriptor in the package of Google's or of Confluent's client."""
    prefix = "confluent_kafka.schema_registry." if name.startswith("confluent") else ""
    module: Any = importlib.import_module(prefix + MODULES[name])
    file = FileDescriptorProto.FromString(module.DESCRIPTOR.serialized_pb)
    file.ClearField("options")
    return file


@pytest.mark.parametrize("name", SHIPPED)
def test_a_definition_is_the_published_one(name: str) -> None:
    schema = ENGINE.parse(SchemaSource(SHIPPED[name].read_text(encoding="utf-8")))
    mine = FileDescriptorProto()
    mine.CopyFrom(schema.file)
    mine.name = name
    theirs = published(name)
    for file in (mine, theirs):
        _clear_json_names(file)
    assert mine == theirs


def _clear_json_names(message: Any) -> None:
    """Serialized descriptors in packages have none: they follow from the names."""
    for field, value in message.ListFields():
        if field.name == "json_name":
            message.ClearField("json_name")
        elif field.message_type is not None and field.name != "options":
            for each in value if field.is_repeated else (value,):
                _clear_json_names(each)


def test_every_file_is_importable_without_a_reference() -> None:
    imports = "".join(f'import "{name}";' for name in SHIPPED)
    schema = parsed(f"{imports} message M {{ google.type.DateTime at = 1; confluent.type.Decimal d = 2; }}")
    assert {"at/time_zone/id", "d/precision"} <= set(ENGINE.attributes(schema))


def test_a_reference_takes_the_place_of_a_shipped_file() -> None:
    own = SchemaSource(PROTO3 + "package google.type; message Money { string mine = 1; }")
    text = PROTO3 + 'import "google/type/money.proto"; message M { google.type.Money m = 1; }'
    schema = ENGINE.parse(SchemaSource(text, (NamedSource("google/type/money.proto", own),)))
    assert ENGINE.attributes(schema) == ("m", "m/mine")


def test_options_of_confluents_meta_are_known() -> None:
    text = (
        'import "confluent/meta.proto"; message P { string mail = 1 [(confluent.field_meta).doc = "where to write"]; }'
    )
    assert '(.confluent.field_meta) = { doc: "where to write" }' in ENGINE.canonical(parsed(text))
