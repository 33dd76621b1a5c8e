"""Registrations, look-ups and checks by API and format: four clients, twelve fields."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks import wrk
from benchmarks.registry_rows import Contender, Processes, Row, turns
from benchmarks.registry_server import Server

CLIENTS: Final = 4
SCRIPT: Final = Path(__file__).with_name("requests.lua")
FORMATS: Final = ("json", "avro", "protobuf")
_SUBJECT: Final = "checked"
_STEP: Final = 1_000_000
_numbers: Iterator[int] = count(100 * _STEP, _STEP)


def load(server: Server, seconds: int, *arguments: str, header: str | None = None) -> wrk.Load:
    """Send requests of one kind, with numbers that none had before."""
    kind, *rest = arguments
    said = (kind, str(next(_numbers)), *rest)
    return wrk.run(server.url, seconds=seconds, connections=CLIENTS, script=SCRIPT, arguments=said, header=header)


def writes(server: Server, processes: Processes, seconds: int, rounds: int) -> list[Row]:
    """Each API and format in turn; the yardstick is a JSON schema over the native API."""
    _prepare(server)
    body = json.dumps({"schema": json.dumps(_avro())})
    kinds: dict[str, tuple[str, ...]] = {
        **{f"register, native, {each}": ("native", each) for each in FORMATS},
        **{f"register, Confluent's API, {each}": ("confluent", each) for each in FORMATS},
        "the same content again, Avro": ("fixed", f"/subjects/{_SUBJECT}/versions", body),
        "look-up by content, Avro": ("fixed", f"/subjects/{_SUBJECT}", body),
        "compatibility check, Avro": ("check", f"/compatibility/subjects/{_SUBJECT}/versions/latest"),
    }

    def contender(name: str, arguments: tuple[str, ...]) -> Contender:
        return Contender(name, processes, lambda _: load(server, seconds, *arguments))

    found = turns([contender(name, arguments) for name, arguments in kinds.items()], rounds)
    return [each.row(None if each is found[0] else found[0]) for each in found]


def _prepare(server: Server) -> None:
    answer = httpx.post(f"{server.url}/subjects/{_SUBJECT}/versions", json={"schema": json.dumps(_avro())})
    answer.raise_for_status()


def _avro() -> dict[str, Any]:
    """Return the text that the script makes for the number 0."""
    fields = [
        {"name": f"field_{each}_0", "type": ["null", "long"], "default": None}
        if each % 3 == 0
        else {"name": f"field_{each}_0", "type": "string"}
        for each in range(1, 13)
    ]
    return {"type": "record", "name": "Order", "fields": fields}
