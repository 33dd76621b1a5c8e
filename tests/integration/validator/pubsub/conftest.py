"""A Pub/Sub with faults on request, with both of its ends."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from sluicegate.validator.brokers.pubsub.config import PubSubSinkConfig, PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.sink import PubSubSink
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.model import Destination
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator

OpenSource = Callable[..., PubSubSource]
OpenSink = Callable[..., PubSubSink]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as made:
        yield made


@pytest.fixture
def admin(emulator: Emulator) -> Iterator[PubSubAdmin]:
    with PubSubAdmin(PROJECT, emulator.host) as made:
        yield made


@pytest.fixture
def open_source(admin: PubSubAdmin) -> Iterator[OpenSource]:
    """Open a source of a subscription: `open_source("input", lease=2)`."""
    with ExitStack() as stack:

        def opened(subscription: str, **settings: object) -> PubSubSource:
            config = PubSubSourceConfig(admin.subscription_path(subscription), admin.host, **settings)  # type: ignore[arg-type]
            source = stack.enter_context(closing(PubSubSource(config)))
            source.open(lambda lanes: None)
            return source

        yield opened


@pytest.fixture
def open_sink(admin: PubSubAdmin) -> Iterator[OpenSink]:
    """Make a sink of which both destinations are one topic, or of two."""
    with ExitStack() as stack:

        def made(valid: str, dead_letter: str = "", **settings: object) -> PubSubSink:
            topics = {Destination.VALID: valid, Destination.DEAD_LETTER: dead_letter or valid}
            paths = {goal: admin.topic_path(topic) for goal, topic in topics.items()}
            config = PubSubSinkConfig(paths, admin.host, **settings)  # type: ignore[arg-type]
            return stack.enter_context(closing(PubSubSink(config)))

        yield made
