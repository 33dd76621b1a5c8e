"""Kafka's error codes, as answers to a request to produce.

The numbers are those of the protocol (https://kafka.apache.org/protocol#protocol_error_codes),
which both clients use.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sluicegate.validator.brokers.failures import FailureKind

_SIZE: Final = (10, 18)  # MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE

_MESSAGE: Final = (
    32,  # INVALID_TIMESTAMP: too far from the broker's time
    44,  # POLICY_VIOLATION
    87,  # INVALID_RECORD: no key on a compacted topic, or rejected by the broker's validation
)

_DESTINATION: Final = (
    3,  # UNKNOWN_TOPIC_OR_PARTITION
    17,  # INVALID_TOPIC_EXCEPTION
    21,  # INVALID_REQUIRED_ACKS
    29,  # TOPIC_AUTHORIZATION_FAILED
    31,  # CLUSTER_AUTHORIZATION_FAILED
    33,  # UNSUPPORTED_SASL_MECHANISM
    34,  # ILLEGAL_SASL_STATE
    35,  # UNSUPPORTED_VERSION
    42,  # INVALID_REQUEST
    43,  # UNSUPPORTED_FOR_MESSAGE_FORMAT
    50,  # INVALID_TRANSACTION_TIMEOUT
    53,  # TRANSACTIONAL_ID_AUTHORIZATION_FAILED
    54,  # SECURITY_DISABLED
    58,  # SASL_AUTHENTICATION_FAILED
    65,  # DELEGATION_TOKEN_AUTHORIZATION_FAILED
    66,  # DELEGATION_TOKEN_EXPIRED
    76,  # UNSUPPORTED_COMPRESSION_TYPE
    97,  # PRINCIPAL_DESERIALIZATION_FAILURE
)

_TRANSIENT: Final = (
    -1,  # UNKNOWN_SERVER_ERROR
    2,  # CORRUPT_MESSAGE: the checksum is wrong, so the bytes changed on their way
    5,  # LEADER_NOT_AVAILABLE
    6,  # NOT_LEADER_OR_FOLLOWER
    7,  # REQUEST_TIMED_OUT
    8,  # BROKER_NOT_AVAILABLE
    9,  # REPLICA_NOT_AVAILABLE
    13,  # NETWORK_EXCEPTION
    14,  # COORDINATOR_LOAD_IN_PROGRESS
    15,  # COORDINATOR_NOT_AVAILABLE
    16,  # NOT_COORDINATOR
    19,  # NOT_ENOUGH_REPLICAS
    20,  # NOT_ENOUGH_REPLICAS_AFTER_APPEND
    41,  # NOT_CONTROLLER
    45,  # OUT_OF_ORDER_SEQUENCE_NUMBER
    46,  # DUPLICATE_SEQUENCE_NUMBER
    47,  # INVALID_PRODUCER_EPOCH
    48,  # INVALID_TXN_STATE
    49,  # INVALID_PRODUCER_ID_MAPPING
    51,  # CONCURRENT_TRANSACTIONS
    52,  # TRANSACTION_COORDINATOR_FENCED
    55,  # OPERATION_NOT_ATTEMPTED
    56,  # KAFKA_STORAGE_ERROR
    57,  # LOG_DIR_NOT_FOUND
    59,  # UNKNOWN_PRODUCER_ID
    60,  # REASSIGNMENT_IN_PROGRESS
    72,  # LISTENER_NOT_FOUND
    74,  # FENCED_LEADER_EPOCH
    75,  # UNKNOWN_LEADER_EPOCH
    77,  # STALE_BROKER_EPOCH
    80,  # PREFERRED_LEADER_NOT_AVAILABLE
    83,  # ELIGIBLE_LEADERS_NOT_AVAILABLE
    89,  # THROTTLING_QUOTA_EXCEEDED
    90,  # PRODUCER_FENCED: both clients raise it before it is looked up here
    100,  # UNKNOWN_TOPIC_ID
    103,  # INCONSISTENT_TOPIC_ID
    120,  # TRANSACTION_ABORTABLE
    129,  # REBOOTSTRAP_REQUIRED
)

_OF_OTHER_REQUESTS: Final = (
    0,  # NONE
    1,  # OFFSET_OUT_OF_RANGE
    4,  # INVALID_FETCH_SIZE
    11,  # STALE_CONTROLLER_EPOCH
    12,  # OFFSET_METADATA_TOO_LARGE
    *range(22, 29),  # consumer groups
    30,  # GROUP_AUTHORIZATION_FAILED
    *range(36, 41),  # creating topics
    *range(61, 65),  # delegation tokens
    *range(67, 72),  # delegation tokens, groups, fetch sessions
    73,  # TOPIC_DELETION_DISABLED
    78,  # OFFSET_NOT_AVAILABLE
    79,  # MEMBER_ID_REQUIRED
    81,  # GROUP_MAX_SIZE_REACHED
    82,  # FENCED_INSTANCE_ID
    *range(84, 87),  # elections, reassignments, offsets of groups
    88,  # UNSTABLE_OFFSET_COMMIT
    *range(91, 97),  # credentials, voters, features
    98,  # SNAPSHOT_NOT_FOUND
    99,  # POSITION_OUT_OF_RANGE
    101,  # DUPLICATE_BROKER_REGISTRATION
    102,  # BROKER_ID_NOT_REGISTERED
    *range(104, 120),  # clusters, tiered storage, members of groups, telemetry
    *range(121, 129),  # share groups, voters, regular expressions
    *range(130, 134),  # streams and share groups
)

KINDS: Final[Mapping[int, FailureKind]] = MappingProxyType(
    dict.fromkeys(_SIZE, FailureKind.SIZE)
    | dict.fromkeys(_MESSAGE, FailureKind.MESSAGE)
    | dict.fromkeys(_DESTINATION, FailureKind.DESTINATION)
    | dict.fromkeys((*_TRANSIENT, *_OF_OTHER_REQUESTS), FailureKind.TRANSIENT)
)


def kind_of(code: int) -> FailureKind:
    """Return the meaning of a broker's code for its message."""
    return KINDS.get(code, FailureKind.TRANSIENT)
