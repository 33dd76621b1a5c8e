"""What the service's refusals mean."""

from collections.abc import Mapping

import grpc
from google.api_core import exceptions
from google.rpc import error_details_pb2  # type: ignore[import-untyped]  # has no types
from grpc_status import rpc_status

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
    return f"{code_of(error).name}: {details() if callable(details) else error}"


def reasons_of(error: exceptions.GoogleAPICallError) -> Mapping[str, str]:
    """What an exactly-once subscription says of single acknowledgements: `PERMANENT_FAILURE_...` or `TRANSIENT_FAILURE_...` by their ids.

    Those that are not named were taken. Empty when the error is about the whole call.
    """
    call = error.errors[0] if error.errors else None
    status = rpc_status.from_call(call) if isinstance(call, grpc.Call) else None
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Is(info.DESCRIPTOR) and detail.Unpack(info):
            return dict(info.metadata)
    return {}
