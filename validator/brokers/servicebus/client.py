"""The client library: its creation, and requests for many messages in one call.

Its public methods send one message at a time.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from azure.servicebus import (
    NEXT_AVAILABLE_SESSION,
    ServiceBusClient,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSubQueue,
)
from azure.servicebus.exceptions import (
    MessageLockLostError,
    MessagingEntityDisabledError,
    MessagingEntityNotFoundError,
    ServiceBusAuthenticationError,
    ServiceBusAuthorizationError,
    ServiceBusError,
    SessionLockLostError,
)

from sluicegate.validator.brokers.servicebus.config import Access, Entity

LOCK_LOST = (MessageLockLostError, SessionLockLostError)
_PERMANENT = (
    MessagingEntityDisabledError,
    MessagingEntityNotFoundError,
    ServiceBusAuthenticationError,
    ServiceBusAuthorizationError,
)
_NOT_ALLOWED = "amqp:not-allowed"
_AT_ONCE = 100
"""Locks in one request. The service documents no limit; this many make a round trip cheap enough."""

# its log events, with tracebacks, are also raised
logging.getLogger("azure.servicebus").setLevel(logging.CRITICAL)


def connect(access: Access, **options: Any) -> ServiceBusClient:
    """A client, which connects when it is used.

    Raises `ValueError` for a connection string that is none.
    """
    if access.connection_string is not None:
        return ServiceBusClient.from_connection_string(access.connection_string, **options)
    from azure.identity import DefaultAzureCredential

    assert access.namespace is not None, "the settings see to it"
    return ServiceBusClient(access.namespace, DefaultAzureCredential(), **options)


def receiver_of(client: ServiceBusClient, entity: Entity, **options: Any) -> ServiceBusReceiver:
    """A receiver that is not open yet."""
    if entity.dead_letters:
        options["sub_queue"] = ServiceBusSubQueue.DEAD_LETTER
    if entity.subscription is None:
        return client.get_queue_receiver(entity.name, **options)
    return client.get_subscription_receiver(entity.name, entity.subscription, **options)


def any_session() -> Any:
    """Return the filter that selects any free session."""
    return NEXT_AVAILABLE_SESSION


def permanent(error: ServiceBusError) -> bool:
    """Whether it will be the same the next time: there is no such entity, or it is not for us."""
    return isinstance(error, _PERMANENT) or _NOT_ALLOWED in str(error)


def told(error: Exception) -> str:
    """Describe an error in one line."""
    return " ".join(str(error).split())


def listen_shortly(receiver: ServiceBusReceiver, seconds: float) -> None:
    """Have an open receiver's iterator end when nothing came for a moment.

    `max_wait_time` is that, too, but also how long a receiver waits for a session.
    """
    cast("Any", receiver)._handler._timeout = seconds


def settle(receiver: ServiceBusReceiver, tokens: Sequence[UUID], *, done: bool) -> None:
    """Complete or abandon many messages in one request. Raises `ServiceBusError`.

    The public methods take a round trip for each. The service has `update-disposition` for many
    lock tokens (AMQP request-response operations); the library has it for its own use.
    """
    for start in range(0, len(tokens), _AT_ONCE):
        chunk = list(tokens[start : start + _AT_ONCE])
        cast("Any", receiver)._settle_message_via_mgmt_link("completed" if done else "abandoned", chunk)


def release(receiver: ServiceBusReceiver, received: Sequence[ServiceBusReceivedMessage]) -> None:
    """Unlock messages of this receiver's own connection without counting a delivery.

    The public `abandon_message` counts one; the library releases its buffered messages in this way.
    Raises `ServiceBusError`.
    """
    handler = cast("Any", receiver)._handler
    for each in received:
        message = cast("Any", each)
        handler.settle_messages(message._delivery_id, message._delivery_tag, "released")


def bury(receiver: ServiceBusReceiver, token: UUID, reason: str, text: str, properties: Mapping[str, str]) -> None:
    """Move a message to the entity's own dead-letter queue, with more properties.

    The public method adds none. Raises `ServiceBusError`.
    """
    details = {
        "deadletter-reason": reason,
        "deadletter-description": text,
        "properties-to-modify": dict(properties),
    }
    cast("Any", receiver)._settle_message_via_mgmt_link("suspended", [token], dead_letter_details=details)


def renew(receiver: ServiceBusReceiver, tokens: Sequence[UUID]) -> Sequence[float]:
    """Renew the locks of many messages in one request; return their new ends.

    Ends are in seconds since 1970. Raises `ServiceBusError`.
    """
    ends: list[float] = []
    for start in range(0, len(tokens), _AT_ONCE):
        answer = cast("Any", receiver)._renew_locks(*tokens[start : start + _AT_ONCE])
        ends += [end / 1000 for end in answer[b"expirations"]]
    return ends
