"""A refusal that the policy LENIENT would allow names the switch, through both APIs."""

import pytest

from sluicegate.shared.formats.catalog import engine
from tests.fakes.registry_service import Service

CLOSED = '{"type": "object", "properties": {"a": {"type": "string"}}}'
OPTIONAL = '{"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}'
WRONG = '{"type": "object", "properties": {"a": {"type": "integer"}}}'
SWITCH = "set compatibilityPolicy to LENIENT for the subject (PUT /config/{subject})"


@pytest.fixture
def service() -> Service:
    """Return a registry with one version, compared by STRICT."""
    service = Service(engine=engine)
    assert service.client.post("/subjects/s/versions", json=_body(CLOSED)).status_code == 200
    return service


def _body(text: str) -> dict[str, str]:
    return {"schema": text, "schemaType": "JSON"}


@pytest.mark.parametrize(("text", "named"), [(OPTIONAL, True), (WRONG, False)])
def test_refusal_names_the_switch_where_it_would_help(service: Service, text: str, *, named: bool) -> None:
    answer = service.client.post("/subjects/s/versions", json=_body(text))
    assert (answer.status_code, answer.json["error_code"]) == (409, 409)
    assert (SWITCH in answer.json["message"]) is named
    path = "/compatibility/subjects/s/versions/latest?verbose=true"
    told = service.client.post(path, json=_body(text)).json["messages"]
    assert any(SWITCH in line for line in told) is named


def test_native_refusal_names_the_switch_too(service: Service) -> None:
    made = service.register(CLOSED, name="native", compatibility_policy="STRICT")
    answer = service.update(made.json["identification"], OPTIONAL)
    assert SWITCH in str(answer.json)


def test_named_switch_helps(service: Service) -> None:
    assert service.client.put("/config/s", json={"compatibilityPolicy": "LENIENT"}).status_code == 200
    assert service.client.post("/subjects/s/versions", json=_body(OPTIONAL)).status_code == 200
