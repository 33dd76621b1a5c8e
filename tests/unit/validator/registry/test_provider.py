"""Schemas over HTTP: usable answers, and their lifetime."""

import threading

import httpx
import pytest
import structlog

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import Lookup, NotFound, SchemaRef, StoredSchema, Unavailable
from sluicegate.validator.pipeline.limits import BackoffTimes
from sluicegate.validator.registry.client import RegistryClient
from sluicegate.validator.registry.provider import CachedSchemas, CacheTimes
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock
from tests.fakes.native_registry import FakeRegistry
from tests.fakes.scripted_transport import ScriptedTransport

TIMES = CacheTimes(latest=2.0, missing=1.0, capacity=3, retry=BackoffTimes(first=4.0, longest=8.0))


class Subject:
    """A provider over a transport, and its clock."""

    def __init__(self, transport: httpx.BaseTransport, base: str = "http://registry/") -> None:
        self.clock = FakeClock()
        self.metrics = Metrics()
        http = httpx.Client(base_url=base, transport=transport)
        self.schemas = CachedSchemas(RegistryClient(http, self.clock, self.metrics), TIMES, self.clock, self.metrics)

    def find(self, schema_id: int = 1, version: int | None = 1) -> Lookup:
        number = None if version is None else VersionNumber(version)
        return self.schemas.find(SchemaRef(SchemaId(schema_id), number, None))


@pytest.fixture
def registry() -> FakeRegistry:
    registry = FakeRegistry()
    registry.add('{"v":1}', '{"v":2}')
    return registry


@pytest.fixture
def subject(registry: FakeRegistry) -> Subject:
    return Subject(registry.transport())


def requests(registry: FakeRegistry) -> list[str]:
    return [each.url.path for each in registry.requests]


def refers(name: str, schema_id: int, version: int = 1) -> dict[str, str]:
    """A reference as the registry serves it."""
    return {"name": name, "schema_id": str(schema_id), "version": str(version)}


def test_a_version_is_found_with_its_format(subject: Subject) -> None:
    assert subject.find(1, 2) == StoredSchema(SchemaId(1), VersionNumber(2), SchemaFormat.JSON, SchemaSource('{"v":2}'))


def test_known_version_is_only_compared_now_and_then(subject: Subject, registry: FakeRegistry) -> None:
    first = subject.find()
    subject.clock.advance(TIMES.known - 1)
    assert subject.find() is first
    assert requests(registry) == ["/schemas/1/versions/1"]

    subject.clock.advance(2)
    assert [subject.find() is first for _ in range(3)] == [True] * 3
    assert requests(registry) == ["/schemas/1/versions/1"] * 2


def test_number_that_a_restored_registry_gave_out_again_is_noticed(subject: Subject, registry: FakeRegistry) -> None:
    assert subject.find(1, 2) == _json('{"v":2}', 2)
    registry.schemas.clear()
    registry.add('{"v":1}', '{"v":"other"}')
    subject.clock.advance(TIMES.known + 1)

    with structlog.testing.capture_logs() as logs:
        assert subject.find(1, 2) == _json('{"v":"other"}', 2)

    assert [line["schema"] for line in logs] == ["1 version 2"]
    assert subject.find(1, None) == _json('{"v":"other"}', 2)


def test_one_number_given_out_again_has_all_known_versions_compared(subject: Subject, registry: FakeRegistry) -> None:
    assert subject.find(1, 2) == _json('{"v":2}', 2)
    subject.clock.advance(TIMES.known / 2)
    assert subject.find(1, 1) == _json('{"v":1}', 1)
    registry.schemas.clear()
    registry.add('{"w":1}', '{"w":2}')
    subject.clock.advance(TIMES.known / 2 + 1)

    assert subject.find(1, 2) == _json('{"w":2}', 2)
    assert subject.find(1, 1) == _json('{"w":1}', 1)


def test_known_version_stays_known_when_it_is_deleted_or_the_registry_is_away(
    subject: Subject, registry: FakeRegistry
) -> None:
    known = subject.find()
    registry.schemas.clear()
    subject.clock.advance(TIMES.known + 1)

    assert subject.find() is known


def test_schemas_of_another_registry_at_the_same_address_are_not_mixed_up(
    subject: Subject, registry: FakeRegistry
) -> None:
    registry.identity = "6e2bb0a6-0000-4000-8000-000000000001"
    assert subject.find(1, 1) == _json('{"v":1}', 1)
    registry.identity = "6e2bb0a6-0000-4000-8000-000000000002"
    registry.schemas.clear()
    registry.add('{"w":1}', '{"w":2}')

    assert subject.find(1, 2) == _json('{"w":2}', 2)  # the answer shows that it is another registry
    assert subject.find(1, 1) == _json('{"w":1}', 1)


