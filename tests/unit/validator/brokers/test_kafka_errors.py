"""Every error code of both Kafka clients has a kind.

A code of a new release fails here, and is then sorted.
"""

from typing import Any

import pytest
from confluent_kafka import KafkaError
from kafka import errors as kafka  # type: ignore[import-untyped]  # has no types

from sluicegate.validator.brokers.failures import FailureKind
from sluicegate.validator.brokers.kafka import errors
from sluicegate.validator.brokers.kafka.kafka_python import errors as kafka_python
from sluicegate.validator.brokers.kafka.librdkafka import errors as librdkafka
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import Refused, TooLarge, Undelivered

NAMES = [name for name in vars(KafkaError) if name.isupper() and isinstance(getattr(KafkaError, name), int)]
CLASSES: list[Any] = [
    each for each in vars(kafka).values() if isinstance(each, type) and issubclass(each, kafka.KafkaError)
]


@pytest.mark.parametrize("name", NAMES)
def test_librdkafka_code_has_a_kind(name: str) -> None:
    assert getattr(KafkaError, name) in librdkafka.KINDS


@pytest.mark.parametrize("error", CLASSES, ids=lambda each: each.__name__)
def test_kafka_python_class_has_a_kind(error: Any) -> None:
    code = getattr(error, "errno", None)
    known = code in errors.KINDS if isinstance(code, int) else any(each in kafka_python.OWN for each in error.__mro__)

    assert known or error in {kafka.KafkaError, kafka.BrokerResponseError, kafka.IllegalStateError} | ABSTRACT


ABSTRACT = {kafka.AuthorizationError, kafka.NoError}
"""Bases, and the absence of an error: no message has them."""


def test_no_code_has_two_kinds() -> None:
    tables = (errors._SIZE, errors._MESSAGE, errors._DESTINATION, errors._TRANSIENT, errors._OF_OTHER_REQUESTS)
    codes = [code for table in tables for code in table]

    assert len(codes) == len(set(codes)) == len(errors.KINDS)


@pytest.mark.parametrize(
    ("name", "code", "expected"),
    [
        ("InvalidRecordError", KafkaError.INVALID_RECORD, Refused),
        ("InvalidTimestampError", KafkaError.INVALID_TIMESTAMP, Refused),
        ("PolicyViolationError", KafkaError.POLICY_VIOLATION, Refused),
        ("MessageSizeTooLargeError", KafkaError.MSG_SIZE_TOO_LARGE, TooLarge),
        ("RecordListTooLargeError", KafkaError.RECORD_LIST_TOO_LARGE, TooLarge),
        ("TopicAuthorizationFailedError", KafkaError.TOPIC_AUTHORIZATION_FAILED, Undelivered),
        ("NotEnoughReplicasError", KafkaError.NOT_ENOUGH_REPLICAS, Undelivered),
    ],
)
def test_both_clients_agree_about_a_code(name: str, code: int, expected: type) -> None:
    ours = librdkafka.failure_of(KafkaError(code))
    theirs = kafka_python.failure_of(getattr(kafka, name)("why"))

    assert type(ours) is type(theirs) is expected
    if isinstance(ours, Undelivered) and isinstance(theirs, Undelivered):
        assert ours.permanent == theirs.permanent == (code == KafkaError.TOPIC_AUTHORIZATION_FAILED)


def test_another_record_of_the_batch_is_not_to_blame() -> None:
    failure = librdkafka.failure_of(KafkaError(KafkaError._INVALID_DIFFERENT_RECORD))

    assert failure == Undelivered(failure.detail)


def test_an_unknown_code_is_retried() -> None:
    assert errors.kind_of(9_999) is FailureKind.TRANSIENT


@pytest.mark.parametrize("error", [kafka.ProducerFencedError(), kafka.IllegalStateError()])
def test_a_producer_that_failed_for_good_ends_the_sink(error: Exception) -> None:
    with pytest.raises(SinkFailed):
        kafka_python.failure_of(error)


@pytest.mark.parametrize("error", [TypeError("x"), ValueError("x"), AssertionError("x")])
def test_a_message_that_the_library_cannot_write_is_refused(error: Exception) -> None:
    assert isinstance(kafka_python.failure_of(error), Refused)
