"""The client's errors, as results of sending a message.

The condition of the AMQP answer decides where there is one, and otherwise the class of the
exception. Conditions:
https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-troubleshoot and AMQP 1.0,
part 2.8.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from azure.servicebus import exceptions

from sluicegate.validator.brokers.failures import FailureKind

CONDITIONS: Final[Mapping[str, FailureKind]] = MappingProxyType(
    {
        "amqp:link:message-size-exceeded": FailureKind.SIZE,
        "amqp:frame-size-too-small": FailureKind.SIZE,
        # About the message: a field that the service does not take, or no session where the entity
        # requires one.
        "amqp:not-allowed": FailureKind.MESSAGE,
        "amqp:decode-error": FailureKind.MESSAGE,
        "amqp:invalid-field": FailureKind.MESSAGE,
        "com.microsoft:argument-error": FailureKind.MESSAGE,
        "com.microsoft:argument-out-of-range": FailureKind.MESSAGE,
        "amqp:not-found": FailureKind.DESTINATION,
        "amqp:unauthorized-access": FailureKind.DESTINATION,
        "amqp:not-implemented": FailureKind.DESTINATION,
        "amqp:precondition-failed": FailureKind.DESTINATION,
        "amqp:resource-deleted": FailureKind.DESTINATION,
        "com.microsoft:auth-failed": FailureKind.DESTINATION,
        "com.microsoft:entity-disabled": FailureKind.DESTINATION,
        "com.microsoft:entity-already-exists": FailureKind.DESTINATION,
        "com.microsoft:precondition-failed": FailureKind.DESTINATION,
        "amqp:internal-error": FailureKind.TRANSIENT,
        "amqp:resource-limit-exceeded": FailureKind.TRANSIENT,  # full, until messages are read
        "amqp:resource-locked": FailureKind.TRANSIENT,
        "amqp:illegal-state": FailureKind.TRANSIENT,
        "amqp:connection:forced": FailureKind.TRANSIENT,
        "amqp:connection:framing-error": FailureKind.TRANSIENT,
        "amqp:connection:redirect": FailureKind.TRANSIENT,
        "amqp:session:window-violation": FailureKind.TRANSIENT,
        "amqp:session:errant-link": FailureKind.TRANSIENT,
        "amqp:session:handle-in-use": FailureKind.TRANSIENT,
        "amqp:session:unattached-handle": FailureKind.TRANSIENT,
        "amqp:link:detach-forced": FailureKind.TRANSIENT,
        "amqp:link:transfer-limit-exceeded": FailureKind.TRANSIENT,
        "amqp:link:redirect": FailureKind.TRANSIENT,
        "amqp:link:stolen": FailureKind.TRANSIENT,
        "amqp:client-error": FailureKind.TRANSIENT,
        "amqp:unknown-error": FailureKind.TRANSIENT,
        "amqp:vendor-error": FailureKind.TRANSIENT,
        "amqp:socket-error": FailureKind.TRANSIENT,
        "com.microsoft:timeout": FailureKind.TRANSIENT,
        "com.microsoft:server-busy": FailureKind.TRANSIENT,
        # Of receivers:
        "com.microsoft:session-lock-lost": FailureKind.TRANSIENT,
        "com.microsoft:message-lock-lost": FailureKind.TRANSIENT,
        "com.microsoft:message-not-found": FailureKind.TRANSIENT,
        "com.microsoft:session-cannot-be-locked": FailureKind.TRANSIENT,
    }
)

CLASSES: Final[Mapping[type[Exception], FailureKind]] = MappingProxyType(
    {
        exceptions.MessageSizeExceededError: FailureKind.SIZE,
        exceptions.MessagingEntityDisabledError: FailureKind.DESTINATION,
        exceptions.MessagingEntityNotFoundError: FailureKind.DESTINATION,
        exceptions.MessagingEntityAlreadyExistsError: FailureKind.DESTINATION,
        exceptions.ServiceBusAuthenticationError: FailureKind.DESTINATION,
        exceptions.ServiceBusAuthorizationError: FailureKind.DESTINATION,
        exceptions.ServiceBusConnectionError: FailureKind.TRANSIENT,
        exceptions.ServiceBusCommunicationError: FailureKind.TRANSIENT,
        exceptions.ServiceBusQuotaExceededError: FailureKind.TRANSIENT,
        exceptions.ServiceBusServerBusyError: FailureKind.TRANSIENT,
        exceptions.OperationTimeoutError: FailureKind.TRANSIENT,
        # Of receivers:
        exceptions.MessageAlreadySettled: FailureKind.TRANSIENT,
        exceptions.MessageLockLostError: FailureKind.TRANSIENT,
        exceptions.MessageNotFoundError: FailureKind.TRANSIENT,
        exceptions.SessionLockLostError: FailureKind.TRANSIENT,
        exceptions.SessionCannotBeLockedError: FailureKind.TRANSIENT,
        exceptions.AutoLockRenewFailed: FailureKind.TRANSIENT,
        exceptions.AutoLockRenewTimeout: FailureKind.TRANSIENT,
        exceptions.ServiceBusError: FailureKind.TRANSIENT,
    }
)

UNSENDABLE: Final = (TypeError, ValueError, OverflowError, AttributeError)
"""Errors of the library for messages that it cannot encode, before anything is sent."""


def kind_of(error: Exception) -> FailureKind:
    """Return the meaning of a send error for its messages."""
    condition = getattr(error, "_condition", None)  # the library has no public name for it
    if isinstance(condition, bytes):
        condition = condition.decode(errors="replace")
    known = CONDITIONS.get(str(getattr(condition, "value", condition)))
    return known or next((CLASSES[each] for each in type(error).__mro__ if each in CLASSES), FailureKind.TRANSIENT)
