"""The serializers of Apicurio Registry 1.3, which IBM Event Streams has: Avro and JSON through a broker.

Its requests and messages are in `apicurio_recording.json`, for tests on machines without Java.
"""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import Consumer

from tests.acceptance.clients.conftest import Registry
from tests.acceptance.clients.recorder import recording
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.maven_jars import JarsMissing, MavenJars

# the first run downloads
pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(600)]

HERE = Path(__file__).parent
PROGRAM = HERE / "apicurio_serde.java"
RECORDING = HERE / "apicurio_recording.json"
JSON_SCHEMA = (
    '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object","properties":{"id":{"type":"integer"}}}'
)
STRATEGIES = ("GetOrCreate", "AutoRegister", "FindLatest", "FindBySchema", "CachedSchema")
_RELEASE = "1.3.2.Final"
JARS = MavenJars(
    "Apicurio serde",
    _RELEASE,
    (
        ("io.apicurio", "apicurio-registry-utils-serde", _RELEASE),
        ("io.apicurio", "apicurio-registry-rest-client", _RELEASE),
        ("org.glassfish.jersey.core", "jersey-common", "2.35"),
        ("org.apache.kafka", "kafka-clients", "2.5.0"),
    ),
)


@pytest.fixture(scope="session")
def jars() -> Path:
    """The folder of the client's jars."""
    if shutil.which("javac") is None:
        pytest.skip("Apicurio's serializers: no Java compiler is on the PATH")
    try:
        return JARS.available()
    except JarsMissing as reason:
        pytest.skip(f"Apicurio's serializers: {reason}")


def test_apicurios_serializers_register_find_look_up_produce_and_consume(
    jars: Path, registry: Registry, kafka_bootstrap: str, make_topic: MakeTopic
) -> None:
    avro, other = make_topic("orders"), make_topic("people")
    created = httpx.post(
        f"{registry.url}/artifacts",
        content=JSON_SCHEMA,
        headers={"X-Registry-ArtifactId": f"{other}-value", "X-Registry-ArtifactType": "JSON"},
        trust_env=False,
    )
    assert created.status_code == 200, created.text
    with recording(registry.url) as recorder:
        lines = run(jars, recorder.url, kafka_bootstrap, avro, other)
    assert [line for line in lines if line.startswith("avro produced")] == [
        f"avro produced {each}IdStrategy" for each in STRATEGIES
    ]
    assert sorted(line for line in lines if line.startswith("avro consumed")) == [
        f'avro consumed {{"id": {number}}}' for number in range(1, 6)
    ]
    assert "json consumed {id=7}" in lines
    versions = httpx.get(f"{registry.url}/artifacts/{avro}-value/versions", trust_env=False)
    assert versions.json() == [1]
    names = {avro: "orders", other: "people"}
    found = {
        "requests": [_renamed(each, names) for each in recorder.requests],
        "messages": [
            _renamed(each, names)
            for topic, count in ((avro, len(STRATEGIES)), (other, 1))
            for each in messages(kafka_bootstrap, topic, count)
        ],
    }
    assert _comparable(found) == _comparable(json.loads(RECORDING.read_text())), json.dumps(found, indent=1)


def run(jars: Path, *arguments: str) -> list[str]:
    """Run the program, and return its lines."""
    command = ["java", "-cp", f"{jars}/*", str(PROGRAM), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


def messages(bootstrap: str, topic: str, count: int) -> list[dict[str, Any]]:
    """The messages of a topic by payload, which is hexadecimal, as the headers are."""
    settings = {"group.id": f"{topic}-raw", "auto.offset.reset": "earliest"}
    consumer = Consumer({"bootstrap.servers": bootstrap, **settings})
    consumer.subscribe([topic])
    found: list[dict[str, Any]] = []
    try:
        while len(found) < count:
            received = consumer.poll(30)
            assert received is not None, f"no message of {topic} within 30 s"
            assert received.error() is None, received.error()
            value = received.value()
            assert value is not None
            headers = {name: each.hex() for name, each in _headers(received)}
            found.append({"topic": topic, "headers": headers, "payload": value.hex()})
    finally:
        consumer.close()
    return sorted(found, key=lambda each: str(each["payload"]))


def _headers(received: Any) -> list[tuple[str, bytes]]:
    return received.headers() or []


def _renamed(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Replace the names of topics, which are others in each run."""
    text = json.dumps(value)
    for name, short in names.items():
        text = text.replace(name, short).replace(name.encode().hex(), short.encode().hex())
    renamed: dict[str, Any] = json.loads(text)
    return renamed


def _comparable(found: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """The requests and messages without global ids, which differ from run to run."""
    requests = [
        (each["method"], "/ids/" if each["path"].startswith("/ids/") else each["path"], each["headers"], each["status"])
        for each in found["requests"]
    ]
    return requests, [(each["topic"], sorted(each["headers"]), each["payload"][-4:]) for each in found["messages"]]
