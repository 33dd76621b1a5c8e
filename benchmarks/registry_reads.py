"""Reads that clients repeat, against a bare WSGI hello by the same server program."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import httpx

from benchmarks import wrk
from benchmarks.registry_rows import Contender, Processes, Row, turns
from benchmarks.registry_server import Server, free_port, process
from sluicegate.shared.quickstart.ports import HOST

CONNECTIONS: Final = 16
_SUBJECT: Final = "read"


def reads(server: Server, processes: Processes, seconds: int, rounds: int) -> list[Row]:
    """Each read again and again, in turn with the bare hello."""
    with httpx.Client(base_url=server.url) as client:
        paths = {
            "one version": a_version(client, "hot"),
            "Confluent's: one id": "/schemas/ids/1",
            **_of_subject(client),
        }
        sizes = {name: len(client.get(path).raise_for_status().content) for name, path in paths.items()}
    with hello() as (url, hello_processes):
        contenders = [
            Contender(f"reads: {name} ({sizes[name]} bytes)", processes, repeated(server.url + path, seconds))
            for name, path in paths.items()
        ]
        bare = Contender("the bare hello", hello_processes, repeated(url, seconds))
        *ours, yardstick = turns([*contenders, bare], rounds)
    return [*(each.row(yardstick) for each in ours), yardstick.row()]


def repeated(url: str, seconds: int, header: str | None = None) -> Callable[[int], wrk.Load]:
    """Return a load of one read."""
    return lambda _: wrk.run(url, seconds=seconds, connections=CONNECTIONS, header=header)


@contextmanager
def hello() -> Iterator[tuple[str, Processes]]:
    """Run the bare hello, and yield its address."""
    port = free_port()
    url = f"http://{HOST}:{port}/"
    command = (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "1", "--no-ws", "--log-level", "warning", "benchmarks.hello:app"),
    )
    with process(*command, url=url) as child:
        yield url, Processes(child.pid)


def a_version(client: httpx.Client, name: str) -> str:
    """Register a JSON schema of 24 fields, and return the path of its version."""
    body = {"name": name, "schema_type": "json", "specification": _text(name)}
    answer = client.post("/schemas", json=body)
    answer.raise_for_status()
    return f"/schemas/{answer.json()['identification']}/versions/1"


def _of_subject(client: httpx.Client) -> dict[str, str]:
    answer = client.post(f"/subjects/{_SUBJECT}/versions", json={"schemaType": "JSON", "schema": _text(_SUBJECT)})
    answer.raise_for_status()
    client.put(f"/config/{_SUBJECT}", json={"compatibility": "FULL"}).raise_for_status()
    return {
        "Confluent's: the latest version": f"/subjects/{_SUBJECT}/versions/latest",
        "Confluent's: version 1": f"/subjects/{_SUBJECT}/versions/1",
        "Confluent's: /config": "/config",
        "Confluent's: /config of a subject": f"/config/{_SUBJECT}",
        "Confluent's: /mode": "/mode",
    }


def _text(title: str) -> str:
    fields = ",".join(f'"field_{n}":{{"type":"string","maxLength":{n + 10}}}' for n in range(24))
    return f'{{"title":"{title}","type":"object","properties":{{{fields}}}}}'
