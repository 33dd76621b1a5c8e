"""Two registries over one database: removals reach both caches, and all guarantees hold."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from sluicegate.shared.quickstart.ports import free_port
from tests.fixtures.programs import Program, until

pytestmark = pytest.mark.acceptance

CLIENTS = 32


@pytest.fixture(scope="module")
def replicas(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """A client of each."""
    with ExitStack() as stack:
        programs = []
        for number in range(2):
            url = f"http://127.0.0.1:{(port := free_port())}"
            environment = {
                "SLUICEGATE_REGISTRY_DATABASE_URL": module_database_url,
                "SLUICEGATE_REGISTRY_PORT": str(port),
                "SLUICEGATE_REGISTRY_DEFAULT_COMPATIBILITY": "NONE",
            }
            log = tmp_path_factory.mktemp("replica") / f"{number}.log"
            programs.append((Program(("registry", "serve"), environment, f"{url}/ready", log).start(), url))
            stack.callback(programs[-1][0].stop)
        clients = []
        for program, url in programs:
            program.ready()
            limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
            clients.append(stack.enter_context(httpx.Client(base_url=url, timeout=60, limits=limits)))
        yield clients[0], clients[1]


def record(*fields: str) -> str:
    named = [{"name": field, "type": "string", "default": ""} for field in fields]
    return json.dumps({"type": "record", "name": "R", "fields": named})


def register(client: httpx.Client, subject: str, schema: str) -> int:
    answer = client.post(f"/subjects/{subject}/versions", json={"schema": schema})
    assert answer.status_code == 200, answer.text
    found: int = answer.json()["id"]
    return found


def kept_by_cache(client: httpx.Client) -> float:
    """Reads that the cache answered."""
    lines = client.get("/metrics").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("sluicegate_") and '"hit"' in line)


def gone(client: httpx.Client, path: str) -> bool:
    return client.get(path).status_code == 404


@pytest.mark.parametrize("prefix", ["", "/confluent"])
def test_what_one_removes_is_gone_from_the_other(replicas: tuple[httpx.Client, httpx.Client], prefix: str) -> None:
    """Within milliseconds, on a machine that does nothing else."""
    here, there = replicas
    path = f"{prefix}/schemas/ids/{register(here, 'gone', record('gone', prefix[1:] or 'root'))}"
    until(lambda: _hit(there, path), "the other's cache answers")
    for query in ("", "?permanent=true"):
        assert here.delete(f"/subjects/gone{query}").status_code == 200
    assert gone(here, path)
    until(lambda: gone(there, path), "gone from the other", seconds=10)


def _hit(client: httpx.Client, path: str) -> bool:
    before = kept_by_cache(client)
    assert client.get(path).status_code == 200
    return kept_by_cache(client) > before


def at_once(replicas: tuple[httpx.Client, httpx.Client], wishes: list[tuple[str, str]]) -> list[int]:
    """Register all of it, by 32 clients of both."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        jobs = [pool.submit(register, replicas[n % 2], subject, schema) for n, (subject, schema) in enumerate(wishes)]
        return [job.result() for job in jobs]


def versions(client: httpx.Client, subject: str) -> list[int]:
    found: list[int] = client.get(f"/subjects/{subject}/versions").raise_for_status().json()
    return found


def test_one_schema_in_one_subject(replicas: tuple[httpx.Client, httpx.Client]) -> None:
    ids = at_once(replicas, [("same", record("same"))] * 128)
    assert len(set(ids)) == 1
    assert versions(replicas[0], "same") == [1]


def test_many_schemas_in_one_subject(replicas: tuple[httpx.Client, httpx.Client]) -> None:
    """Four clients want each."""
    ids = at_once(replicas, [("many", record("many", f"f{n % 32}")) for n in range(128)])
    assert set(Counter(ids).values()) == {4}
    assert versions(replicas[1], "many") == list(range(1, 33))


def test_one_schema_in_many_subjects(replicas: tuple[httpx.Client, httpx.Client]) -> None:
    ids = at_once(replicas, [(f"each-{n}", record("each")) for n in range(64)])
    assert len(set(ids)) == 1
    held = replicas[0].get(f"/schemas/ids/{ids[0]}/subjects").json()
    assert len(held) == 64


def test_many_schemas_in_many_subjects(replicas: tuple[httpx.Client, httpx.Client]) -> None:
    wishes = [(f"mixed-{n % 8}", record("mixed", f"f{n % 16}")) for n in range(128)]
    ids = at_once(replicas, wishes)
    assert len({schema: found for (_, schema), found in zip(wishes, ids, strict=True)}) == 16
    assert len(set(ids)) == 16
    for n in range(8):
        found = versions(replicas[0], f"mixed-{n}")
        assert found == list(range(1, len(found) + 1))


def test_ids_have_no_gaps(replicas: tuple[httpx.Client, httpx.Client]) -> None:
    """Every id up to the highest was assigned to a content: only those of removed ones are missing."""
    highest = register(replicas[0], "last", record("last"))
    missing = [n for n in range(1, highest) if replicas[0].get(f"/schemas/ids/{n}").status_code == 404]
    assert len(missing) == 2
