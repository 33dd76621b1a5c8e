"""Looking at messages of a subscription, and taking up dead letters from one."""

from contextlib import closing

import pytest
from google.pubsub_v1 import types

from sluicegate.validator.brokers.letters import Letters
from sluicegate.validator.brokers.pubsub.settings import Destination, Source
from sluicegate.validator.brokers.pubsub.source import PubSubSource
from sluicegate.validator.errors import NotOffered, SourceFailed
from tests.fixtures.programs import until
from tests.fixtures.pubsub.admin import PubSubAdmin
from tests.fixtures.pubsub.emulator import Emulator
from tests.integration.validator.pubsub.test_source import numbers, received


@pytest.fixture
def topic(admin: PubSubAdmin) -> str:
    """A topic with twenty dead letters of two keys, and a subscription of the same name."""
    made = admin.make(ordering=False)
    letters = [types.PubsubMessage(data=b"%05d" % number, ordering_key=f"k{number % 2}") for number in range(20)]
    admin.put(made, *letters)
    return made


def letters_of(admin: PubSubAdmin, subscription: str) -> Letters:
    settings = Destination(project=admin.project, valid="valid", dead_letter="dead", emulator=admin.host)
    return settings.letters(subscription)


def test_looking_takes_nothing_away(admin: PubSubAdmin, emulator: Emulator, topic: str) -> None:
    with closing(letters_of(admin, topic).browse(everything=False)) as browser:
        found = list(browser.messages(100))
        addresses = {browser.address(each) for each in found}

    assert sorted(numbers(found)) == list(range(20))
    assert len(addresses) == 20
    assert all(address.startswith(f"pubsub://{topic}/") for address in addresses)
    assert sorted(int(each.data) for each in admin.read(topic, 20)) == list(range(20))
    assert emulator.queue(topic).waiting == 0


def test_one_looks_at_no_more_than_asked(admin: PubSubAdmin, topic: str) -> None:
    with closing(letters_of(admin, topic).browse(everything=False)) as browser:
        assert len(list(browser.messages(5))) == 5


def test_what_passes_is_gone_and_the_rest_stays(admin: PubSubAdmin, emulator: Emulator, topic: str) -> None:
    sides = letters_of(admin, topic).redrive()
    with closing(sides.sink), closing(sides.source) as source:
        assert isinstance(source, PubSubSource)
        source.open(lambda lanes: None)
        found = received(source, 20)
        source.settle([each for each in found if int(each.payload or b"") % 5])
        until(lambda: emulator.queue(topic).acknowledged == 16, "those that passed are acknowledged")

    assert sorted(int(each.data) for each in admin.read(topic, 4)) == [0, 5, 10, 15]


def test_a_subscription_must_be_named(admin: PubSubAdmin) -> None:
    settings = Source(project=admin.project, subscription="input", emulator=admin.host)

    with pytest.raises(NotOffered, match="--subscription"):
        letters_of(admin, None)  # type: ignore[arg-type]
    with pytest.raises(NotOffered, match="--subscription"):
        settings.browse(None, None)


def test_a_subscription_that_is_not_there_is_said(admin: PubSubAdmin) -> None:
    with (
        closing(letters_of(admin, "not-there").browse(everything=False)) as browser,
        pytest.raises(SourceFailed, match="not-there"),
    ):
        list(browser.messages(1))
