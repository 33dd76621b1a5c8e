"""Messages from any source to any destination arrive in order, in the right topic and translated.

The rules are in docs/reference/brokers/conversion.md.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from sluicegate.shared.quickstart.ports import free_port
from tests.acceptance.pairs.ends import GOALS, End, Record, toml
from tests.acceptance.traffic import PERSON
from tests.fixtures.programs import Program, Start

pytestmark = [pytest.mark.acceptance, pytest.mark.usefixtures("careless_sockets")]

BROKERS = ("kafka", "pubsub", "servicebus")
COUNT = 200
KEYS = 7
BINARY = "data:application/octet-stream;base64,"
LONG_KEY = "k" * 200
LONG_VALUE = "ż" * 1000
LIMITS = {"kafka": (None, None), "pubsub": (1024, 1024), "servicebus": (None, 128)}
"""Bytes of a value, and of a key."""


@pytest.fixture(scope="module")
def schema_id(registry_url: str) -> int:
    body = {"name": "person", "schema_type": "json", "specification": json.dumps(PERSON)}
    answer = httpx.post(f"{registry_url}/schemas", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["identification"])


@pytest.fixture(scope="module")
def registry_url(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A registry as a process, for all pairs."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    program = Program(
        ("registry", "serve"),
        {"SLUICEGATE_REGISTRY_DATABASE_URL": module_database_url, "SLUICEGATE_REGISTRY_PORT": str(port)},
        f"{url}/ready",
        tmp_path_factory.mktemp("registry") / "registry.log",
    )
    program.start().ready()
    try:
        yield url
    finally:
        program.stop()


@pytest.fixture
def run_worker(program: Start, registry_url: str, tmp_path: Path) -> Callable[[End, End], Program]:
    """Start a worker between two ends."""

    def run(source: End, destination: End) -> Program:
        port = free_port()
        file = tmp_path / "validator.toml"
        settings = {
            "source": source.source(),
            "destination": destination.destination(),
            "registry": {"url": registry_url},
            "health": {"port": port},
        }
        file.write_text(toml(settings))
        return program("validator", "run", "-f", str(file), ready_url=f"http://127.0.0.1:{port}/ready").start()

    return run


@pytest.mark.parametrize("destination", BROKERS)
@pytest.mark.parametrize("source", BROKERS)
def test_everything_arrives(
    source: str,
    destination: str,
    schema_id: int,
    make_end: Callable[[str], End],
    run_worker: Callable[[End, End], Program],
) -> None:
    beginning = make_end(source)
    end = beginning if source == destination else make_end(destination)
    sent = {number: record(number, source, schema_id) for number in range(COUNT)}
    fates = {number: fate(each, source, destination) for number, each in sent.items()}
    worker = run_worker(beginning, end)
    beginning.put(list(sent.values()))

    found = end.take({goal: list(fates.values()).count(goal) for goal in GOALS})

    assert worker.terminate() == 0, worker.log
    numbers = {goal: [int(each.attributes["id"]) for each in found[goal]] for goal in GOALS}
    for goal in GOALS:
        assert sorted(numbers[goal]) == [number for number, each in fates.items() if each == goal], worker.log[-3000:]
        for number, arrived in zip(numbers[goal], found[goal], strict=True):
            assert_translated(sent[number], arrived, source, destination, goal)
        assert_in_order(found[goal], numbers[goal])


def record(number: int, broker: str, schema_id: int) -> Record:
    """Return one of the messages: a tenth is invalid, some have no key, some have special features."""
    payload = json.dumps({"name": "Łucja", "age": -1 if number % 10 == 4 else 30}).encode()
    key = None if number % 11 == 0 else f"key-{number % KEYS}"
    attributes = {"id": str(number), "schemaId": str(schema_id), "versionId": "1", "format": "json", "note": "ślad"}
    if number % 10 == 7 and broker != "pubsub":
        attributes["long"] = LONG_VALUE
    if number % 10 == 8 and broker != "servicebus":
        key = LONG_KEY
    if broker == "kafka":
        return kafka_record(number, payload, key, attributes)
    if number % 10 == 5:
        attributes["binary"] = BINARY + "AP8="
    if number % 10 == 6:
        key = BINARY + "/wE="
    return Record(payload, key, tuple(attributes.items()))


def kafka_record(number: int, payload: bytes, key: str | None, attributes: Mapping[str, str]) -> Record:
    """With bytes, nulls and headers that stand there twice."""
    first: tuple[tuple[str, bytes | str | None], ...] = (("twice", b"1"), ("null", None))
    headers = first + tuple((name, value.encode()) for name, value in attributes.items()) + (("twice", b"2"),)
    if number % 10 == 5:
        headers += (("binary", b"\x00\xff"),)
    bytes_key = key.encode() if key is not None else None
    if number % 10 == 6:
        bytes_key = b"\xff\x01"
    if number % 50 == 9:
        bytes_key = b""
    return Record(None if number == 3 else payload, bytes_key, headers)


def fate(sent: Record, source: str, destination: str) -> str:
    """Where a message belongs. Null values are Kafka's alone, and pass."""
    if sent.payload is None and source == "kafka":
        return "valid"
    most, _ = LIMITS[destination]
    too_large = most is not None and any(len(_bytes(value) or b"") > most for _, value in sent.headers)
    wrong = sent.payload is None or b'"age": -1' in sent.payload
    return "dead_letter" if wrong or too_large else "valid"


