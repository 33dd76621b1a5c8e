"""Registries of the release before are brought to where ids and numbers are given out once, and where no import ends registration."""

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from sluicegate.registry_api.core.commands import RegisterSchema
from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.identity import guid
from sluicegate.registry_api.core.metadata import Metadata
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Mode
from sluicegate.registry_api.core.subject_errors import ContentNotFound, IdTaken, NumberTaken
from sluicegate.registry_api.store.migrate import known_migrations, migrate
from sluicegate.registry_api.store.pool import Database, unavailable
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode, VersionNumber
from tests.contracts.subjects.conftest import CALLER, Bench, record

ONE, TWO, THREE = record("a"), record("a", "b"), record("a", "b", "c")
BEFORE = "0010"
HIGHEST = 2**31 - 1

# The statements of the release before, in its own words.
REGISTER: LiteralString = """
    select outcome, number, content_id from sluicegate.register_version(
        '.', %(subject)s, (select max(v.id) from {versions}), (select count(*) from {versions}),
        (select count(*) from {versions} and v.deactivated_at is null), %(mode)s,
        %(number)s, %(global_id)s, %(format)s, %(text)s, %(fingerprint)s, %(guid)s::uuid, null, %(metadata)s::jsonb, null,
        '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', 'old', 'request-old')
""".replace(
    "{versions}",
    "sluicegate.version v join sluicegate.schema s on s.id = v.schema_id where s.subject = %(subject)s",
).replace("{{}}", "{}")
DELETE: LiteralString = """
    select sluicegate.delete_versions(
        (select id from sluicegate.schema where subject = %(subject)s), %(numbers)s, %(permanent)s, 'old', 'r')
"""
CREATE: LiteralString = """
    select outcome, schema_id, number from sluicegate.create_schema_3(
        %(name)s, '', %(publisher)s, null, null, 'avro',
        %(text)s, %(fingerprint)s, %(guid)s::uuid, null, '{}', '{}', '{}', '{}', '{}', 'old', 'r')
"""


class Old:
    """A registry of the release before."""

    def __init__(self, url: str) -> None:
        self._url = url
        migrate(url, migrations=[each for each in known_migrations() if each.name[:4] <= BEFORE])
        self.connection = psycopg.connect(url, autocommit=True)

    def register(
        self,
        subject: str,
        text: str,
        number: int,
        *,
        global_id: int | None = None,
        kind: str = "avro",
        metadata: str | None = None,
        identity: str | None = None,
    ) -> tuple[object, ...]:
        """Register a version."""
        content = EngineExaminer(engine).content(SchemaFormat(kind), SchemaSource(text), ValidityMode.FULL)
        parameters = {
            "subject": subject,
            "mode": "READWRITE" if global_id is None else "IMPORT",
            "number": number,
            "global_id": global_id,
            "format": kind,
            "text": text,
            "fingerprint": content.fingerprint,
            "guid": identity or guid(content.standard_text),
            "metadata": metadata,
        }
        if global_id is not None:
            self.connection.execute(
                "insert into sluicegate.setting (context, subject, mode) values ('.', %s, 'IMPORT') on conflict do nothing",
                (subject,),
            )
        (row,) = self.connection.execute(REGISTER, parameters).fetchall()
        self.connection.execute("delete from sluicegate.setting")
        return tuple(row)

    def create(self, name: str, text: str, publisher: str = "") -> tuple[object, ...]:
        """Create a schema by the native API."""
        content = EngineExaminer(engine).content(SchemaFormat.AVRO, SchemaSource(text), ValidityMode.FULL)
        parameters = {
            "name": name,
            "publisher": publisher,
            "text": text,
            "fingerprint": content.fingerprint,
            "guid": guid(content.standard_text),
        }
        (row,) = self.connection.execute(CREATE, parameters).fetchall()
        return tuple(row)

    def purge(self, subject: str, *numbers: int) -> None:
        """Remove versions for good."""
        for permanent in (False, True):
            parameters = {"subject": subject, "numbers": list(numbers), "permanent": permanent}
            self.connection.execute(DELETE, parameters)

    def migrate(self) -> None:
        """Bring it to this release."""
        migrate(self._url)


@pytest.fixture
def old(empty_database_url: str) -> Iterator[Old]:
    """A registry of the release before, empty."""
    registry = Old(empty_database_url)
    yield registry
    registry.connection.close()


@pytest.fixture
def bench(empty_database_url: str) -> Iterator[Bench]:
    """The same database under this release."""
    with Database(empty_database_url) as database:
        yield Bench(PostgresStore(database))


def test_number_that_was_removed_before_stays_taken(old: Old, bench: Bench) -> None:
    for number, text in enumerate((ONE, TWO, THREE), 1):
        assert old.register("s", text, number) == ("added", number, number)
    old.purge("s", 2, 3)
    old.migrate()
    assert bench.add("s", record("a", "z")) == (4, 4)
    bench.set_mode("s", Mode.IMPORT, force=True)
    with pytest.raises(NumberTaken):
        bench.add("s", record("a", "y"), global_id=9, number=2)


