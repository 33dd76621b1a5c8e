"""Schemas by global id and GUID, over Confluent's API."""

from uuid import UUID

import httpx
import pytest

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import GlobalId, SchemaFormat, SchemaId
from sluicegate.shared.wire import DEPRECATION_HEADER, DRAFT_HEADER
from sluicegate.validator.model import CONTENT, NotFound, StoredSchema, Unavailable
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.scripted_transport import ScriptedTransport, Step

SEVEN = GlobalId(7)
GUID = UUID(int=1)


def answer(body: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


def missing(code: int = 40403) -> httpx.Response:
    return answer({"error_code": code, "message": "Schema 7 not found"}, 404)


TIMES = CacheTimes()


class Provider(CachedSchemas):
    """With its clock at hand."""

    def __init__(self, client: RegistryClient, clock: FakeClock, metrics: Metrics) -> None:
        super().__init__(client, TIMES, clock, metrics)
        self.clock = clock


def provider(*steps: Step) -> tuple[Provider, ScriptedTransport]:
    transport, clock, metrics = ScriptedTransport(*steps), FakeClock(), Metrics()
    client = RegistryClient(httpx.Client(base_url="http://registry/", transport=transport), clock, metrics)
    return Provider(client, clock, metrics), transport


def test_a_content_is_asked_for_once() -> None:
    subject, transport = provider(answer({"schema": "{}", "schemaType": "JSON", "guid": "more"}))

    for _ in range(2):
        found = subject.content(SEVEN)
        assert found == StoredSchema(SchemaId(7), CONTENT, SchemaFormat.JSON, SchemaSource("{}"))
    assert [each.url.path for each in transport.requests] == ["/schemas/ids/7"]


def test_avro_is_what_is_not_said() -> None:
    found = provider(answer({"schema": '"int"'}))[0].content(SEVEN)

    assert isinstance(found, StoredSchema)
    assert found.format is SchemaFormat.AVRO


@pytest.mark.parametrize(("headers", "artifact"), [({DRAFT_HEADER: "2019-09"}, b"2019-09"), ({}, None)])
def test_content_keeps_the_draft_that_the_registry_names(headers: dict[str, str], artifact: bytes | None) -> None:
    step = httpx.Response(200, json={"schema": "{}", "schemaType": "JSON"}, headers=headers)
    found = provider(step)[0].content(SEVEN)
    assert found == StoredSchema(SchemaId(7), CONTENT, SchemaFormat.JSON, SchemaSource("{}", artifact=artifact))


def test_references_are_read_by_subject_and_version() -> None:
    reference = {"name": "other.json", "subject": "a/b", "version": 3}
    subject, transport = provider(
        answer({"schema": "{}", "schemaType": "JSON", "references": [reference]}),
        answer({"schema": '{"type":"string"}', "schemaType": "JSON", "references": None}),
    )

    found = subject.content(SEVEN)

    assert isinstance(found, StoredSchema)
    assert found.source.references == (NamedSource("other.json", SchemaSource('{"type":"string"}')),)
    assert transport.requests[1].url.raw_path == b"/subjects/a%2Fb/versions/3?deleted=true"


def test_a_reference_that_is_gone_is_said_so() -> None:
    reference = {"name": "other.json", "subject": "s", "version": 3}
    found = provider(answer({"schema": "{}", "references": [reference]}), missing(40402))[0].content(SEVEN)

    assert isinstance(found, NotFound)


def test_references_without_end_are_no_answer() -> None:
    reference = {"name": "me", "subject": "me", "version": 1}

    assert isinstance(provider(answer({"schema": "{}", "references": [reference]}))[0].content(SEVEN), Unavailable)


@pytest.mark.parametrize(
    "step",
    [
        missing(40401),
        answer({"message": "no such page"}, 404),
        answer({"error_code": 404, "message": "HTTP 404 Not Found"}, 404),
        answer({"schema": 5}),
        answer({"schema": "{}", "schemaType": "COBOL"}),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(503),
        httpx.ConnectError("refused"),
    ],
)
def test_only_the_registrys_own_words_say_that_something_is_not_there(step: Step) -> None:
    known = isinstance(step, httpx.Response) and b"40401" in step.content
    found = provider(step)[0].content(SEVEN)

    assert isinstance(found, NotFound if known else Unavailable)


def test_a_guid_leads_to_an_id_of_the_default_context() -> None:
    ids = [{"context": ".other", "id": 1}, {"context": ".", "id": 7}]
    subject, transport = provider(answer(ids), answer({"schema": "{}", "schemaType": "JSON"}))

    for _ in range(2):
        found = subject.content_by_guid(GUID)
        assert isinstance(found, StoredSchema)
        assert int(found.schema_id) == SEVEN
    assert [each.url.path for each in transport.requests] == [f"/schemas/guids/{GUID}/ids", "/schemas/ids/7"]


def test_a_guid_that_only_other_contexts_have() -> None:
    assert isinstance(provider(answer([{"context": ".x", "id": 1}]))[0].content_by_guid(GUID), NotFound)
    assert isinstance(provider(missing())[0].content_by_guid(GUID), NotFound)


def test_that_a_subject_has_a_schema_stays_so_and_that_it_has_not_is_asked_again() -> None:
    subject, transport = provider(
        answer([{"subject": "a", "version": 1}]),
        answer([{"subject": "a", "version": 1}, {"subject": "b", "version": 2}]),
    )

    assert subject.registered(SEVEN, "a") is True
    assert subject.registered(SEVEN, "b") is False
    subject.clock.advance(TIMES.missing)
    assert subject.registered(SEVEN, "a") is True
    assert len(transport.requests) == 1
    assert subject.registered(SEVEN, "b") is True
    assert transport.requests[1].url.raw_path == b"/schemas/ids/7/versions?deleted=true"


def test_subjects_of_an_id_that_a_restored_registry_gave_out_again_are_asked_for() -> None:
    """Otherwise messages of the old subject pass with the id of another one, for the process's life."""
    subject, _ = provider(
        answer({"schema": '"int"'}),
        answer([{"subject": "a", "version": 1}]),
        answer({"schema": '"string"'}),
        answer([{"subject": "b", "version": 1}]),
    )
    subject.content(SEVEN)
    assert subject.registered(SEVEN, "a") is True
    subject.clock.advance(TIMES.known + 1)
    subject.content(SEVEN)

    assert subject.registered(SEVEN, "a") is False
    assert subject.registered(SEVEN, "b") is True


@pytest.mark.parametrize(("step", "expected"), [(missing(), False), (httpx.Response(503), None)])
def test_an_id_that_is_not_there_is_under_no_subject(step: Step, expected: bool | None) -> None:
    found = provider(step)[0].registered(SEVEN, "a")

    assert found is expected or (expected is None and isinstance(found, Unavailable))


def test_lookups_of_a_deprecated_content_are_counted_and_change_nothing_else() -> None:
    plain, marked = answer({"schema": '"int"'}), answer({"schema": '"int"'})
    marked.headers[DEPRECATION_HEADER] = "@1700000000"
    transport, clock, metrics = ScriptedTransport(plain, marked), FakeClock(), Metrics()
    client = RegistryClient(httpx.Client(base_url="http://registry/", transport=transport), clock, metrics)
    subject = CachedSchemas(client, TIMES, clock, metrics)

    def counted() -> float:
        return metrics.registry.get_sample_value("sluicegate_validator_schema_deprecated_lookups_total") or 0.0

    first = subject.content(SEVEN)
    assert counted() == 0
    clock.advance(TIMES.known + 1)
    assert subject.content(SEVEN) == first
    assert counted() == 1
    subject.content(SEVEN)
    assert counted() == 2
