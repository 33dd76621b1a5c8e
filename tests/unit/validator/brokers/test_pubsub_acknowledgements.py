"""Acknowledgements whose answer no client can read: they are repeated, and their thread goes on."""

from typing import Any, cast

import grpc
import pytest
from google.api_core import exceptions
from google.pubsub_v1 import SubscriberClient
from structlog.testing import capture_logs

from sluicegate.validator.brokers.pubsub.acknowledgements import Acknowledgements


class StrangeCall(grpc.Call, grpc.RpcError):
    """A refused call with these details, as a proxy may send them."""

    def __init__(self, details: bytes) -> None:
        super().__init__()
        self._details = details

    def trailing_metadata(self) -> Any:
        return (("grpc-status-details-bin", self._details),)

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.FAILED_PRECONDITION

    def details(self) -> str:
        return "refused"

    initial_metadata = is_active = time_remaining = cancel = trailing_metadata

    def add_callback(self, *_: object) -> bool:
        return False


class OddClient:
    """Raises an error at each request."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def acknowledge(self, *_: object, **__: object) -> None:
        raise self._error

    modify_ack_deadline = acknowledge


OF_ANOTHER_STATUS, BROKEN = (
    cast("Any", exceptions.FailedPrecondition)("refused", errors=(StrangeCall(details),))
    for details in (b"\x08\x05", b"\xff")
)


@pytest.mark.parametrize(
    "error", [OF_ANOTHER_STATUS, BROKEN, ValueError("Cannot invoke RPC on closed channel!"), RuntimeError()]
)
def test_answer_that_cannot_be_read_ends_no_thread(error: Exception) -> None:
    """The thread that acknowledges would end silently: all messages would be redelivered forever."""
    told = Acknowledgements(cast("SubscriberClient", OddClient(error)), "s")

    with capture_logs() as logs:
        assert told.acknowledge(["a", "b"]) == ["a", "b"]
        assert told.extend(["a"], 60) == (["a"], [])
        told.give_back(["a"])

    assert len(logs) == 3
