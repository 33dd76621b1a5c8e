"""Sessions of Service Bus that two readers of one source have: a wait for one of them has a limit."""

import threading

import pytest
import structlog
from azure.servicebus.exceptions import ServiceBusError

from sluicegate.validator.brokers.servicebus.config import Access, Entity, SourceConfig
from sluicegate.validator.brokers.servicebus.inbox import Inbox
from sluicegate.validator.brokers.servicebus.reader import ReaderState, SessionReader
from sluicegate.validator.brokers.servicebus.watchdog import Watchdog
from tests.fakes.clock import FakeClock


@pytest.fixture
def around() -> ReaderState:
    clock, stop = FakeClock(), threading.Event()
    config = SourceConfig(Access("Endpoint=sb://127.0.0.1:1;"), Entity("queue"), sessions=2)
    return ReaderState(config, Inbox(), stop, clock, Watchdog(clock, stop))


def test_session_that_another_reader_keeps_is_given_up_after_a_while(around: ReaderState) -> None:
    stuck, reader = SessionReader(around, "stuck", 1), SessionReader(around, "reader", 1)
    stuck.lease("session")

    with structlog.testing.capture_logs() as logs, pytest.raises(ServiceBusError, match="still in use"):
        reader.lease("session")

    assert 10 < around.clock.monotonic() < 60
    assert [line["session"] for line in logs] == ["session"]
    assert around.leases == {"session": stuck}


def test_session_is_taken_over_when_the_other_reader_lets_go(around: ReaderState) -> None:
    first, second = SessionReader(around, "first", 1), SessionReader(around, "second", 1)
    first.lease("session")
    del around.leases["session"]

    second.lease("session")

    assert around.leases == {"session": second}
