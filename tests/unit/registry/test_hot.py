"""Reads of versions before Flask: the same answer, access asked each time, nothing stale."""

import pytest

from sluicegate.registry_api.core.access.roles import Role
from tests.fakes.access import StaticAccess, cluster, prefixes
from tests.fakes.registry_service import Service, settings

VERSION, SPEC = "/schemas/1/versions/1", "/schemas/1/versions/1/spec"


def warm(service: Service, path: str = VERSION) -> None:
    """Register, and read once, so that the next read is hot."""
    service.register()
    assert service.client.get(path).status_code == 200


def hits(service: Service) -> float:
    return sum(
        float(line.rpartition(" ")[2])
        for line in service.client.get("/metrics").text.splitlines()
        if line.startswith("sluicegate_registry_hot_reads_total") and 'result="miss"' not in line
    )


@pytest.mark.parametrize("path", [VERSION, SPEC])
def test_the_hot_answer_is_the_cold_answer(service: Service, path: str) -> None:
    service.register()
    cold, hot = service.client.get(path), service.client.get(path)
    assert hits(service) == 1
    passing = {"Date", "X-Request-Id"}
    assert (hot.status_code, hot.data) == (cold.status_code, cold.data)
    assert {k: v for k, v in hot.headers if k not in passing} == {k: v for k, v in cold.headers if k not in passing}


@pytest.mark.parametrize("path", [VERSION, SPEC])
def test_a_hot_read_with_the_etag_is_a_304(service: Service, path: str) -> None:
    warm(service, path)
    etag = service.client.get(path).headers["ETag"]
    answer = service.client.get(path, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
    assert "immutable" in answer.headers["Cache-Control"]
    assert hits(service) == 2


@pytest.mark.parametrize("named", ['"other", {etag}', "W/{etag}", "*"])
def test_other_ways_to_name_the_etag_are_flasks_to_read(service: Service, named: str) -> None:
    warm(service)
    etag = service.client.get(VERSION).headers["ETag"]
    answer = service.client.get(VERSION, headers={"If-None-Match": named.format(etag=etag)})
    assert (answer.status_code, answer.headers["ETag"]) == (304, etag)


def test_another_etag_gets_the_version(service: Service) -> None:
    warm(service)
    assert service.client.get(VERSION, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", [VERSION, SPEC])
def test_head_has_the_headers_and_no_body(service: Service, path: str) -> None:
    warm(service, path)
    got, head = service.client.get(path), service.client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert {k: v for k, v in head.headers if k in {"ETag", "Content-Length", "Cache-Control"}} == {
        k: v for k, v in got.headers if k in {"ETag", "Content-Length", "Cache-Control"}
    }


def test_a_head_fills_nothing(service: Service) -> None:
    service.register()
    service.client.head(VERSION)
    assert service.client.get(VERSION).json
    assert hits(service) == 0


def test_what_is_deleted_here_is_gone_at_once(service: Service) -> None:
    warm(service)
    service.client.delete(VERSION)
    assert service.client.get(VERSION).status_code == 404


def test_what_is_deleted_with_its_schema_is_gone_at_once(service: Service) -> None:
    warm(service)
    service.client.delete("/schemas/1")
    assert service.client.get(VERSION).status_code == 404


def test_what_another_replica_deleted_is_gone_when_the_feed_tells(service: Service) -> None:
    warm(service)
    service.store.deactivate_elsewhere(1, 1)
    assert service.client.get(VERSION).status_code == 200
    service.store.tell(1)
    assert service.client.get(VERSION).status_code == 404


def test_a_read_that_began_before_a_deletion_leaves_nothing_stale(service: Service) -> None:
    """The row is read, then it is deleted and evicted, then the answer of before reaches the cache."""
    service.register()

    def deleted_meanwhile() -> None:
        service.store.before_answer = None
        service.store.deactivate_elsewhere(1, 1)
        service.store.tell(1)

    service.store.before_answer = deleted_meanwhile
    assert service.client.get(VERSION).status_code == 200
    assert service.client.get(VERSION).status_code == 404


def test_nothing_is_hot_in_a_gap_of_the_feed(service: Service) -> None:
    warm(service)
    service.store.gap()
    service.store.deactivate_elsewhere(1, 1)
    assert service.client.get(VERSION).status_code == 404
    service.store.live()
    assert service.client.get(VERSION).status_code == 404


def test_it_is_hot_again_after_a_gap(service: Service) -> None:
    warm(service)
    service.store.gap()
    service.client.get(VERSION)
    service.store.live()
    for _ in range(2):
        service.client.get(VERSION)
    assert hits(service) == 1


def test_a_404_is_not_kept(service: Service) -> None:
    assert service.client.get(VERSION).status_code == 404
    service.register()
    assert service.client.get(VERSION).status_code == 200


@pytest.mark.parametrize("path", ["/schemas/1/versions/latest", "/schemas/1", VERSION + "?x=1"])
def test_only_immutable_reads_are_kept(service: Service, path: str) -> None:
    warm(service, path)
    service.client.get(path)
    assert hits(service) == 0


def test_a_size_of_zero_keeps_nothing() -> None:
    service = Service(settings=settings(hot_cache_bytes=0))
    warm(service)
    service.client.get(VERSION)
    assert hits(service) == 0


def test_each_hot_read_is_for_readers_only() -> None:
    access = StaticAccess({"owner": cluster(Role.MANAGER), "reader": prefixes(Role.READER, "per")})
    service = Service(identity=access)
    owner, reader = {"X-API-Key": "owner"}, {"X-API-Key": "reader"}
    body = {"name": "person", "schema_type": "json", "specification": "a:int"}
    assert service.client.post("/schemas", json=body, headers=owner).status_code == 201
    assert service.client.get(VERSION, headers=owner).status_code == 200
    assert service.client.get(VERSION, headers=reader).status_code == 200
    assert hits(service) == 1
    access.grants["reader"] = prefixes(Role.READER, "other")
    service.client.get(VERSION, headers=reader)
    assert hits(service) == 1
    unknown = service.client.get(VERSION)
    assert unknown.status_code == 401
    assert unknown.json == {"message": "Credentials are missing or not valid."}
    assert "WWW-Authenticate" in unknown.headers


def test_a_caller_that_memory_does_not_know_is_identified_by_flask() -> None:
    service = Service(identity=StaticAccess({"owner": cluster(Role.MANAGER)}, recalls=False))
    owner = {"X-API-Key": "owner"}
    body = {"name": "person", "schema_type": "json", "specification": "a:int"}
    assert service.client.post("/schemas", json=body, headers=owner).status_code == 201
    assert [service.client.get(VERSION, headers=owner).status_code for _ in range(2)] == [200, 200]
    assert hits(service) == 0


def test_a_sane_request_id_comes_back_and_another_is_replaced(service: Service) -> None:
    warm(service)
    own = service.client.get(VERSION, headers={"X-Request-Id": "abc-1"}).headers["X-Request-Id"]
    made = [
        service.client.get(VERSION, headers={"X-Request-Id": bad}).headers["X-Request-Id"] for bad in ("a b", "x" * 200)
    ]
    assert own == "abc-1"
    assert len({*made, "a b", "x" * 200}) == 4


def test_an_answer_is_passed_on_even_when_its_store_fails(service: Service) -> None:
    service.register()
    service.store.down = True
    assert service.client.get(VERSION).status_code == 503
    service.store.down = False
    assert service.client.get(VERSION).status_code == 200
