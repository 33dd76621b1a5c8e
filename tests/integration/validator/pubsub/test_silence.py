"""Connections to Pub/Sub that are silent without breaking."""

from collections.abc import Iterator

import pytest
from google.pubsub_v1 import types

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.pubsub.config import KeepAlive, PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import Emulator
from tests.fixtures.tcp_proxy import TcpProxy

_SILENT_SECONDS = 4.0
"""Longer than a stream has to go on without a refusal to count as accepted."""


@pytest.fixture
def proxy(emulator: Emulator) -> Iterator[TcpProxy]:
    with TcpProxy(int(emulator.host.rpartition(":")[2])) as made:
        yield made


def settle_next(source: PubSubSource, payload: bytes) -> None:
    """Receive the message with this payload, perhaps again others, and settle all of them."""
    found: list[bytes | None] = []

    def came() -> bool:
        messages = source.receive(100, 0.1)
        source.settle(messages)
        found.extend(each.payload for each in messages)
        return payload in found

    until(came, f"{payload!r} comes", 60)


def test_silent_connection_is_noticed_reported_and_replaced(
    admin: PubSubAdmin, emulator: Emulator, proxy: TcpProxy
) -> None:
    topic = admin.make(ordering=False)
    host = f"127.0.0.1:{proxy.port}"
    config = PubSubSourceConfig(admin.subscription_path(topic), host, lease=10, keep_alive=KeepAlive(0.5, 0.5))
    source = PubSubSource(config)
    source.open(lambda _: None)
    try:
        admin.put(topic, types.PubsubMessage(data=b"a"))
        settle_next(source, b"a")
        until(lambda: source.assigned, "the stream is accepted")

        proxy.swallowing = True
        until(lambda: not source.assigned, "the silence is noticed", 60)
        clock = SystemClock()
        deadline = clock.monotonic() + _SILENT_SECONDS
        while clock.monotonic() < deadline:
            source.receive(100, 0.1)
            assert not source.assigned, "a connection on which nothing was answered counts as accepted"

        proxy.swallowing = False
        proxy.cut()
        until(lambda: source.assigned, "the source is connected again", 60)
        admin.put(topic, types.PubsubMessage(data=b"b"))
        settle_next(source, b"b")
        until(lambda: emulator.queue(topic).waiting == 0, "both are acknowledged", 60)
    finally:
        source.close()
