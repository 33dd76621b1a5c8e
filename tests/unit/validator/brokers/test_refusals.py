"""Every status of Pub/Sub and every error of Service Bus has a kind."""

import inspect
from typing import Any

import grpc
import pytest
from azure.servicebus import exceptions
from azure.servicebus._common import constants
from azure.servicebus._pyamqp.error import ErrorCondition
from google.api_core import exceptions as google

from sluicegate.validator.brokers.failures import FailureKind
from sluicegate.validator.brokers.pubsub.trouble import PUBLISHING, publish_failure
from sluicegate.validator.brokers.servicebus.errors import CLASSES, CONDITIONS, kind_of
from sluicegate.validator.model import Refused, TooLarge, Undelivered

CODES = [value.decode() for name, value in vars(constants).items() if name.startswith("ERROR_CODE_")]
ERRORS = [each for _, each in inspect.getmembers(exceptions, inspect.isclass) if each.__module__ == exceptions.__name__]
CALLS: list[Any] = [
    each
    for _, each in inspect.getmembers(google, inspect.isclass)
    if issubclass(each, google.GoogleAPICallError) and each.grpc_status_code is not None
]


@pytest.mark.parametrize("status", list(grpc.StatusCode))
def test_pubsub_status_has_a_kind(status: grpc.StatusCode) -> None:
    assert status in PUBLISHING


@pytest.mark.parametrize("error", CALLS, ids=lambda each: each.__name__)
def test_pubsub_error_has_the_kind_of_its_status(error: Any) -> None:
    failure = publish_failure(error("why"))

    assert isinstance(failure, Refused) == (PUBLISHING[error.grpc_status_code] is FailureKind.MESSAGE)
    if isinstance(failure, Undelivered):
        assert failure.permanent == (PUBLISHING[error.grpc_status_code] is FailureKind.DESTINATION)


def test_pubsub_invalid_argument_is_about_message_size_or_topic() -> None:
    invalid: Any = google.InvalidArgument

    def outcome(text: str) -> type:
        return type(publish_failure(invalid(text)))

    assert outcome("Invalid data in message: Message failed schema validation.") is Refused
    assert outcome("The value for message is too large.") is TooLarge
    assert outcome("Invalid resource name given (name=x).") is Undelivered
    assert outcome("Invalid data in message: Message failed schema validation: no 'resource name'") is Refused


def test_pubsub_error_without_status_is_retried() -> None:
    assert isinstance(publish_failure(OSError("reset")), Undelivered)


@pytest.mark.parametrize("error", ERRORS, ids=lambda each: each.__name__)
def test_servicebus_error_has_a_kind(error: type[Exception]) -> None:
    assert error in CLASSES


@pytest.mark.parametrize("condition", [*CODES, *(each.value.decode() for each in ErrorCondition)])
def test_servicebus_condition_has_a_kind(condition: str) -> None:
    assert condition in CONDITIONS


@pytest.mark.parametrize("condition", [*ErrorCondition, *(code.encode() for code in CODES)])
def test_servicebus_condition_is_read_from_the_error(condition: bytes) -> None:
    text = condition.value.decode() if isinstance(condition, ErrorCondition) else condition.decode()

    assert kind_of(exceptions.ServiceBusError("why", condition=condition)) is CONDITIONS[text]
