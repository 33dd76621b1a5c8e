"""The meaning of the service's errors."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import grpc
from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError
from google.rpc import error_details_pb2  # type: ignore[import-untyped]  # has no types
from grpc_status import rpc_status

from sluicegate.validator.brokers.failures import FailureKind, failure
from sluicegate.validator.model import Failure

TRANSIENT = (
    exceptions.Aborted,
    exceptions.Cancelled,
    exceptions.DeadlineExceeded,
    exceptions.InternalServerError,
    exceptions.ResourceExhausted,
    exceptions.RetryError,
    exceptions.ServiceUnavailable,
    exceptions.Unknown,
)
"""Passes by itself: the library's own list."""

_STATUS = grpc.StatusCode

PUBLISHING: Mapping[grpc.StatusCode, FailureKind] = MappingProxyType(
    {
        _STATUS.INVALID_ARGUMENT: FailureKind.MESSAGE,
        _STATUS.NOT_FOUND: FailureKind.DESTINATION,
        _STATUS.PERMISSION_DENIED: FailureKind.DESTINATION,
        _STATUS.UNAUTHENTICATED: FailureKind.DESTINATION,
        _STATUS.FAILED_PRECONDITION: FailureKind.DESTINATION,  # the topic's key cannot be used
        _STATUS.UNIMPLEMENTED: FailureKind.DESTINATION,
        _STATUS.OUT_OF_RANGE: FailureKind.DESTINATION,
        _STATUS.ALREADY_EXISTS: FailureKind.DESTINATION,
        _STATUS.DATA_LOSS: FailureKind.DESTINATION,
        _STATUS.OK: FailureKind.TRANSIENT,
        _STATUS.ABORTED: FailureKind.TRANSIENT,
        _STATUS.CANCELLED: FailureKind.TRANSIENT,
        _STATUS.DEADLINE_EXCEEDED: FailureKind.TRANSIENT,
        _STATUS.INTERNAL: FailureKind.TRANSIENT,
        _STATUS.RESOURCE_EXHAUSTED: FailureKind.TRANSIENT,
        _STATUS.UNAVAILABLE: FailureKind.TRANSIENT,
        _STATUS.UNKNOWN: FailureKind.TRANSIENT,
    }
)
"""The status of a request to publish (https://cloud.google.com/pubsub/docs/reference/error-codes)."""

_SIZE_WORDS = ("too large", "too long", "too many", "exceeds")
_NAME_WORDS = ("invalid resource name",)
"""INVALID_ARGUMENT is about the topic's name, too; that is nothing that another message could mend.

The words are the service's own: a report of a schema's violation may name a field of the message.
"""

_FOR_GOOD = frozenset(
    {
        grpc.StatusCode.FAILED_PRECONDITION,  # the subscription is detached
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
)


_PLUGIN: Final = re.compile(r"metadata from plugin failed with error: \((['\"])(?P<first>.*?)\1, .*\)", re.DOTALL)
"""gRPC's message about failed credentials: the printed tuple of the error's arguments."""


def credentials_detail(error: GoogleAuthError) -> str:
    """Return one line about credentials that cannot be used.

    The library prints a tuple of arguments.
    """
    first = error.args[0] if error.args else None
    text = first if isinstance(first, str) else str(error)
    return " ".join(text.split()) or type(error).__name__


def _sentence(text: str) -> str:
    found = _PLUGIN.search(text)
    return f"the credentials cannot be used: {found['first']}" if found else text


def publish_failure(error: Exception) -> Failure:
    """Return the meaning of an error for the messages of a publish request."""
    status = error.grpc_status_code if isinstance(error, exceptions.GoogleAPICallError) else None
    kind = PUBLISHING.get(status or grpc.StatusCode.UNKNOWN, FailureKind.TRANSIENT)
    text = str(error).lower()
    if kind is FailureKind.MESSAGE and any(word in text for word in _NAME_WORDS):
        kind = FailureKind.DESTINATION
    elif kind is FailureKind.MESSAGE and any(word in text for word in _SIZE_WORDS):
        kind = FailureKind.SIZE
    return failure(kind, _sentence(str(error)))


def for_good(error: grpc.RpcError) -> bool:
    """Whether a stream that ended so ends so again."""
    return code_of(error) in _FOR_GOOD


def code_of(error: grpc.RpcError) -> grpc.StatusCode:
    """The code of a call that failed."""
    code = getattr(error, "code", None)
    return code() if callable(code) else grpc.StatusCode.UNKNOWN


def detail_of(error: grpc.RpcError) -> str:
    """`NOT_FOUND: Resource not found`."""
    details = getattr(error, "details", None)
    return f"{code_of(error).name}: {_sentence(str(details() if callable(details) else error))}"


def reasons_of(error: exceptions.GoogleAPICallError) -> Mapping[str, str]:
    """Return the results of single acknowledgements on an exactly-once subscription.

    They map ids to `PERMANENT_FAILURE_...` or `TRANSIENT_FAILURE_...`; the others were accepted.
    Empty if the error is about the whole call.
    """
    call = error.errors[0] if error.errors else None
    status = rpc_status.from_call(call) if isinstance(call, grpc.Call) else None
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Is(info.DESCRIPTOR) and detail.Unpack(info):
            return dict(info.metadata)
    return {}