def assert_translated(sent: Record, arrived: Record, source: str, destination: str, goal: str) -> None:
    headers = sent.headers if source == destination == "kafka" else tuple(sent.attributes.items())
    own = len(arrived.headers) - len(headers)
    added = arrived.headers[:own] if destination == "kafka" else ()
    if goal == "dead_letter":
        reasons = dict(added) if destination == "kafka" else arrived.attributes
        code = "too_large" if b'"age": 30' in (sent.payload or b"") else reasons["deadLetterErrorCode"]
        assert _bytes(reasons["deadLetterErrorCode"]) == _bytes(code)
        assert (_bytes(reasons["deadLetterSource"]) or b"").startswith(f"{source}://".encode())
    else:
        assert not added
    if destination == "kafka":
        assert arrived.payload == (sent.payload if source == "kafka" else sent.payload or b"")
        expected = [(name, _as_kafka(value)) for name, value in headers]
        given = list(arrived.headers[len(arrived.headers) - len(headers) :])
        assert given == expected if source == "kafka" else sorted(given) == sorted(expected)
        assert arrived.key == (sent.key if source == "kafka" else _as_kafka(sent.key))
        return
    assert arrived.payload == (sent.payload or b"")
    most, key_limit = LIMITS[destination]
    expected_text = {name: _cut(_as_text(value), most) for name, value in headers}
    key: Any = None if sent.key is None else _as_text(sent.key) or BINARY
    if key is not None and key_limit is not None and len(key) > key_limit:
        expected_text["messageKey"] = key
        key = "sha256:" + hashlib.sha256(key.encode()).hexdigest()
    assert {name: value for name, value in arrived.headers if not name.startswith("deadLetter")} == expected_text
    assert arrived.key == key


def assert_in_order(found: list[Record], numbers: list[int]) -> None:
    """Check the order.

    An empty key has no order on Kafka, whose clients spread it; a message that is too large for one
    destination arrives late at the other.
    """
    by_key: dict[Any, list[int]] = defaultdict(list)
    for each, number in zip(found, numbers, strict=True):
        if each.key not in (None, b"", BINARY) and _bytes(each.attributes.get("deadLetterErrorCode")) != b"too_large":
            by_key[each.key].append(number)
    assert len(by_key) >= KEYS
    for key, order in by_key.items():
        assert order == sorted(order), key


def _as_kafka(value: bytes | str | None) -> bytes | None:
    """Text on Kafka; the data URLs that are in these messages are the bytes."""
    known = {BINARY + "AP8=": b"\x00\xff", BINARY + "/wE=": b"\xff\x01"}
    return known.get(value, value.encode()) if isinstance(value, str) else value


def _as_text(value: bytes | str | None) -> str:
    known = {b"\x00\xff": BINARY + "AP8=", b"\xff\x01": BINARY + "/wE="}
    return known[value] if value in known else (_bytes(value) or b"").decode()


def _bytes(value: bytes | str | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value


def _cut(text: str, most: int | None) -> str:
    return text if most is None else text.encode()[:most].decode(errors="ignore")
