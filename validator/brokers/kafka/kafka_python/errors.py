"""kafka-python's error classes, as results of producing a message.

Classes of the protocol have the broker's code as `errno`; the table here has the library's own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from kafka import errors as kafka  # type: ignore[import-untyped]  # has no types

from sluicegate.validator.brokers.failures import FailureKind, failure
from sluicegate.validator.brokers.kafka import errors
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import Failure

_FATAL = (kafka.IllegalStateError, kafka.ProducerFencedError)

OWN: Final[Mapping[type[Exception], FailureKind]] = MappingProxyType(
    {
        kafka.UnsupportedCodecError: FailureKind.DESTINATION,
        kafka.KafkaConfigurationError: FailureKind.DESTINATION,
        kafka.UnrecognizedBrokerVersion: FailureKind.DESTINATION,
        kafka.IllegalArgumentError: FailureKind.MESSAGE,
        kafka.QuotaViolationError: FailureKind.TRANSIENT,
        kafka.TransactionAbortedError: FailureKind.TRANSIENT,
        kafka.InvalidReceiveError: FailureKind.TRANSIENT,
        kafka.UnknownBrokerIdError: FailureKind.TRANSIENT,
        kafka.KafkaProtocolError: FailureKind.TRANSIENT,
        kafka.CommitFailedError: FailureKind.TRANSIENT,
        kafka.LogTruncationError: FailureKind.TRANSIENT,
        kafka.NoOffsetForPartitionError: FailureKind.TRANSIENT,
        kafka.RetriableError: FailureKind.TRANSIENT,
    }
)
"""A class counts for its subclasses, too; the most derived one that is here decides."""

UNSENDABLE: Final = (TypeError, ValueError, AssertionError, OverflowError)
"""Errors of the library for messages that it cannot encode, before anything is sent."""


def kind_of(error: type[BaseException]) -> FailureKind:
    """Return the meaning of an error class for its message."""
    code: Any = getattr(error, "errno", None)
    if isinstance(code, int):
        return errors.kind_of(code)
    if issubclass(error, UNSENDABLE) and not issubclass(error, kafka.KafkaError):
        return FailureKind.MESSAGE
    return next((OWN[each] for each in error.__mro__ if each in OWN), FailureKind.TRANSIENT)


def failure_of(error: BaseException) -> Failure:
    """Return the meaning of an error for its message.

    Raises `SinkFailed` if the producer has failed permanently.
    """
    if isinstance(error, _FATAL):
        raise SinkFailed(f"destination: Kafka failed for good: {error!r}") from error
    return failure(kind_of(type(error)), repr(error))
