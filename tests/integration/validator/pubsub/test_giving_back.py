"""Messages that a closed source gives back are delivered again at once, also by Google's emulator."""

from collections.abc import Iterator

import pytest
from google.pubsub_v1 import types

from sluicegate.validator.brokers.pubsub.config import PubSubSourceConfig
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.model import Message
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import PROJECT, Emulator
from tests.fixtures.pubsub.google import GoogleEmulator, installed

LEASE = 600
"""Seconds; far longer than the test waits."""


@pytest.fixture(params=["own", "google"])
def host(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "own":
        with Emulator() as own:
            yield own.host
        return
    jar = installed()
    if jar is None:
        pytest.skip("Google's emulator is not installed")
    with GoogleEmulator(jar) as google:
        yield google.host


def test_closed_source_gives_messages_back_at_once(host: str) -> None:
    with PubSubAdmin(PROJECT, host) as admin:
        topic = admin.make("given")
        admin.put(topic, *[types.PubsubMessage(data=b"%d" % number) for number in range(20)])
        for _ in range(3):
            assert _received(admin.subscription_path(topic), host) == set(range(20))


def _received(subscription: str, host: str) -> set[int]:
    source = PubSubSource(PubSubSourceConfig(subscription, host, lease=LEASE))
    source.open(lambda _: None)
    found: list[Message] = []

    def enough() -> bool:
        found.extend(source.receive(100, 0.1))
        return len({each.payload for each in found}) >= 20

    try:
        until(enough, "all are delivered", explain=lambda: str(len(found)))
    finally:
        source.close()
    return {int(each.payload or b"") for each in found}