def _json(text: str, number: int) -> StoredSchema:
    return StoredSchema(SchemaId(1), VersionNumber(number), SchemaFormat.JSON, SchemaSource(text))


def test_a_version_is_known_while_the_registry_is_down(subject: Subject, registry: FakeRegistry) -> None:
    known = subject.find()
    registry.schemas.clear()

    assert subject.find() == known


def test_the_latest_is_asked_for_again_after_a_moment(subject: Subject, registry: FakeRegistry) -> None:
    assert isinstance(first := subject.find(1, None), StoredSchema)
    assert first.version == 2
    registry.add_version(1, '{"v":3}')
    assert subject.find(1, None) == first

    subject.clock.advance(2.1)

    assert isinstance(later := subject.find(1, None), StoredSchema)
    assert later.version == 3


def test_what_is_not_there_is_asked_for_again_after_a_shorter_moment(subject: Subject, registry: FakeRegistry) -> None:
    assert isinstance(subject.find(1, 3), NotFound)
    registry.add_version(1, '{"v":3}')
    assert isinstance(subject.find(1, 3), NotFound)

    subject.clock.advance(1.1)

    assert isinstance(subject.find(1, 3), StoredSchema)
    subject.clock.advance(0.5)
    assert isinstance(subject.find(1, 3), StoredSchema)


def test_the_registrys_own_words_are_kept(subject: Subject) -> None:
    found = subject.find(77, 1)

    assert isinstance(found, NotFound)
    assert "id=77" in found.detail


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(429),
        httpx.Response(401, json={"message": "no"}),
        httpx.Response(302, headers={"Location": "http://elsewhere/"}),
        httpx.Response(200, content=b"not json"),
        httpx.Response(200, json={"message": "a registry would not say so"}),
        httpx.Response(404, text="<html>nginx</html>"),
        httpx.Response(404, json=[]),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("closed"),
    ],
)
def test_whatever_is_no_clear_answer_is_unavailable(answer: httpx.Response | Exception) -> None:
    subject = Subject(ScriptedTransport(answer))

    assert isinstance(subject.find(), Unavailable)
    assert not subject.schemas.available


def test_an_answer_about_another_version_is_no_answer(registry: FakeRegistry) -> None:
    body = registry.schemas[1]["schemas"][0]
    subject = Subject(ScriptedTransport(httpx.Response(200, json=body)))

    assert isinstance(subject.find(1, 2), Unavailable)
    assert isinstance(Subject(ScriptedTransport(httpx.Response(200, json=body))).find(2, 1), Unavailable)


def test_a_specification_that_is_not_text_is_no_answer(registry: FakeRegistry) -> None:
    body = registry.schemas[1]["schemas"][0] | {"specification": "/w=="}

    assert isinstance(Subject(ScriptedTransport(httpx.Response(200, json=body))).find(), Unavailable)


def test_a_silent_registry_is_left_alone_until_the_back_off_is_over() -> None:
    transport = ScriptedTransport(
        httpx.ConnectError("refused"), httpx.Response(404, json={"message": "no such schema"})
    )
    subject = Subject(transport)

    assert [type(subject.find(number)) for number in range(5)] == [Unavailable] * 5
    assert len(transport.requests) == 1
    subject.clock.advance(4.1)

    assert isinstance(subject.find(), NotFound)
    assert subject.schemas.available
    assert len(transport.requests) == 2


def test_the_caches_are_bounded(registry: FakeRegistry, subject: Subject) -> None:
    for _ in range(5):
        registry.add('{"v":1}')
    for schema_id in range(1, 7):
        subject.find(schema_id)
        subject.find(schema_id, None)
        subject.find(schema_id, 9)

    assert len(subject.schemas._versions._versions) <= 3
    assert len(subject.schemas._answers) <= 3


def test_a_path_prefix_of_the_address_is_kept(registry: FakeRegistry) -> None:
    transport = ScriptedTransport(httpx.Response(500))
    Subject(transport, "http://registry/prefix").find()

    assert transport.requests[0].url == "http://registry/prefix/schemas/1/versions/1"


