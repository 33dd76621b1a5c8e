"""The broker of the quickstart, with its doorway."""

import json
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from sluicegate.shared.quickstart.broker import QuickstartBroker
from sluicegate.shared.quickstart.kafka import HOST
from sluicegate.shared.quickstart.ports import free_port


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[QuickstartBroker]:
    started = QuickstartBroker(free_port(), tmp_path / "kafka.log").start()
    yield started
    started.stop()


def api_versions(broker: QuickstartBroker, version: int) -> bytes:
    """The answer to ApiVersions, as a client in this version asks."""
    tail = b"\x02a\x02b\0" if version >= 3 else b""
    body = struct.pack(">hhih", 18, version, 1, 1) + b"a" + (b"\0" if version >= 3 else b"") + tail
    with socket.create_connection((HOST, broker.port)) as client:
        client.sendall(struct.pack(">i", len(body)) + body)
        (size,) = struct.unpack(">i", client.recv(4, socket.MSG_WAITALL))
        return client.recv(size, socket.MSG_WAITALL)


def test_no_answer_to_api_versions_has_tagged_fields(broker: QuickstartBroker) -> None:
    """librdkafka before 2.3 skips one byte too few of each, and reads past the end."""
    assert struct.unpack(">ihihhh", api_versions(broker, 3)) == (1, 35, 1, 18, 0, 2)
    correlation, error, count = struct.unpack_from(">ihi", api_versions(broker, 0))
    assert (correlation, error) == (1, 0)
    assert count > 20


def test_messages_pass(broker: QuickstartBroker) -> None:
    producer = Producer({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    producer.produce("topic", b"value", b"key", headers=[("a", b"b")])
    assert producer.flush(10) == 0
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "group", "log_level": 0})
    consumer.assign([TopicPartition("topic", number, 0) for number in range(4)])  # as many as tansu makes by itself
    message = consumer.poll(10)
    consumer.close()
    assert message is not None
    assert (message.value(), message.key(), message.headers()) == (b"value", b"key", [("a", b"b")])


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
def test_kcat_of_the_distribution_sends_and_reads(broker: QuickstartBroker) -> None:
    common = ["kcat", "-b", broker.bootstrap, "-t", "topic"]
    subprocess.run([*common, "-P", "-H", "schemaId=3"], input=b'{"a": 1}', check=True, timeout=30)
    read = subprocess.run([*common, "-C", "-e", "-J"], capture_output=True, check=True, timeout=30)
    found = json.loads(read.stdout)
    assert (found["payload"], found["headers"]) == ('{"a": 1}', ["schemaId", "3"])


def test_stopped_broker_listens_nowhere(tmp_path: Path) -> None:
    broker = QuickstartBroker(free_port(), tmp_path / "kafka.log").start()
    broker.stop()
    broker.stop()
    with socket.socket() as probe:
        assert probe.connect_ex((HOST, broker.port)) != 0
    assert not broker.running
