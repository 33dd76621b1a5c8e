"""`ChangeFeed`: it reports every change of existing schemas, by every process."""

import queue
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
import pytest

from sluicegate.registry_api.core.ports import ChangeFeed
from sluicegate.registry_api.store.feed import PostgresFeed
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaId, VersionNumber
from tests.contracts.store.conftest import CALLER, Bench

SOON = 10.0  # far more than it takes; a test that waits this long has failed


@dataclass
class Listener:
    """The reports of a feed, in order."""

    told: "queue.Queue[str | int]" = field(default_factory=queue.Queue)

    def follow(self, feed: ChangeFeed) -> None:
        feed.subscribe(self.told.put, lambda: self.told.put("gap"), lambda: self.told.put("live"))

    def next(self) -> str | int:
        return self.told.get(timeout=SOON)

    def hears(self, *expected: str | int) -> bool:
        return [self.next() for _ in expected] == list(expected)


@dataclass
class Channel:
    """A store, and two feeds of others on the same data."""

    bench: Bench
    feed: ChangeFeed
    other_feed: ChangeFeed

    def change(self, text: str) -> None:
        """Change schema 1, which is there from the first call on."""
        self.bench.create("first")
        self.bench.add(1, text)


@pytest.fixture
def memory_channel() -> Iterator[Channel]:
    store = MemoryStore()
    feeds = MemoryFeed(store), MemoryFeed(store)
    yield Channel(Bench(store, list), *feeds)
    for feed in feeds:
        feed.close()


@pytest.fixture
def postgres_channel(database_url: str) -> Iterator[Channel]:
    feeds = PostgresFeed(database_url), PostgresFeed(database_url)
    with Database(database_url) as database:
        yield Channel(Bench(PostgresStore(database), list), *feeds)
        for feed in feeds:
            feed.close()


@pytest.fixture(params=["memory", "postgres"])
def channel(request: pytest.FixtureRequest) -> Channel:
    chosen: Channel = request.getfixturevalue(f"{request.param}_channel")
    return chosen


def test_nothing_is_certain_until_the_feed_is_live(channel: Channel) -> None:
    listener = Listener()
    listener.follow(channel.feed)
    assert listener.hears("gap", "live")


def test_every_kind_of_change_is_told(channel: Channel) -> None:
    channel.bench.create("one")
    channel.bench.create("two", name="other")
    listener = Listener()
    listener.follow(channel.feed)
    assert listener.hears("gap", "live")
    channel.bench.add(1, "three")
    channel.bench.writer.delete_schema(SchemaId(2), CALLER)
    channel.bench.writer.delete_version(SchemaId(1), VersionNumber(1), CALLER)
    assert listener.hears(1, 2, 1)


def test_a_new_schema_is_not_told_of(channel: Channel) -> None:
    """Registering many schemas wakes no subscriber."""
    listener = Listener()
    listener.follow(channel.feed)
    assert listener.hears("gap", "live")
    channel.bench.create("one")
    channel.bench.create("two", name="other")
    channel.bench.add(2, "three")
    assert listener.hears(2)


def test_every_subscriber_is_told(channel: Channel) -> None:
    listeners = Listener(), Listener()
    for listener in listeners:
        listener.follow(channel.feed)
        assert listener.hears("gap", "live")
    channel.change("one")
    assert [listener.next() for listener in listeners] == [1, 1]


def test_closing_twice_is_no_error(channel: Channel) -> None:
    Listener().follow(channel.feed)
    channel.feed.close()
    channel.feed.close()


def test_a_closed_feed_is_silent(channel: Channel) -> None:
    listener, witness = Listener(), Listener()
    for each, feed in ((listener, channel.feed), (witness, channel.other_feed)):
        each.follow(feed)
        assert each.hears("gap", "live")
    channel.feed.close()
    channel.change("one")
    assert witness.hears(1)
    assert listener.told.empty()


def test_a_lost_connection_is_a_gap_and_then_the_feed_lives_again(database_url: str, postgres_channel: Channel) -> None:
    listener = Listener()
    listener.follow(postgres_channel.feed)
    assert listener.hears("gap", "live")
    with psycopg.connect(database_url, autocommit=True) as connection:
        killed = connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluicegate feed' "
            "and datname = current_database()"
        )
        assert len(killed.fetchall()) == 1
    assert listener.hears("gap", "live")
    postgres_channel.change("one")
    assert listener.hears(1)


def test_a_subscriber_that_fails_does_not_silence_the_feed(postgres_channel: Channel) -> None:
    listener = Listener()
    failing = iter([True])

    def on_change(schema_id: SchemaId) -> None:
        if next(failing, False):
            raise ValueError("a fault of the subscriber's")
        listener.told.put(schema_id)

    postgres_channel.feed.subscribe(on_change, lambda: listener.told.put("gap"), lambda: listener.told.put("live"))
    assert listener.hears("gap", "live")
    postgres_channel.change("one")
    assert listener.hears("gap", "live")
    postgres_channel.change("two")
    assert listener.hears(1)


def test_a_feed_without_a_database_stays_in_the_gap_and_can_be_closed() -> None:
    feed = PostgresFeed("postgresql://nobody@127.0.0.1:1/none")
    listener = Listener()
    listener.follow(feed)
    assert listener.hears("gap", "gap")
    feed.close()
