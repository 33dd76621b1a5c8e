"""The schema of a global id comes from the cache, equal to Flask's answer, while it exists."""

from typing import Any

import pytest

from tests.fakes.api_client import Answer
from tests.fakes.registry_service import Service, settings

V1 = "application/vnd.schemaregistry.v1+json"
CLIENTS = f"{V1}, application/vnd.schemaregistry+json, application/json"
PATHS = ["/schemas/ids/1", "/confluent/schemas/ids/1"]
ARTIFACTS = ["/ids/1", "/api/ids/1"]
"""The texts of ids in the API of artifacts."""


def put(service: Service, subject: str = "s", text: str = "a:int") -> Answer:
    return service.client.post(f"/subjects/{subject}/versions", json={"schema": text})


def read(service: Service, path: str, accept: str | None = CLIENTS) -> Answer:
    return service.client.get(path, headers={"Accept": accept} if accept else {})


def flask_reads(service: Service) -> float:
    """How often Flask was asked."""
    found = service.client.get("/metrics").get_data(as_text=True)
    return sum(
        float(line.rpartition(" ")[2]) for line in found.splitlines() if "hot_reads_total" in line and "miss" in line
    )


@pytest.mark.parametrize("path", [*PATHS, *ARTIFACTS])
@pytest.mark.parametrize("accept", [None, "*/*", V1, CLIENTS, "application/json"])
def test_it_is_answered_from_the_cache_as_flask_answers(service: Service, path: str, accept: str | None) -> None:
    put(service)
    first, again = read(service, path, accept), read(service, path, accept)
    assert (first.status_code, first.data, first.content_type) == (again.status_code, again.data, again.content_type)
    assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
    assert flask_reads(service) == 1


def test_each_form_has_its_own_place(service: Service) -> None:
    put(service)
    for _ in range(2):
        assert read(service, PATHS[0], CLIENTS).content_type == V1
        assert read(service, PATHS[0], "application/json").content_type == "application/json"
        assert read(service, PATHS[0], "text/html").status_code == 406


@pytest.mark.parametrize(
    "path", ["/schemas/ids/1?subject=s", "/schemas/ids/1?fetchMaxId=true", "/schemas/ids/1/schema", "/schemas/ids/2"]
)
def test_what_may_change_is_not_kept(service: Service, path: str) -> None:
    put(service)
    answers = [read(service, path).data for _ in range(3)]
    put(service, "t", "b:int")
    assert len(set(answers)) == 1
    if path.endswith("/2"):
        assert read(service, path).status_code == 200


def delete(service: Service, subject: str) -> None:
    for query in ("", "?permanent=true"):
        assert service.client.delete(f"/subjects/{subject}{query}").status_code == 200


@pytest.mark.parametrize("path", [*PATHS, *ARTIFACTS])
def test_what_is_removed_is_gone_at_once(service: Service, path: str) -> None:
    put(service)
    assert read(service, path).status_code == read(service, path).status_code == 200
    delete(service, "s")
    assert read(service, path).status_code == 404


@pytest.mark.parametrize("path", ARTIFACTS)
def test_the_text_of_an_id_shows_a_deprecation_at_once(service: Service, path: str) -> None:
    put(service)
    assert "Deprecation" not in read(service, path).headers
    state = service.client.put("/artifacts/s/versions/1/state", data='{"state":"DEPRECATED"}')
    assert state.status_code == 204
    found = [read(service, path).headers.get("Deprecation") for _ in range(2)]
    assert found[0] is not None
    assert found[0] == found[1]
    assert flask_reads(service) == 2


def test_what_another_subject_has_stays(service: Service) -> None:
    put(service, "s")
    put(service, "t")
    read(service, PATHS[0])
    delete(service, "s")
    assert read(service, PATHS[0]).status_code == 200
    delete(service, "t")
    assert read(service, PATHS[0]).status_code == 404


def test_what_another_replica_removes_is_gone_when_the_feed_tells(service: Service) -> None:
    put(service)
    schema_id = 1
    read(service, PATHS[0])
    service.store.tell(schema_id)
    read(service, PATHS[0])
    assert flask_reads(service) == 2


@pytest.mark.slow
def test_nothing_is_kept_that_was_fetched_before_something_was_removed(service: Service) -> None:
    """Which schema an id leads to is known only afterwards: any removal meanwhile counts."""
    put(service)
    reader: Any = service.store
    identified = reader.identified

    def slow(context: str, global_id: int) -> object:
        found = identified(context, global_id)
        service.store.tell(7)
        return found

    reader.identified = slow
    read(service, PATHS[0])
    reader.identified = identified
    read(service, PATHS[0])
    assert flask_reads(service) == 2


def test_nothing_is_kept_while_changes_may_be_missed(service: Service) -> None:
    put(service)
    read(service, PATHS[0])
    service.store.gap()
    read(service, PATHS[0])
    read(service, PATHS[0])
    service.store.live()
    read(service, PATHS[0])
    read(service, PATHS[0])
    assert flask_reads(service) == 4


def test_a_restart_forgets_everything() -> None:
    service = Service(settings=settings(confluent_restart=True))
    put(service)
    read(service, PATHS[0])
    assert service.client.post("/restart").json == {"success": True}
    read(service, PATHS[0])
    assert flask_reads(service) == 2
