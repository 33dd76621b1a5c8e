"""confluent-kafka's records as the pipeline's messages."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import cast

from confluent_kafka import Message as Record

from sluicegate.shared.logs import logger
from sluicegate.validator.brokers.settlements import Log
from sluicegate.validator.model import Headers, Message

_UNREADABLE = (UnicodeDecodeError, SystemError)
"""Errors of the client for a header name that is not UTF-8: the first, wrapped in the second."""

_second = itemgetter(1)


def messages_of(records: Sequence[Record]) -> list[Message]:
    """Return a tuple for each record, without a line of Python for each.

    At this rate every line counts.
    """
    headers = _headers(records)
    timestamps = list(map(_second, map(Record.timestamp, records)))
    if min(timestamps) < 0:  # the broker gave none
        timestamps = [max(each, 0) for each in timestamps]
    columns = zip(map(Record.value, records), map(Record.key, records), headers, timestamps, records, strict=True)
    return list(map(tuple.__new__, repeat(Message), columns))


def _headers(records: Sequence[Record]) -> list[Headers]:
    """Return the headers of each record; none if a name is not UTF-8.

    The client cannot read such names; these messages become dead letters.
    """
    found: list[Headers | None] = []
    rest = iter(records)
    while len(found) < len(records):
        try:
            # lists of pairs, unlike the stub
            found.extend(cast("Iterable[Headers | None]", map(Record.headers, rest)))
        # the list has the earlier records; reading the same record again would crash the process
        except _UNREADABLE:
            found.append(None)
            logger().warning("a message's header names are not UTF-8; its headers are lost")
    return cast("list[Headers]", found) if all(found) else [each or [] for each in found]


def place(message: Message) -> tuple[Log, int]:
    """The log and the offset of a message that came of a record."""
    record = cast("Record", message.position)
    return (cast("str", record.topic()), cast("int", record.partition())), cast("int", record.offset())
