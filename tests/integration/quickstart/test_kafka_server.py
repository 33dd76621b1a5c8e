"""The Kafka-protocol broker as a child process."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.kafka import HOST, KafkaServer, KafkaServerFailed, broker_binary

STARTER = """
import os, signal
from sluicegate.shared.quickstart.kafka import KafkaServer
print(KafkaServer().start().port, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def test_it_answers_once_it_has_started_and_is_gone_when_it_has_stopped() -> None:
    with KafkaServer() as server:
        metadata = AdminClient({"bootstrap.servers": server.bootstrap, "log_level": 0}).list_topics(timeout=10)
        assert [f"{each.host}:{each.port}" for each in metadata.brokers.values()] == [server.bootstrap]
        before = server.running

    assert (before, server.running) == (True, False)
    assert not listens(server.port)


def test_it_listens_on_loopback_alone() -> None:
    with KafkaServer() as server, socket.socket() as other:
        other.bind(("127.0.0.2", server.port))  # taken, if the broker had every interface


def test_a_port_in_use_is_named() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(KafkaServerFailed, match=str(port)):
            KafkaServer(port).start()


def test_it_can_be_started_again_on_the_same_port() -> None:
    server = KafkaServer()
    for _ in range(2):
        server.start()
        assert listens(server.port)
        server.stop()
    server.stop()


def test_what_it_prints_goes_to_the_log(tmp_path: Path) -> None:
    log = tmp_path / "kafka.log"

    with KafkaServer(log=log):
        assert log.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_it_dies_with_its_parent() -> None:
    found = subprocess.run(
        [sys.executable, "-c", STARTER], capture_output=True, text=True, cwd=Path(__file__).parents[3]
    )
    port = int(found.stdout)

    clock, never = SystemClock(), threading.Event()
    deadline = clock.monotonic() + 10
    while listens(port):
        assert clock.monotonic() < deadline, "the broker outlived its parent"
        clock.wait(0.02, never)


def test_the_binary_is_there() -> None:
    assert broker_binary().is_file()
