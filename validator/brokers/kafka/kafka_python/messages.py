"""kafka-python's records as the pipeline's messages."""

from typing import Any, NamedTuple, cast

from sluicegate.validator.brokers.settlements import Log
from sluicegate.validator.model import Message


class _Place(NamedTuple):
    """Place of a record."""

    topic: str
    partition: int
    offset: int


def message_of(record: Any) -> Message:
    """The message of a record."""
    return Message(
        payload=record.value,
        key=record.key,
        headers=list(record.headers),
        timestamp=max(record.timestamp or 0, 0),
        position=_Place(record.topic, record.partition, record.offset),
    )


def place(message: Message) -> tuple[Log, int]:
    """The log and the offset of a message that came of a record."""
    topic, partition, offset = cast("_Place", message.position)
    return (topic, partition), offset
