"""Google credentials that cannot be used are reported in one line, without the library's tuples."""

from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.auth import exceptions as auth

from sluicegate.validator.brokers.pubsub import clients
from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig
from sluicegate.validator.brokers.pubsub.sink import PubSubSink
from sluicegate.validator.brokers.pubsub.trouble import credentials_detail, detail_of, publish_failure
from sluicegate.validator.errors import SinkFailed
from sluicegate.validator.model import Destination, Undelivered

CREDENTIALS: Any = auth  # its classes have no types
SERVICE: Any = exceptions  # has no types, either
PLUGIN = "Getting metadata from plugin failed with error: ('invalid_grant: Bad Request', {'error': 'invalid_grant'})"


@pytest.mark.parametrize(
    ("error", "detail"),
    [
        (CREDENTIALS.RefreshError("invalid_grant: Bad", {"error": "x"}), "invalid_grant: Bad"),
        (CREDENTIALS.DefaultCredentialsError("File k.json\nis not valid", ValueError("x")), "File k.json is not valid"),
        (CREDENTIALS.TransportError(ConnectionError("refused")), "refused"),
        (CREDENTIALS.GoogleAuthError(), "GoogleAuthError"),
    ],
)
def test_credentials_errors_are_one_line(error: auth.GoogleAuthError, detail: str) -> None:
    assert credentials_detail(error) == detail


class FailedCall(grpc.RpcError):
    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE

    def details(self) -> str:
        return PLUGIN


def test_credentials_that_fail_during_a_call_are_one_line() -> None:
    expected = "the credentials cannot be used: invalid_grant: Bad Request"

    assert detail_of(FailedCall()) == f"UNAVAILABLE: {expected}"
    failure = publish_failure(SERVICE.ServiceUnavailable(PLUGIN))
    assert isinstance(failure, Undelivered)
    assert expected in failure.detail
    assert "{" not in failure.detail


def test_a_sink_without_usable_credentials_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise CREDENTIALS.DefaultCredentialsError("File k.json is not valid", ValueError("x"))

    monkeypatch.setattr(clients, "PublisherClient", refuse)
    topics = dict.fromkeys(Destination, "projects/p/topics/t")

    with pytest.raises(SinkFailed) as raised:
        PubSubSink(PubSubSinkConfig(topics, emulator=None))

    assert raised.value.message == "destination: Google Pub/Sub cannot be used: File k.json is not valid"
