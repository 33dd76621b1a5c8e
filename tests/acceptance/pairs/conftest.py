"""Brokers at either end of a worker."""

import uuid
from collections.abc import Callable

import pytest

from tests.acceptance.pairs.ends import End, KafkaEnd, PubSubEnd, ServiceBusEnd


@pytest.fixture
def make_end(request: pytest.FixtureRequest) -> Callable[[str], End]:
    """Return a broker of a kind, with queues or topics of this test alone."""

    def make(kind: str) -> End:
        match kind:
            case "kafka":
                return KafkaEnd(request.getfixturevalue("kafka_bootstrap"), request.getfixturevalue("make_topic"))
            case "pubsub":
                return PubSubEnd(request.getfixturevalue("pubsub_own"))
        return ServiceBusEnd(request.getfixturevalue("servicebus_server"), uuid.uuid4().hex[:12])

    return make
