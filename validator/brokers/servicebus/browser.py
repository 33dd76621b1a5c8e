"""Peeks at messages of a queue or subscription: without locks, and without a counted delivery."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from azure.servicebus.exceptions import ServiceBusError

from sluicegate.validator.brokers.servicebus import client, conversion
from sluicegate.validator.brokers.servicebus.config import Access, Entity
from sluicegate.validator.errors import SourceFailed
from sluicegate.validator.model import Message

_AT_ONCE = 250
"""Messages that the service gives for one question, at most."""


@dataclass(frozen=True, slots=True)
class Peeked:
    """Where a message was seen."""

    number: int


class ServiceBusBrowser:
    """Peeks from the first message on. The service gives no other order."""

    def __init__(self, access: Access, entity: Entity) -> None:
        """Connects when it is asked for messages.

        Raises `SourceFailed` when the connection string is none.
        """
        self._entity = entity
        try:
            self._connection = client.connect(access)
        except ValueError as error:
            raise SourceFailed(client.told(error)) from error

    def messages(self, limit: int) -> Iterator[Message]:
        """The first ones."""
        try:
            with client.receiver_of(self._connection, self._entity) as receiver:
                number, left = 1, limit
                while left > 0:
                    found = receiver.peek_messages(min(_AT_ONCE, left), sequence_number=number)
                    if not found:
                        return
                    for each in found:
                        number = (each.sequence_number or 0) + 1
                        yield conversion.message_of(each, Peeked(number - 1))
                    left -= len(found)
        except ServiceBusError as error:
            raise SourceFailed(f"{self._entity} cannot be read: {client.told(error)}") from error

    def address(self, message: Message) -> str:
        """`servicebus://entity/sequenceNumber`."""
        return f"servicebus://{self._entity}/{cast('Peeked', message.position).number}"

    def left_out(self) -> int | None:
        """The service does not tell."""
        return None

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()
