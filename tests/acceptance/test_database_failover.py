"""Registries heal by themselves when a standby takes the place of the primary database."""

import json
import threading
from dataclasses import dataclass, field

import httpx
import pytest

from tests.fixtures.postgres_node import Nodes, PostgresNode, follow
from tests.fixtures.programs import until
from tests.fixtures.registry_process import Serve

pytestmark = pytest.mark.acceptance


@dataclass
class Writer:
    """A client that registers schemas in sequence, and repeats failed requests."""

    url: str
    name: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=30) as client:
            while not self.stop.is_set():
                subject = f"{self.name}-{len(self.acknowledged)}"
                body = {"schemaType": "JSON", "schema": json.dumps({"const": subject})}
                try:
                    answer = client.post(f"/subjects/{subject}/versions", json=body)
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))
                    continue
                if answer.status_code == 200:
                    self.acknowledged[subject] = answer.json()["id"]
                else:
                    assert answer.status_code in {500, 503}, answer.text
                    assert "Retry-After" in answer.headers, answer.text
                    self.failures.append(answer.text)
                    self.stop.wait(0.1)


def synchronous_pair(nodes: Nodes) -> tuple[PostgresNode, PostgresNode]:
    """A primary that acknowledges a commit when its standby has it."""
    primary = nodes.make("primary").initialize("max_connections = 60").start()
    standby = nodes.make("standby")
    follow(primary, standby)
    return primary, standby


def test_nothing_answered_is_missing_after_a_failover(postgres_nodes: Nodes, serve: Serve) -> None:
    primary, standby = synchronous_pair(postgres_nodes)
    url = f"postgresql://sluicegate@{primary.address},{standby.address}/postgres?target_session_attrs=read-write"
    registries = [serve(url, "--migrate"), serve(url)]
    for registry in registries:
        registry.program.ready()
    writers = [Writer(registry.url, f"writer{number}") for number, registry in enumerate(registries)]
    threads = [threading.Thread(target=writer.run) for writer in writers]
    for thread in threads:
        thread.start()
    try:
        until(lambda: all(len(writer.acknowledged) >= 20 for writer in writers), "writes before the failure")
        primary.kill()
        standby.promote()
        before = [len(writer.acknowledged) for writer in writers]
        until(
            lambda: all(len(writer.acknowledged) >= old + 20 for writer, old in zip(writers, before, strict=True)),
            "writes after the failover",
            explain=lambda: str([writer.failures[-1:] for writer in writers]),
        )
    finally:
        for writer in writers:
            writer.stop.set()
        for thread in threads:
            thread.join()
    for registry in registries:
        until(lambda: httpx.get(f"{registry.url}/ready").status_code == 200, "ready again")  # noqa: B023 - used at once
        with httpx.Client(base_url=registry.url) as client:
            for writer in writers:
                for subject, identifier in writer.acknowledged.items():
                    answer = client.get(f"/subjects/{subject}/versions/1").json()
                    assert (answer["id"], answer["schema"]) == (identifier, json.dumps({"const": subject}))
    identifiers = [each for writer in writers for each in writer.acknowledged.values()]
    assert len(identifiers) == len(set(identifiers))


def test_changes_reach_all_registries_after_a_failover(postgres_nodes: Nodes, serve: Serve) -> None:
    primary, standby = synchronous_pair(postgres_nodes)
    url = f"postgresql://sluicegate@{primary.address},{standby.address}/postgres?target_session_attrs=read-write"
    one, other = serve(url, "--migrate"), serve(url)
    one.program.ready()
    other.program.ready()
    body = {"schemaType": "JSON", "schema": "{}"}
    httpx.post(f"{one.url}/subjects/s/versions", json=body).raise_for_status()
    native = httpx.get(f"{one.url}/schemas").json()[0]["schema_id"]
    path = f"/schemas/{native}/versions/1"
    primary.kill()
    standby.promote()
    for registry in (one, other):
        until(lambda: httpx.get(f"{registry.url}/ready").status_code == 200, "ready again")  # noqa: B023 - used at once
    assert httpx.get(f"{other.url}{path}").status_code == 200  # may be in the hot cache from now on
    until(lambda: httpx.delete(f"{one.url}/subjects/s").status_code == 200, "deleted")
    until(lambda: httpx.get(f"{other.url}{path}").status_code == 404, "the other registry has heard of it", seconds=5)
