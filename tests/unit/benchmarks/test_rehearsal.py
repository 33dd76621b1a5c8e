"""Good answers to the clients of a rehearsal, from the registry's own application."""

from collections.abc import Iterator

import httpx
import pytest

from benchmarks.rehearsal.callers import registered
from tests.fakes.registry_service import FIELDS, Service


@pytest.fixture(name="client")
def _client() -> Iterator[httpx.Client]:
    transport = httpx.WSGITransport(app=Service().application)
    with httpx.Client(transport=transport, base_url="http://registry") as client:
        body = {"name": "readings", "schema_type": "json", "specification": FIELDS}
        assert client.post("/schemas", json=body).status_code == 201
        yield client


def test_repeated_registration_has_its_version_in_the_answer(client: httpx.Client) -> None:
    answer = client.put("/schemas/1", json={"specification": FIELDS})
    assert answer.status_code == 409
    assert registered(answer)
    assert answer.json()["version"] == "1"


def test_refused_registration_is_no_good_answer(client: httpx.Client) -> None:
    answer = client.put("/schemas/1", json={"specification": f"{FIELDS} other:number"})
    assert not answer.is_success
    assert not registered(answer)
