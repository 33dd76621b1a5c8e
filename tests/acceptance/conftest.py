"""The system under acceptance."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.system import System
from tests.fixtures.kafka_topics import MakeTopic
from tests.fixtures.programs import Start

VALIDATOR_TOML = """
[source]
bootstrap = "{bootstrap}"
topics = ["{topics[0]}"]
group = "{group}"
config = {{ "session.timeout.ms" = 6000 }}

[destination]
bootstrap = "{bootstrap}"
valid = "{topics[1]}"
dead_letter = "{topics[2]}"

[registry]
url = "{registry}"

[health]
port = {port}
"""


@pytest.fixture
def system(
    database_url: str, kafka_bootstrap: str, make_topic: MakeTopic, program: Start, tmp_path: Path, group_id: str
) -> System:
    registry_port, health_port = free_ports(2)
    registry_url = f"http://127.0.0.1:{registry_port}"
    topics = [make_topic(name) for name in ("input", "valid", "dead-letter")]
    file = tmp_path / "validator.toml"
    file.write_text(
        VALIDATOR_TOML.format(
            bootstrap=kafka_bootstrap, registry=registry_url, port=health_port, group=group_id, topics=topics
        )
    )
    registry = program(
        "registry",
        "serve",
        ready_url=f"{registry_url}/ready",
        environment={
            "SLUICEGATE_REGISTRY_DATABASE_URL": database_url,
            "SLUICEGATE_REGISTRY_PORT": str(registry_port),
        },
    )
    validator = program("validator", "run", "-f", str(file), ready_url=f"http://127.0.0.1:{health_port}/ready")
    return System(kafka_bootstrap, registry_url, registry, validator, *topics)


def free_ports(count: int) -> Iterator[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return iter(ports)