def test_registry_that_ran_out_of_ids_registers_again(old: Old, bench: Bench) -> None:
    old.register("s", ONE, 1)
    old.register("t", TWO, 1, global_id=HIGHEST)
    old.migrate()
    assert bench.add("s", THREE) == (2, 2)
    bench.native_register("native", record("b"))
    assert bench.lookup("native", record("b")).global_id == 3
    assert bench.lookup("t", TWO).global_id == HIGHEST


def test_subject_that_ran_out_of_numbers_registers_again(old: Old, bench: Bench) -> None:
    old.register("s", ONE, 4, global_id=1)
    old.register("s", TWO, HIGHEST, global_id=2)
    old.migrate()
    assert bench.add("s", THREE) == (3, 5)
    assert bench.numbers("s") == (4, 5, HIGHEST)


def test_contents_that_were_kept_before_are_found(old: Old, bench: Bench) -> None:
    old.register("s", ONE, 1)
    old.register("s", TWO, 2, metadata='{"tags": {}, "properties": {"a": "b"}, "sensitive": []}')
    old.create("native", THREE)
    old.migrate()
    assert bench.lookup("s", ONE).global_id == 1
    assert bench.register("s", ONE).added is False
    assert bench.add("copy", ONE) == (1, 1)
    assert bench.lookup("copy", ONE).identity is not None
    assert bench.register("s", TWO, metadata=Metadata(properties={"a": "b"})).version.number == 2
    assert bench.add("copy of native", THREE) == (3, 1)


def test_content_kept_before_is_not_taken_for_a_look_alike(old: Old, bench: Bench) -> None:
    text = '{"type":"string","logicalType":"uuid"}'
    old.register("s", text, 1)
    assert (
        old.register(
            "owned",
            ONE,
            1,
            metadata='{"tags": {}, "properties": {"ownera": "bxc"}, "sensitive": []}',
            identity=guid(ONE, metadata=Metadata(properties={"ownera": "bxc"})),
        )[2]
        == 2
    )
    old.migrate()
    assert bench.add("t", text, kind=SchemaFormat.JSON) == (3, 1)
    assert bench.add("t2", text) == (1, 1)
    assert bench.add("owned too", ONE, metadata=Metadata(properties={"owner": "ab", "x": "c"})) == (4, 1)
    assert bench.add("owned as well", ONE, metadata=Metadata(properties={"ownera": "bxc"})) == (2, 1)
    bench.native.register(RegisterSchema("native", SchemaFormat.AVRO, ONE), CALLER)
    found = bench.subjects.catalogue.version(SubjectName.parse("native"), VersionNumber(1))
    assert (found.metadata, found.global_id) == (None, 5)


def test_contents_that_were_shared_before_are_told_apart(old: Old, bench: Bench) -> None:
    described = record("a", doc="the person")
    old.create("one", ONE, "p")
    old.create("two", described, "q")
    old.migrate()
    assert bench.lookup("two", described).global_id == bench.lookup("one", ONE).global_id == 1
    for subject, text, other in (("one", ONE, described), ("two", described, ONE)):
        assert bench.register(subject, text).added is False
        with pytest.raises(ContentNotFound):
            bench.lookup(subject, other)
    assert bench.add("three", described) == (2, 1)
    assert bench.add("four", ONE) == (1, 1)
    assert bench.register("two", ONE).version.number == 2
    again = bench.native.register(RegisterSchema("five", SchemaFormat.AVRO, ONE, publisher_id="q"), CALLER)
    assert (again.schema_id, again.number) == (2, 2)


def test_highest_id_that_was_removed_before_is_given_to_no_content(old: Old, bench: Bench) -> None:
    old.register("s", ONE, 1)
    old.register("s", TWO, 2)
    old.purge("s", 2)
    old.migrate()
    bench.set_mode("t", Mode.IMPORT)
    with pytest.raises(IdTaken):
        bench.add("t", THREE, global_id=2, number=1)
    assert bench.add("s", THREE) == (3, 3)


def test_release_before_goes_on_registering(old: Old, bench: Bench) -> None:
    old.migrate()
    assert old.register("s", ONE, 1) == ("added", 1, 1)
    assert old.register("s", TWO, 2) == ("added", 2, 2)
    assert old.register("t", ONE, 1) == ("added", 1, 1)
    assert old.create("native", THREE) == ("added", 3, 1)
    assert bench.register("s", ONE).added is False
    assert bench.add("u", TWO) == (2, 1)


def test_release_before_gives_no_number_out_again(old: Old, bench: Bench) -> None:
    old.migrate()
    bench.add("s", ONE)
    bench.add("s", TWO)
    old.purge("s", 2)
    with pytest.raises(StoreUnavailable), unavailable():
        old.register("s", THREE, 2)
    assert bench.add("s", THREE) == (3, 3)
