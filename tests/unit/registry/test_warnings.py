"""Warnings about an unknown `$schema` reach the client that registers it, and the log."""

import json

import pytest
from structlog.testing import capture_logs

from sluicegate.registry_api.facades.warnings import MAX_WARNING_CHARACTERS, MAX_WARNINGS, warning_headers
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.model import Violation
from tests.fakes.registry_service import Service

UNKNOWN = '{"$schema": "https://example.com/mine", "type": "object"}'
CHANGED = '{"$schema": "https://example.com/mine", "type": "object", "title": "Mine"}'
SENTENCE = "The draft 'https://example.com/mine' is not known. The schema is read as draft 7"
WARNINGS = [{"path": "/$schema", "code": "$schema", "message": SENTENCE}]
HEADER = f'299 Sluicegate "{SENTENCE} (at /$schema)"'


@pytest.fixture
def service() -> Service:
    """Return an empty registry with the real engines."""
    return Service(engine=engine)


def put(service: Service, subject: str, text: str) -> tuple[int, str | None]:
    """Register through Confluent's API: the status, and the warning."""
    answer = service.client.post(f"/subjects/{subject}/versions", json={"schema": text, "schemaType": "JSON"})
    return answer.status_code, answer.headers.get("Warning")


def test_native_registration_answers_with_warnings(service: Service) -> None:
    created, again, updated = service.register(UNKNOWN), service.register(UNKNOWN), service.update(1, CHANGED)
    assert [each.status_code for each in (created, again, updated)] == [201, 409, 200]
    assert [each.json["warnings"] for each in (created, again, updated)] == [WARNINGS] * 3


def test_native_registration_without_warnings_has_no_such_field(service: Service) -> None:
    assert set(service.register('{"type": "object"}').json) == {"identification", "version", "message"}


def test_confluent_registration_answers_with_a_header(service: Service) -> None:
    assert put(service, "s", UNKNOWN) == (200, HEADER)
    assert put(service, "s", CHANGED) == (200, HEADER)
    assert put(service, "t", '{"type": "object"}') == (200, None)


def test_warnings_of_added_versions_are_logged(service: Service) -> None:
    with capture_logs() as lines:
        service.register(UNKNOWN)
        service.register(UNKNOWN)
        put(service, "s", UNKNOWN)
        put(service, "s", UNKNOWN)
    found = [line for line in lines if line["event"] == "schema registered with warnings"]
    assert [line.get("schema_id") or line.get("subject") for line in found] == [1, "s"]
    assert {line["log_level"] for line in found} == {"warning"}
    assert found[0]["warnings"] == [f"{SENTENCE} (at /$schema)"]


def test_warning_header_is_ascii_on_one_line_and_bounded() -> None:
    message = 'a "quote", \\ and\r\nX-Evil: yes \u2028 \x00' + "x" * 1000
    header = warning_headers([Violation("", "$schema", message)] * 20)["Warning"]
    assert header.isascii()
    assert header.isprintable()
    assert header.count("299 Sluicegate ") == MAX_WARNINGS
    first, _ = json.JSONDecoder().raw_decode(header.removeprefix("299 Sluicegate "))
    assert first.startswith(message[:100])
    assert len(first) <= MAX_WARNING_CHARACTERS + 3


def test_no_warnings_make_no_header() -> None:
    assert warning_headers(()) == {}
