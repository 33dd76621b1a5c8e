"""Requests of the previous release keep working on a database with subjects.

Subjects find its schemas.
"""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from sluicegate.registry_api.core.commands import Draft, RegisterVersion
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Config, Mode
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.core.tagging import Tagging
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, ValidityMode, VersionNumber

CALLER = Caller("new", "request-new")
TEXT = '{ "type": "record", "name": "person", "fields": [] }'
FINGERPRINT = EngineExaminer(engine).content(SchemaFormat.AVRO, SchemaSource(TEXT), ValidityMode.FULL).fingerprint

# The statement of the release before, in its own words.
CREATE: LiteralString = """
    select outcome, schema_id, number from sluicegate.create_schema_2(
        %(name)s, '', %(publisher)s, null, null, 'avro', %(text)s, %(fingerprint)s, null, '{}', '{}', '{}', '{}', '{}', 'old', 'r')
"""


@pytest.fixture
def old(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection of the release before."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def subjects(database_url: str) -> Iterator[Subjects]:
    """The subjects of this release."""
    with Database(database_url) as database:
        defaults = Config(compatibility=CompatibilityMode.BACKWARD)
        yield Subjects.over(PostgresStore(database), EngineExaminer(engine), Tagging(engine), defaults)


def created(connection: psycopg.Connection, name: str, publisher: str = "") -> tuple[object, ...]:
    """Return the previous release's answer to a registration."""
    parameters = {"name": name, "publisher": publisher, "text": TEXT, "fingerprint": FINGERPRINT}
    (row,) = connection.execute(CREATE, parameters).fetchall()
    return tuple(row)


def registered(subjects: Subjects, subject: str) -> tuple[int, int, bool]:
    """Where the text stands when it is registered by subject."""
    done = subjects.registrations.register(RegisterVersion(SubjectName.parse(subject), Draft(TEXT)), CALLER)
    return done.version.global_id, done.version.number, done.added


def test_what_it_kept_is_found_and_gets_its_guid(old: psycopg.Connection, subjects: Subjects) -> None:
    assert created(old, "people") == ("added", 1, 1)
    assert registered(subjects, "people") == (1, 1, False)
    assert subjects.registrations.lookup(SubjectName.parse("people"), Draft(TEXT)).global_id == 1
    assert registered(subjects, "copies") == (1, 1, True)
    guid = subjects.catalogue.version(SubjectName.parse("copies"), VersionNumber(1)).guid
    assert subjects.catalogue.by_guid(guid).version.global_id == GlobalId(1)


def test_it_finds_what_is_registered_by_subject(old: psycopg.Connection, subjects: Subjects) -> None:
    assert registered(subjects, "people") == (1, 1, True)
    assert created(old, "people") == ("exists", 1, 1)
    assert created(old, "people", "another") == ("added", 2, 1)
    assert registered(subjects, "people.2") == (1, 1, False)


def test_it_gives_out_no_id_that_was_removed(old: psycopg.Connection, subjects: Subjects) -> None:
    registered(subjects, "people")
    for permanent in (False, True):
        subjects.deletions.delete_subject(SubjectName.parse("people"), CALLER, permanent=permanent)
    assert created(old, "people") == ("added", 2, 1)
    assert registered(subjects, "people") == (2, 1, False)
    assert subjects.settings.mode(SubjectName.parse(""), default_to_global=True) is Mode.READWRITE
