"""Registries are restarted one after the other, behind a balancer, under load: no request fails, and nothing is lost."""

import json
import threading
from dataclasses import dataclass, field

import httpx
import pytest

from tests.fixtures.balancer import Balance
from tests.fixtures.programs import until
from tests.fixtures.registry_process import Serve

pytestmark = pytest.mark.acceptance
CLIENTS = 3
PAUSE_SECONDS = 0.005


@dataclass
class Client:
    """Registers and reads over connections that it keeps.

    `failures` has each answer but 200, and each broken connection.
    """

    url: str
    name: str
    acknowledged: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=60) as http:
            while not self.stop.is_set():
                self._register(http, f"{self.name}-{len(self.acknowledged)}")
                self.stop.wait(PAUSE_SECONDS)

    def _register(self, http: httpx.Client, subject: str) -> None:
        body = {"schemaType": "JSON", "schema": json.dumps({"const": subject})}
        try:
            answer = http.post(f"/subjects/{subject}/versions", json=body)
            if answer.status_code == 200:
                self.acknowledged[subject] = answer.json()["id"]
                answer = http.get(f"/schemas/ids/{answer.json()['id']}")
        except httpx.HTTPError as error:
            self.failures.append(repr(error))
            return
        if answer.status_code != 200:
            self.failures.append(f"{answer.status_code} {answer.text}")


@pytest.mark.timeout(300)  # restarts take long on a busy machine
def test_no_request_fails_while_registries_restart(database_url: str, serve: Serve, balance: Balance) -> None:
    registries = [serve(database_url), serve(database_url)]
    for registry in registries:
        registry.program.ready()
    url = balance([registry.port for registry in registries])
    clients = [Client(url, f"client{number}") for number in range(CLIENTS)]
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        for registry in registries:
            before = sum(len(client.acknowledged) for client in clients)
            assert registry.program.terminate() == 0
            registry.program.start().ready()
            until(
                lambda: sum(len(client.acknowledged) for client in clients) >= before + 40,  # noqa: B023 - used at once
                "requests between restarts",
            )
    finally:
        for client in clients:
            client.stop.set()
        for thread in threads:
            thread.join()
    assert [client.failures for client in clients] == [[]] * CLIENTS
    with httpx.Client(base_url=url) as http:
        for client in clients:
            for subject, identifier in client.acknowledged.items():
                assert http.get(f"/subjects/{subject}/versions/1").json()["id"] == identifier
