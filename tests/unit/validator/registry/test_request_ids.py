"""Each request to the registry has an id of its own, and each failure names it."""

import httpx
import pytest

from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.validator.registry.client import RegistryClient, RegistryUnavailable
from sluicegate.validator.registry.connection import REQUEST_ID, RegistryAddress, connect
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock


class Recorder(httpx.BaseTransport):
    """Answers each request with a status, or not at all, and keeps the ids."""

    def __init__(self, status: int | None) -> None:
        self.status = status
        self.seen: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request.headers[REQUEST_ID])
        if self.status is None:
            raise httpx.ReadTimeout("timed out", request=request)
        return httpx.Response(self.status, text="busy", request=request)


@pytest.mark.parametrize("status", [500, 503, 404, 200, None])
def test_failure_names_the_id_that_the_registry_logs(status: int | None) -> None:
    recorder = Recorder(status)
    connected = connect(RegistryAddress("http://registry", 1.0), transport=recorder)
    with RegistryClient(connected, FakeClock(), Metrics()) as client:
        for _ in range(2):
            with pytest.raises(RegistryUnavailable) as raised:
                client.version(SchemaId(1), VersionNumber(1))
            assert f"request id {recorder.seen[-1]})" in str(raised.value)
    assert len(set(recorder.seen)) == 2


def test_two_clients_never_use_the_same_id() -> None:
    ids = set()
    for _ in range(2):
        recorder = Recorder(500)
        connected = connect(RegistryAddress("http://registry", 1.0), transport=recorder)
        with RegistryClient(connected, FakeClock(), Metrics()) as client, pytest.raises(RegistryUnavailable):
            client.version(SchemaId(1), VersionNumber(1))
        ids.update(recorder.seen)
    assert len(ids) == 2
