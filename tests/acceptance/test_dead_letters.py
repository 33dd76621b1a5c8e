"""Dead letters through the real program: list, show, redrive; never twice, also after kills."""

import json
import subprocess
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from tests.acceptance.conftest import VALIDATOR_TOML, free_ports
from tests.acceptance.system import System, producer, send
from tests.acceptance.traffic import PERSON, Sent
from tests.fixtures.kafka_records import headers_of, values_of
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import PROGRAM, Start, until
from tests.fixtures.scenarios import KeepRow, Row

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

COUNT = 120
PARTITIONS = 2
LENIENT = {**PERSON, "properties": {**PERSON["properties"], "age": {"type": ["integer", "string"]}}}  # type: ignore[dict-item]


@dataclass(frozen=True)
class Desk:
    """A running system, and its settings file."""

    system: System
    file: Path

    def command(self, *arguments: str) -> list[str]:
        return [PROGRAM, "validator", *arguments, "-f", str(self.file)]

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stdout + done.stderr
        return done.stdout if code != 1 or done.stdout else done.stderr

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self.run(*arguments, "--json", code=code))


@pytest.fixture
def desk(
    database_url: str,
    apache_bootstrap: str,
    make_apache_topic: MakeTopic,
    program: Start,
    tmp_path: Path,
    group_id: str,
) -> Desk:
    """On a Kafka with transactions."""
    registry_port, health_port = free_ports(2)
    registry_url = f"http://127.0.0.1:{registry_port}"
    topics = [make_apache_topic(name, partitions=PARTITIONS) for name in ("input", "valid", "dead-letter")]
    file = tmp_path / "validator.toml"
    places = {"bootstrap": apache_bootstrap, "registry": registry_url, "port": health_port, "group": group_id}
    file.write_text(VALIDATOR_TOML.format(topics=topics, **places))
    environment = {"SLUICEGATE_REGISTRY_DATABASE_URL": database_url, "SLUICEGATE_REGISTRY_PORT": str(registry_port)}
    registry = program("registry", "serve", ready_url=f"{registry_url}/ready", environment=environment)
    validator = program("validator", "run", "-f", str(file), ready_url=f"http://127.0.0.1:{health_port}/ready")
    system = System(apache_bootstrap, registry_url, registry, validator, *topics)
    return Desk(system, file)


def messages(schema_id: int) -> Sequence[Sent]:
    """A third is valid, a third has an age that is a text, a third is no JSON."""
    bodies = (b'{"name": "Ada", "age": 36}', b'{"name": "Grace", "age": "85"}', b'{"name": ')
    headers = (("schemaId", b"%d" % schema_id), ("versionId", b"1"), ("format", b"json"))
    sent = Sent(0, None, None, (), "")
    return [
        replace(sent, number=n, payload=bodies[n % 3], key=b"k%d" % (n % 7), headers=(("id", b"%d" % n), *headers))
        for n in range(COUNT)
    ]


def arrived(system: System, topic: str) -> list[tuple[int, bytes | None, bytes | None, dict[str, bytes]]]:
    """Return all committed messages of a topic: number, key, payload, headers."""
    group = f"reader-{uuid.uuid4().hex}"
    options = {"bootstrap.servers": system.bootstrap, "group.id": group, "enable.partition.eof": True}
    reader = Consumer({**options, "auto.offset.reset": "earliest", "isolation.level": "read_committed"})
    reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(PARTITIONS)])
    found: list[tuple[int, bytes | None, bytes | None, dict[str, bytes]]] = []
    ended: set[int | None] = set()
    try:
        while len(ended) < PARTITIONS:
            for message in reader.consume(500, 1.0):
                if message.error():
                    ended.add(message.partition())
                    continue
                headers = values_of(headers_of(message))
                found.append((int(headers["id"]), message.key(), message.value(), headers))
    finally:
        reader.close()
    return found


def _came(system: System, least: int) -> bool:
    return len(arrived(system, system.valid)) >= least


