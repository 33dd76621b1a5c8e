"""`sluicegate schema subject-name` names subjects as Confluent's serializers do."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from confluent_kafka.schema_registry import (
    record_subject_name_strategy,
    topic_record_subject_name_strategy,
    topic_subject_name_strategy,
)
from confluent_kafka.serialization import MessageField, SerializationContext

from sluicegate.shared.console.schema import schema

AVRO = '{"type": "record", "name": "Order", "namespace": "shop", "fields": []}'


def named(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(schema, ["subject-name", *arguments])
    return result.exit_code, result.output.strip()


@pytest.mark.parametrize(
    ("name", "strategy"),
    [
        ("topic", topic_subject_name_strategy),
        ("record", record_subject_name_strategy),
        ("topic-record", topic_record_subject_name_strategy),
    ],
)
@pytest.mark.parametrize("key", [False, True])
def test_it_names_as_the_serializers_do(name: str, strategy: object, key: bool) -> None:
    assert callable(strategy)
    context = SerializationContext("orders", MessageField.KEY if key else MessageField.VALUE)
    arguments = ["orders", "--strategy", name, "--record", "shop.Order", *(["--key"] if key else [])]
    assert named(*arguments) == (0, strategy(context, "shop.Order"))


@pytest.mark.parametrize(
    ("file", "text", "record"),
    [
        ("order.avsc", AVRO, "shop.Order"),
        ("order.avsc", '{"type": "record", "name": "shop.Order", "fields": []}', "shop.Order"),
        ("order.avsc", '{"type": "record", "name": "Order", "fields": []}', "Order"),
        ("order.proto", 'syntax = "proto3"; package shop; message Order {} message Other {}', "shop.Order"),
        ("order.json", '{"title": "Order", "type": "object"}', "Order"),
    ],
)
def test_the_record_is_read_from_the_schema(tmp_path: Path, file: str, text: str, record: str) -> None:
    path = tmp_path / file
    path.write_text(text)
    assert named("orders", str(path), "--strategy", "record") == (0, record)
    assert named("orders", str(path), "--strategy", "topic-record") == (0, f"orders-{record}")
    assert named("orders", str(path)) == (0, "orders-value")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("order.avsc", '"string"'),
        ("order.avsc", "{"),
        ("order.json", '{"type": "object"}'),
        ("order.proto", "message {"),
        ("order.csvs", "version 1.0"),
        ("order.unknown", "x"),
    ],
)
def test_a_schema_without_a_record_is_said_to_be_one(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / file
    path.write_text(text)
    code, output = named("orders", str(path), "--strategy", "record")
    assert code == 2
    assert output.startswith("Error: ")
    assert len(output.splitlines()) == 1


def test_a_strategy_needs_a_record() -> None:
    assert named("orders", "--strategy", "record")[0] == 2
    assert named("orders", "nowhere.avsc", "--strategy", "record")[0] == 2
