"""Workers with Confluent's ids learn the draft from a header, also in cached answers."""

import pytest

from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.wire import DRAFT_HEADER
from tests.fakes.registry_service import Service

NAMELESS = '{"items": [{"type": "string"}]}'
NAMED = '{"$schema": "http://json-schema.org/draft-07/schema#"}'
PATHS = ["/schemas/ids/1", "/confluent/schemas/ids/1", "/schemas/ids/1?subject=s", "/subjects/s/versions/1"]


@pytest.fixture
def service() -> Service:
    """Return an empty registry with the real engines."""
    return Service(engine=engine)


def put(service: Service, text: str, kind: str = "JSON") -> str:
    """Register through Confluent's API: the guid."""
    answer = service.client.post("/subjects/s/versions", json={"schema": text, "schemaType": kind})
    guid: str = answer.json["guid"]
    return guid


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("text", "draft"), [(NAMELESS, "draft-07"), (NAMED, None)])
def test_answers_about_json_schemas_name_the_draft(service: Service, path: str, text: str, draft: str | None) -> None:
    put(service, text)
    answers = [service.client.get(path) for _ in range(2)]
    assert [(each.status_code, each.headers.get(DRAFT_HEADER)) for each in answers] == [(200, draft)] * 2


def test_answers_by_guid_name_the_draft(service: Service) -> None:
    guid = put(service, NAMELESS)
    assert service.client.get(f"/schemas/guids/{guid}").headers[DRAFT_HEADER] == "draft-07"


def test_answers_about_other_formats_name_no_draft(service: Service) -> None:
    put(service, 'syntax = "proto3"; message M {}', "PROTOBUF")
    assert DRAFT_HEADER not in service.client.get("/schemas/ids/1").headers
