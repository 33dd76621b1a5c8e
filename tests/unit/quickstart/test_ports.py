import socket

import pytest

from sluicegate.shared.quickstart.errors import PortUnavailable
from sluicegate.shared.quickstart.ports import HOST, PortChoice


def test_zero_gives_a_free_port() -> None:
    assert PortChoice(0, "Kafka", "--kafka-port").claimed() > 0


def test_a_free_port_is_given_as_asked_for() -> None:
    free = PortChoice(0, "Kafka", "--kafka-port").claimed()
    assert PortChoice(free, "Kafka", "--kafka-port").claimed() == free


@pytest.mark.parametrize("host", [HOST, ""])
def test_a_port_in_use_is_named_with_its_part_and_option(host: str) -> None:
    with socket.create_server((host, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortUnavailable) as caught:
            PortChoice(port, "the registry", "--registry-port").claimed()
    assert caught.value.message == (
        f"Port {port} cannot be used for the registry: another program listens there. "
        "Choose another with --registry-port (0 takes a free one)"
    )
