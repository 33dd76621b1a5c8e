"""librdkafka's own error codes, which are negative, as results of a message.

`rdkafka.h`, `rd_kafka_resp_err_t`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from confluent_kafka import KafkaError

from sluicegate.validator.brokers.failures import FailureKind, failure
from sluicegate.validator.brokers.kafka import errors
from sluicegate.validator.model import Failure, Undelivered

_PURGED: Final = frozenset({KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT})
_WITHDRAWN: Final = Undelivered(
    "taken back before it was delivered, or its transaction failed; the client logged the reason"
)

_DESTINATION: Final = (
    KafkaError._UNKNOWN_TOPIC,
    KafkaError._UNKNOWN_PARTITION,
    KafkaError._INVALID_ARG,  # a topic's name that no broker takes
    KafkaError._AUTHENTICATION,
    KafkaError._SSL,
    KafkaError._UNSUPPORTED_FEATURE,  # brokers from before Kafka 0.11 have no headers
)

_TRANSIENT: Final = (
    KafkaError._BAD_MSG,
    KafkaError._BAD_COMPRESSION,
    KafkaError._DESTROY,
    KafkaError._FAIL,
    KafkaError._TRANSPORT,
    KafkaError._CRIT_SYS_RESOURCE,
    KafkaError._RESOLVE,
    KafkaError._MSG_TIMED_OUT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError._QUEUE_FULL,
    KafkaError._ISR_INSUFF,
    KafkaError._STATE,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError._WAIT_CACHE,
    KafkaError._INTR,
    KafkaError._RETRY,
    KafkaError._PURGE_QUEUE,
    KafkaError._PURGE_INFLIGHT,
    KafkaError._FATAL,  # raised before it is looked up here
    KafkaError._INCONSISTENT,
    KafkaError._GAPLESS_GUARANTEE,
    KafkaError._UNKNOWN_BROKER,
    KafkaError._NOT_CONFIGURED,
    KafkaError._FENCED,
    KafkaError._APPLICATION,
    KafkaError._INVALID_DIFFERENT_RECORD,  # another message of its batch is the invalid one
    KafkaError._DESTROY_BROKER,
)

_OF_OTHER_CALLS: Final = (
    KafkaError._PARTITION_EOF,
    KafkaError._FS,
    KafkaError._NODE_UPDATE,
    KafkaError._WAIT_COORD,
    KafkaError._UNKNOWN_GROUP,
    KafkaError._IN_PROGRESS,
    KafkaError._PREV_IN_PROGRESS,
    KafkaError._EXISTING_SUBSCRIPTION,
    KafkaError._ASSIGN_PARTITIONS,
    KafkaError._REVOKE_PARTITIONS,
    KafkaError._CONFLICT,
    KafkaError._UNKNOWN_PROTOCOL,
    KafkaError._NOT_IMPLEMENTED,
    KafkaError._NO_OFFSET,
    KafkaError._OUTDATED,
    KafkaError._KEY_SERIALIZATION,
    KafkaError._VALUE_SERIALIZATION,
    KafkaError._KEY_DESERIALIZATION,
    KafkaError._VALUE_DESERIALIZATION,
    KafkaError._PARTIAL,
    KafkaError._READ_ONLY,
    KafkaError._NOENT,
    KafkaError._UNDERFLOW,
    KafkaError._INVALID_TYPE,
    KafkaError._MAX_POLL_EXCEEDED,
    KafkaError._ASSIGNMENT_LOST,
    KafkaError._NOOP,
    KafkaError._AUTO_OFFSET_RESET,
    KafkaError._LOG_TRUNCATION,
)

KINDS: Final[Mapping[int, FailureKind]] = MappingProxyType(
    {
        **errors.KINDS,
        **dict.fromkeys(_DESTINATION, FailureKind.DESTINATION),
        **dict.fromkeys((*_TRANSIENT, *_OF_OTHER_CALLS), FailureKind.TRANSIENT),
    }
)


def failure_of(error: KafkaError) -> Failure:
    """Return the meaning of an error for its message."""
    code = error.code()
    if code in _PURGED:
        return _WITHDRAWN
    return failure(KINDS.get(code, FailureKind.TRANSIENT), f"{error.name()}: {error.str()}")
