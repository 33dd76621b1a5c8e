"""Service Bus under the contract: a topic with a subscription for each group.

With sessions and without.
"""

import uuid

from sluicegate.validator.brokers.servicebus.config import Access, Entity, SinkConfig, SourceConfig
from sluicegate.validator.brokers.servicebus.sink import ServiceBusSink
from sluicegate.validator.brokers.servicebus.source import ServiceBusSource
from sluicegate.validator.model import Destination
from tests.contracts.brokers.conftest import Broker
from tests.fixtures.servicebus import ServiceBusService
from tests.fixtures.servicebus_server import ServiceBusServer

SESSIONS_AT_ONCE = 48
"""One test has so many keys, and settles none of them."""


def servicebus(server: ServiceBusServer | ServiceBusService, *, sessions: bool) -> Broker:
    """Return a topic for this test alone.

    Each group is a subscription, which must exist before the first message.
    """
    access = Access(server.connection_string)
    count = SESSIONS_AT_ONCE if sessions else 0
    made = Broker(
        make_source=lambda topic, group: ServiceBusSource(
            SourceConfig(access, Entity(topic, group), sessions=count, idle=0.1, patience=0.3, listen=0.02)
        ),
        make_sink=lambda topic: ServiceBusSink(
            SinkConfig(access, dict.fromkeys(Destination, topic), sessions=sessions, keep_alive=0, listen=0.02)
        ),
        scheme="servicebus",
        plain=True,
        leases=True,
        largest=server.largest,
        topic=server.create_topic(f"topic-{uuid.uuid4().hex[:12]}"),
    )
    for group in (made.group, f"{made.group}-reader"):
        server.create_subscription(made.topic, group, sessions=sessions)
    return made
