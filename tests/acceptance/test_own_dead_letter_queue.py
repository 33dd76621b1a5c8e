"""Service Bus's own dead-letter queue: the worker moves messages there, commands find them."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sluicegate.shared.quickstart.ports import free_port
from tests.fakes.registry_server import RegistryServer
from tests.fixtures.programs import PROGRAM, Start, until
from tests.fixtures.servicebus_server import ServiceBusServer

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(180)]

DEAD = "input/$DeadLetterQueue"
STRICT, LENIENT = '{"type": "integer"}', '{"type": ["integer", "string"]}'


class Desk:
    """A worker, its broker and its registry."""

    def __init__(self, server: ServiceBusServer, registry: RegistryServer, program: Start, folder: Path) -> None:
        self.server = server
        self.schema = registry.registry.add(STRICT)
        self._file = folder / "validator.toml"
        where = f'broker = "servicebus"\nconnection_string = "{server.connection_string}"'
        port = free_port()
        self._file.write_text(
            f'[source]\n{where}\nqueue = "input"\nown_dead_letter_queue = true\n'
            f'[destination]\n{where}\nvalid = "valid"\ndead_letter = "unused"\n'
            f'[registry]\nurl = "{registry.url}"\n[health]\nport = {port}\n'
        )
        ready = f"http://127.0.0.1:{port}/ready"
        self.worker = program("validator", "run", "-f", str(self._file), ready_url=ready)

    def put(self, *payloads: bytes) -> None:
        named = {"schemaId": str(self.schema), "versionId": "1", "format": "json"}
        self.server.put("input", [(payload, named, None) for payload in payloads])

    def ask(self, *arguments: str) -> Any:
        command = [PROGRAM, "validator", "deadletters", *arguments, "-f", str(self._file), "--json"]
        return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout)


@pytest.fixture
def desk(program: Start, tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        server = stack.enter_context(ServiceBusServer())
        for name in ("input", "valid", "unused"):
            server.create_queue(name)
        yield Desk(server, stack.enter_context(RegistryServer()), program, tmp_path)


def test_dead_letters_are_moved_found_and_sent_on(desk: Desk, tmp_path: Path) -> None:
    desk.worker.start().ready()
    desk.put(b"1", b'"2"', b"{", b"4")
    until(lambda: not desk.server.messages("input"), "everything is settled")
    assert desk.worker.terminate() == 0, desk.worker.log[-2000:]

    assert [each.payload for each in desk.server.messages("valid")] == [b"1", b"4"]
    moved = desk.server.messages(DEAD)
    assert [each.payload for each in moved] == [b'"2"', b"{"]
    assert [each.properties["DeadLetterReason"] for each in moved] == ["payload_invalid", "payload_malformed"]
    assert moved[0].properties["deadLetterSource"] == "servicebus://input/2"
    assert desk.server.messages("unused") == []

    listed = desk.ask("list")
    assert (listed["place"], listed["count"]) == (f"servicebus://{DEAD}", 2)
    assert desk.ask("show", "servicebus://input/2")["payload"]["text"] == '"2"'

    lenient = tmp_path / "lenient.json"
    lenient.write_text(LENIENT)
    assert desk.ask("redrive", "--schema", str(lenient)) == {
        "dry_run": False,
        "passed": 1,
        "stayed": 1,
        "codes": {"payload_malformed": 1},
    }
    sent = desk.server.messages("valid")[-1]
    named = {"schemaId": str(desk.schema), "versionId": "1", "format": "json"}
    assert (sent.payload, sent.properties) == (b'"2"', named)
    assert [each.payload for each in desk.server.messages(DEAD)] == [b"{"]
