"""The subjects under which Confluent's serializers register the schemas of a topic's messages."""

import json
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sluicegate.shared.model import SchemaFormat


class Strategy(StrEnum):
    """Strategies for names of subjects.

    Confluent's TopicNameStrategy, RecordNameStrategy and TopicRecordNameStrategy.
    """

    TOPIC = "topic"
    RECORD = "record"
    TOPIC_RECORD = "topic-record"


_SHAPES: Mapping[Strategy, str] = MappingProxyType(
    {Strategy.TOPIC: "{topic}-{side}", Strategy.RECORD: "{record}", Strategy.TOPIC_RECORD: "{topic}-{record}"}
)


def subject(strategy: Strategy, topic: str, record: str, *, key: bool = False) -> str:
    """The subject of a topic's values, or of its keys, whose schema names this record."""
    return _SHAPES[strategy].format(topic=topic, side="key" if key else "value", record=record)


def record_name(schema_format: SchemaFormat, text: str) -> str | None:
    """Return the name of the record in a schema's text. Raises `ValueError`.

    Avro's full name, or the title of a JSON schema. A Protobuf file needs its compiler.
    """
    if schema_format not in {SchemaFormat.AVRO, SchemaFormat.JSON}:
        return None
    schema = json.loads(text)
    if not isinstance(schema, dict):
        return None
    name = _full_name(schema) if schema_format is SchemaFormat.AVRO else schema.get("title")
    return name if isinstance(name, str) else None


def _full_name(schema: Mapping[str, object]) -> object:
    name, namespace = schema.get("name"), schema.get("namespace")
    return f"{namespace}.{name}" if isinstance(name, str) and namespace and "." not in name else name
