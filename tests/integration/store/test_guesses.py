"""Registrations on a guess, whose settings another process has changed."""

from collections.abc import Iterator

import pytest

from sluicegate.registry_api.core.commands import RegisterSchema
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.model import Registration
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.model import SchemaFormat
from tests.contracts.subjects.conftest import CALLER, Bench, record

OWNED = Metadata(properties={"owner": "x"})


@pytest.fixture
def processes(database_url: str) -> Iterator[tuple[Bench, Bench]]:
    """Two registries over one database, which know nothing of each other."""
    with Database(database_url) as one, Database(database_url) as two:
        yield Bench(PostgresStore(one)), Bench(PostgresStore(two))


def publish(bench: Bench, publisher: str, *fields: str, name: str = "person") -> Registration:
    """Register a new schema of a publisher."""
    command = RegisterSchema(name, SchemaFormat.AVRO, record(*fields), publisher_id=publisher)
    return bench.native.register(command, CALLER)


def test_settings_of_another_process_hold_for_a_taken_name(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    publish(here, "p", "a")
    elsewhere.configure("", override_metadata=OWNED)
    second = publish(here, "q", "b")
    assert second.version.metadata == OWNED
    assert here.native.schema(second.schema_id).subject == f"person.{second.schema_id}"


def test_settings_of_another_process_hold_for_an_alias(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    here.configure("person", alias="target")
    publish(here, "p", "a", name="other")
    elsewhere.configure("", override_metadata=OWNED)
    assert publish(here, "q", "b").version.metadata == OWNED


def test_settings_of_the_context_of_an_alias_do_not_matter(processes: tuple[Bench, Bench]) -> None:
    here, _ = processes
    here.configure(":.staging:", override_metadata=OWNED)
    here.add(":.staging:target", record("z"))
    here.configure("person", alias=":.staging:target")
    here.configure("", normalize=True)
    assert publish(here, "q", "b").version.metadata is None
    assert publish(here, "r", "c").version.metadata is None


def test_settings_of_a_taken_name_do_not_matter(processes: tuple[Bench, Bench]) -> None:
    here, elsewhere = processes
    elsewhere.configure("person", override_metadata=OWNED)
    assert publish(here, "p", "a").version.metadata == OWNED
    assert publish(here, "q", "b").version.metadata is None