def test_many_that_ask_at_once_make_one_request(subject: Subject, registry: FakeRegistry) -> None:
    threads = [threading.Thread(target=subject.find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert requests(registry) == ["/schemas/1/versions/1"]


def test_hits_misses_and_failures_are_counted(subject: Subject, registry: FakeRegistry) -> None:
    subject.find()
    subject.find()

    text = subject.metrics.exposition().decode()
    assert "sluicegate_validator_schema_cache_hits_total 1.0" in text
    assert "sluicegate_validator_schema_cache_misses_total 1.0" in text
    assert "sluicegate_validator_registry_request_seconds_count 1.0" in text


def test_a_registry_that_does_not_say_the_format_of_versions_is_asked_once_for_the_schemas(
    subject: Subject, registry: FakeRegistry
) -> None:
    """One of the first release."""
    for version in registry.schemas[1]["schemas"]:
        del version["schema_type"], version["references"]

    assert isinstance(found := subject.find(1, 1), StoredSchema)
    assert found.format is SchemaFormat.JSON
    subject.find(1, 2)
    assert requests(registry) == ["/schemas/1/versions/1", "/schemas/1/versions/all", "/schemas/1/versions/2"]


def test_a_version_comes_with_all_that_it_refers_to(subject: Subject, registry: FakeRegistry) -> None:
    registry.add("[2]", references=[refers("one", 1, 2)])
    registry.add("[3]", references=[refers("one", 1, 2), refers("two", 2)])

    one = SchemaSource('{"v":2}')
    two = SchemaSource("[2]", (NamedSource("one", one),))
    expected = SchemaSource("[3]", (NamedSource("one", one), NamedSource("two", two)))
    assert isinstance(found := subject.find(3, 1), StoredSchema)
    assert found.source == expected


def test_what_is_referred_to_is_read_once_for_ever(subject: Subject, registry: FakeRegistry) -> None:
    registry.add("[2]", "[3]", references=[refers("one", 1)])
    registry.add("[4]", references=[refers("a", 2, 1), refers("b", 2, 2)])
    subject.find(3, 1)
    subject.find(3, None)
    subject.find(1, 1)

    assert sorted(requests(registry)) == [
        "/schemas/1/versions/1", "/schemas/2/versions/1", "/schemas/2/versions/2", "/schemas/3/versions/1",
        "/schemas/3/versions/latest",
    ]  # fmt: skip


def test_a_version_whose_reference_is_gone_is_not_there_and_asked_for_again(
    subject: Subject, registry: FakeRegistry
) -> None:
    """Both were deleted between the two requests."""
    registry.add("[2]", references=[refers("one", 1)])
    registry.deactivate(1, 1)
    assert isinstance(found := subject.find(2, 1), NotFound)
    assert "Schema 2 version 1 refers to what is gone" in found.detail
    registry.schemas[1]["schemas"][0]["version_deactivated"] = False
    subject.clock.advance(1.1)

    assert isinstance(subject.find(2, 1), StoredSchema)


def test_a_registry_that_falls_silent_between_references_is_asked_again(registry: FakeRegistry) -> None:
    registry.add("[2]", references=[refers("one", 1)])
    body = registry.schemas[2]["schemas"][0]
    first = registry.schemas[1]["schemas"][0]
    answers = (httpx.Response(200, json=body), httpx.ReadTimeout("slow"))
    subject = Subject(ScriptedTransport(*answers, httpx.Response(200, json=body), httpx.Response(200, json=first)))

    assert isinstance(subject.find(2, 1), Unavailable)
    subject.clock.advance(4.1)
    assert isinstance(subject.find(2, 1), StoredSchema)


@pytest.mark.parametrize("chain", [1, 2, 40])
def test_references_without_end_are_no_answer(subject: Subject, registry: FakeRegistry, chain: int) -> None:
    """A correct registry refuses them; a broken one must not stop the worker."""
    for number in range(chain):
        registry.add("[]", references=[refers("next", 2 + (number + 1) % chain)])

    assert isinstance(found := subject.find(2, 1), Unavailable)
    assert "without end" in found.detail
    assert len(registry.requests) < 40


def test_the_artifact_is_kept_beside_the_text(subject: Subject, registry: FakeRegistry) -> None:
    registry.schemas[1]["schemas"][0]["artifact"] = "AAEC"

    assert isinstance(found := subject.find(1, 1), StoredSchema)
    assert found.source == SchemaSource('{"v":1}', artifact=b"\x00\x01\x02")


@pytest.mark.parametrize(
    "wrong",
    [
        {"artifact": "!"}, {"artifact": 1}, {"references": [{"name": "a"}]}, {"references": "a"}, {"schema_type": "cobol"},
        {"references": [{"name": "a", "schema_id": "x", "version": "1"}]},
        {"references": [{"name": "a", "schema_id": "1" * 5000, "version": "1"}]},
    ],
)  # fmt: skip
def test_an_answer_with_fields_that_cannot_be_read_is_no_answer(
    subject: Subject, registry: FakeRegistry, wrong: dict[str, object]
) -> None:
    registry.schemas[1]["schemas"][0].update(wrong)

    assert isinstance(subject.find(1, 1), Unavailable)