def started(desk: Desk) -> Sequence[Sent]:
    """Every message is where the validator has put it, and the validator is gone."""
    system = desk.system
    system.registry.start().ready()
    body = {"name": "person", "schema_type": "json", "specification": json.dumps(PERSON), "compatibility_mode": "NONE"}
    answer = httpx.post(f"{system.registry_url}/schemas", json=body).raise_for_status().json()
    sent = messages(int(answer["identification"]))
    system.validator.start().ready()
    send(system, producer(system), sent)
    until(lambda: desk.json("deadletters", "list")["count"] == COUNT * 2 // 3, "all dead letters are there")
    assert system.validator.terminate() == 0
    return sent


def test_dead_letters_are_listed_shown_and_sent_on_once_they_pass(desk: Desk, tmp_path: Path) -> None:
    sent = started(desk)
    third = COUNT // 3

    groups = desk.json("deadletters", "list")["groups"]
    assert {(each["code"], each["path"], each["count"]) for each in groups} == {
        ("payload_invalid", "/age", third),
        ("payload_malformed", "", third),
    }
    latest = next(each for each in groups if each["code"] == "payload_invalid")["latest"]
    shown = desk.json("deadletters", "show", latest)
    assert (shown["code"], shown["errors"][0]["path"], shown["payload"]["text"]) == (
        "payload_invalid",
        "/age",
        '{"name": "Grace", "age": "85"}',
    )
    assert "There is no dead letter" in desk.run("deadletters", "show", "kafka://nowhere/0/1", code=1)

    lenient = tmp_path / "lenient.json"
    lenient.write_text(json.dumps(LENIENT))
    forecast = desk.json("dry-run", "--schema", str(lenient), "--limit", "1000", code=1)
    assert (forecast["checked"], forecast["refused"]) == (COUNT, third)

    url = f"{desk.system.registry_url}/schemas/{sent[0].headers[1][1].decode()}"
    httpx.put(url, json={"specification": json.dumps(LENIENT)}).raise_for_status()
    tried = desk.json("deadletters", "redrive", "--latest", "--dry-run")
    assert (tried["passed"], tried["stayed"], tried["codes"]) == (third, third, {"payload_malformed": third})
    assert len(arrived(desk.system, desk.system.valid)) == third, "a dry run sends nothing"

    assert "40 passed and were sent on, 40 stay dead letters" in desk.run("deadletters", "redrive", "--latest")
    assert desk.json("deadletters", "redrive", "--latest")["passed"] == 0
    assert desk.json("deadletters", "list")["count"] == third
    _sent_on_once(desk, sent)


def test_a_redrive_that_is_killed_goes_on_and_sends_nothing_twice(
    desk: Desk, tmp_path: Path, keep_row: KeepRow
) -> None:
    sent = started(desk)
    lenient = tmp_path / "lenient.json"
    lenient.write_text(json.dumps(LENIENT))
    again = desk.command("deadletters", "redrive", "--schema", str(lenient), "--rate", "20")
    for least in (COUNT // 3 + 4, COUNT // 3 + 12):
        process = subprocess.Popen(again, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(partial(_came, desk.system, least), "some are sent on")
        process.kill()
        process.wait()

    last = desk.json("deadletters", "redrive", "--schema", str(lenient))

    keep_row(_row(desk, sent, kills=2))
    assert last["stayed"] == COUNT // 3
    assert last["passed"] < COUNT // 3
    assert desk.json("deadletters", "list")["count"] == COUNT // 3
    _sent_on_once(desk, sent)


def test_messages_of_apicurio_are_sent_on_after_a_mend(desk: Desk, tmp_path: Path) -> None:
    desk.file.write_text('wire_format = "apicurio"\n' + desk.file.read_text())
    desk.system.registry.start().ready()
    sent = apicurio_messages(_artifact(desk, PERSON))
    desk.system.validator.start().ready()
    send(desk.system, producer(desk.system), sent)
    until(lambda: desk.json("deadletters", "list")["count"] == COUNT * 2 // 3, "all dead letters are there")
    assert desk.system.validator.terminate() == 0
    share = COUNT // 6

    groups = desk.json("deadletters", "list")["groups"]
    assert {(each["code"], each["path"], each["count"]) for each in groups} == {
        ("payload_invalid", "/age", 2 * share),
        ("schema_not_found", "", share),
        ("attribute_missing", "", share),
    }
    assert all(each["reason"] for each in groups)
    assert {number % 6 for number, *_ in arrived(desk.system, desk.system.valid)} == {0, 1}

    _artifact(desk, LENIENT)
    assert desk.json("deadletters", "redrive")["passed"] == share, "the missing schema is there now"
    lenient = tmp_path / "lenient.json"
    lenient.write_text(json.dumps(LENIENT))
    last = desk.json("deadletters", "redrive", "--schema", str(lenient))
    assert (last["passed"], last["codes"]) == (2 * share, {"attribute_missing": share})

    found = arrived(desk.system, desk.system.valid)
    expected = {one.number: one for one in sent if one.number % 6 != 5}
    assert sorted(number for number, *_ in found) == sorted(expected)
    for number, key, payload, headers in found:
        one = expected[number]
        assert (key, payload, tuple(headers.items())) == (one.key, one.payload, one.headers)


def _artifact(desk: Desk, schema: dict[str, Any]) -> int:
    """Register a version over the artifacts API; its global id."""
    headers = {"X-Registry-ArtifactId": "person", "X-Registry-ArtifactType": "JSON"}
    url = f"{desk.system.registry_url}/artifacts?ifExists=UPDATE"
    answer = httpx.post(url, content=json.dumps(schema), headers=headers).raise_for_status()
    return int(answer.json()["globalId"])


def apicurio_messages(known: int) -> Sequence[Sent]:
    """A sixth each: valid, invalid (by a frame, by a header), of an unknown schema, without an id."""
    good, bad = b'{"name": "Ada", "age": 36}', b'{"name": "Grace", "age": "85"}'

    def named(global_id: int) -> bytes:
        return global_id.to_bytes(8, "big")

    framed, header = b"\0" + named(known), (("apicurio.value.globalId", named(known)),)
    kinds: Sequence[tuple[bytes, tuple[tuple[str, bytes], ...]]] = (
        (framed + good, ()),
        (good, header),
        (framed + bad, ()),
        (bad, header),
        (b"\0" + named(known + 1) + bad, ()),
        (good, ()),
    )
    return [Sent(n, kinds[n % 6][0], b"k%d" % (n % 7), (("id", b"%d" % n), *kinds[n % 6][1]), "") for n in range(COUNT)]


def _row(desk: Desk, sent: Sequence[Sent], kills: int) -> Row:
    """Count the messages that pass, at first or after the redrive."""
    found = Counter(number for number, *_ in arrived(desk.system, desk.system.valid))
    expected = {one.number for one in sent if one.number % 3 != 2}
    doubled = sum(found.values()) - len(found)
    return Row(kills, len(expected), len(expected - found.keys()), doubled, len(found.keys() - expected), 0)


def _sent_on_once(desk: Desk, sent: Sequence[Sent]) -> None:
    """Each message that passes is on the valid topic once, as it was."""
    found = arrived(desk.system, desk.system.valid)
    expected = {one.number: one for one in sent if one.number % 3 != 2}
    assert Counter(number for number, *_ in found) == Counter(list(expected))
    for number, key, payload, headers in found:
        one = expected[number]
        assert (key, payload, tuple(headers.items())) == (one.key, one.payload, one.headers)
