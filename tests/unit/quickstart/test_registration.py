import httpx
import pytest

from sluicegate.shared.client import RegistryClient
from sluicegate.shared.quickstart.registration import RegistrationFailed, register
from sluicegate.shared.quickstart.samples import ORDER, PERSON, Sample
from tests.fakes.clock import FakeClock
from tests.fakes.native_registry import FakeRegistry


def client(transport: httpx.BaseTransport) -> RegistryClient:
    return RegistryClient("http://registry", clock=FakeClock(), transport=transport)


def test_each_version_of_a_sample_is_registered() -> None:
    registered = register(client(FakeRegistry().transport()), PERSON)
    assert registered.versions == (1, 2)


def test_a_sample_that_is_there_already_is_found() -> None:
    def conflict(request: httpx.Request) -> httpx.Response:
        number = "1" if request.method == "POST" else "2"
        return httpx.Response(409, json={"identification": "32", "version": number, "message": "exists"})

    with client(httpx.MockTransport(conflict)) as second:
        registered = register(second, PERSON)
    assert (registered.schema_id, registered.versions) == (32, (1, 2))


@pytest.mark.parametrize("sample", [PERSON, ORDER])
def test_the_samples_can_be_read(sample: Sample) -> None:
    assert all(sample.texts())


def test_a_refusal_carries_the_registry_s_reason() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": "not today"})

    with (
        client(httpx.MockTransport(refuse)) as refused,
        pytest.raises(RegistrationFailed, match="person cannot be registered: not today"),
    ):
        register(refused, PERSON)


def test_a_registry_that_does_not_answer_is_named_so() -> None:
    def vanish(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    with (
        client(httpx.MockTransport(vanish)) as gone,
        pytest.raises(RegistrationFailed, match="Cannot reach the registry at http://registry: connection refused"),
    ):
        register(gone, PERSON)
