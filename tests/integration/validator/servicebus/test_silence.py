"""Connections to Service Bus that are silent without breaking, and clocks that are wrong."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.validator.brokers.servicebus.config import Access, Entity, SinkConfig, SourceConfig
from sluicegate.validator.brokers.servicebus.sink import ServiceBusSink
from sluicegate.validator.brokers.servicebus.source import ServiceBusSource
from sluicegate.validator.model import DELIVERED, Destination, Message, Outcome, Undelivered
from tests.fixtures.programs import until
from tests.fixtures.servicebus import MakeQueue
from tests.fixtures.servicebus_server import ServiceBusServer
from tests.fixtures.tcp_proxy import TcpProxy

pytestmark = pytest.mark.usefixtures("careless_sockets")

LISTEN = 0.02


class WrongClock(SystemClock):
    """A clock whose time of day is wrong."""

    def __init__(self, hours: float) -> None:
        self._wrong = timedelta(hours=hours)

    def now(self) -> datetime:
        return super().now() + self._wrong


@pytest.fixture
def proxy(servicebus_server: ServiceBusServer) -> Iterator[TcpProxy]:
    with TcpProxy(servicebus_server.port) as made:
        yield made


def through(proxy: TcpProxy, server: ServiceBusServer) -> Access:
    return Access(server.connection_string.replace(f":{server.port}", f":{proxy.port}"))


def put(server: ServiceBusServer, queue: str, *keys: str) -> None:
    server.put(queue, [(key.encode(), {}, key) for key in keys])


def take(source: ServiceBusSource, count: int, within: float = 60.0) -> list[Message]:
    found: list[Message] = []

    def enough() -> bool:
        found.extend(source.receive(1000, 0.05))
        return len(found) >= count

    until(enough, f"{count} messages come", seconds=within)
    return found


@pytest.mark.parametrize("sessions", [0, 3])
def test_silent_connection_is_noticed_told_and_replaced(
    servicebus_server: ServiceBusServer, proxy: TcpProxy, make_queue: MakeQueue, sessions: int
) -> None:
    queue = make_queue(sessions=bool(sessions), lock_seconds=2.0)
    config = SourceConfig(
        through(proxy, servicebus_server), Entity(queue), sessions, listen=LISTEN, patience=1.0, probe=0.5, silence=1.5
    )
    source = ServiceBusSource(config)
    source.open(lambda _: None)
    try:
        put(servicebus_server, queue, "a")
        source.settle(take(source, 1))
        until(lambda: not servicebus_server.messages(queue), "it is completed")
        assert source.assigned

        proxy.swallowing = True
        until(lambda: not source.assigned, "the silence is noticed")
        proxy.swallowing = False
        until(lambda: source.assigned, "the source is connected again")
        put(servicebus_server, queue, "b", "c")
        source.settle(take(source, 2))
        until(lambda: not servicebus_server.messages(queue), "all are completed")
    finally:
        source.close()


def test_source_on_a_silent_connection_can_be_closed(
    servicebus_server: ServiceBusServer, proxy: TcpProxy, make_queue: MakeQueue
) -> None:
    queue = make_queue(lock_seconds=2.0)
    config = SourceConfig(through(proxy, servicebus_server), Entity(queue), listen=LISTEN, probe=0.2, silence=1.0)
    source = ServiceBusSource(config)
    source.open(lambda _: None)
    put(servicebus_server, queue, "a")
    source.settle(take(source, 1))
    proxy.swallowing = True
    closing = threading.Thread(target=source.close)

    closing.start()
    closing.join(60)

    assert not closing.is_alive()


def test_sink_sends_again_after_a_silent_connection(
    servicebus_server: ServiceBusServer, proxy: TcpProxy, make_queue: MakeQueue
) -> None:
    queue = make_queue()
    entities = {Destination.VALID: queue, Destination.DEAD_LETTER: queue}
    access = through(proxy, servicebus_server)
    sink = ServiceBusSink(SinkConfig(access, entities, retries=0, listen=LISTEN, silence=1.5))
    try:
        assert _sent(sink, b"a") == [DELIVERED]
        proxy.swallowing = True
        [outcome] = _sent(sink, b"b")
        assert isinstance(outcome, Undelivered)
        proxy.swallowing = False
        until(lambda: _sent(sink, b"b") == [DELIVERED], "it is sent")
        assert {each.payload for each in servicebus_server.messages(queue)} == {b"a", b"b"}
    finally:
        sink.close()


def _sent(sink: ServiceBusSink, payload: bytes) -> list[Outcome]:
    sink.send(Destination.VALID, [Message(payload, None, [], 0, None)])
    found: list[Outcome] = []

    def told() -> bool:
        found.extend(sink.confirm(0.1) or ())
        return bool(found)

    until(told, "the sink confirms")
    return found


@pytest.mark.parametrize("hours", [-5.0, 5.0])
@pytest.mark.parametrize("sessions", [0, 2])
def test_locks_are_renewed_although_the_time_of_day_is_wrong(
    servicebus_server: ServiceBusServer, make_queue: MakeQueue, sessions: int, hours: float
) -> None:
    queue = make_queue(sessions=bool(sessions), lock_seconds=1.5)
    put(servicebus_server, queue, "a")
    config = SourceConfig(
        Access(servicebus_server.connection_string), Entity(queue), sessions, listen=LISTEN, patience=1.0
    )
    source = ServiceBusSource(config, WrongClock(hours))
    source.open(lambda _: None)
    try:
        found = take(source, 1)
        SystemClock().wait(5.0, threading.Event())
        assert not source.receive(10, 0.1), "its lock is still held"
        source.settle(found)
        until(lambda: not servicebus_server.messages(queue), "it is completed")
    finally:
        source.close()
