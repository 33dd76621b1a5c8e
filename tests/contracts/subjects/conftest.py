"""Subjects over both stores, each new for each test, with real engines."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sluicegate.registry_api.core.commands import Draft, RegisterSchema, RegisterVersion
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.core.general import General, GeneralModes
from sluicegate.registry_api.core.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.model import Caller, Reference, Registration, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import Store
from sluicegate.registry_api.core.scopes import Config, ConfigUpdate, Mode
from sluicegate.registry_api.core.service import Registry
from sluicegate.registry_api.core.subjects import Subjects
from sluicegate.registry_api.core.tagging import Tagging
from sluicegate.registry_api.store.memory import MemoryStore
from sluicegate.registry_api.store.pool import Database
from sluicegate.registry_api.store.postgres import PostgresStore
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, SchemaId, VersionNumber

CALLER = Caller("alice", "request-1")
DEFAULTS = Config(compatibility=CompatibilityMode.BACKWARD)


def record(*fields: str, name: str = "person", doc: str | None = None) -> str:
    """Return an Avro record of texts.

    All but the first have a default, so a record with more fields is compatible.
    """
    body = [{"name": each, "type": "string", **({"default": ""} if at else {})} for at, each in enumerate(fields)]
    schema = {"type": "record", "name": name, "fields": body, **({"doc": doc} if doc else {})}
    return json.dumps(schema, separators=(",", ":"))


class CountingExaminer(EngineExaminer):
    """An examiner that counts the contents that it is asked for."""

    asked = 0

    def content(self, *arguments: Any, **named: Any) -> Any:
        """Count, and ask the engine."""
        self.asked += 1
        return super().content(*arguments, **named)


class Bench:
    """A registry by subjects, with short method names for tests."""

    def __init__(self, store: Store) -> None:
        self.examiner = examiner = CountingExaminer(engine)
        self.store = store
        self.subjects = Subjects.over(store, examiner, Tagging(engine), DEFAULTS)
        self.general = GeneralModes(store, General(DEFAULTS.compatibility or CompatibilityMode.NONE))
        self.native = Registry(store, examiner, general=self.general)

    def register(
        self,
        subject: str,
        text: str | None,
        *,
        number: int = 0,
        global_id: int | None = None,
        references: tuple[tuple[str, str, int], ...] = (),
        metadata: Metadata | None = None,
        rules: RuleSet | None = None,
        kind: SchemaFormat = SchemaFormat.AVRO,
        normalize: bool = False,
        force: bool = False,
    ) -> Registration:
        """Register a schema."""
        command = RegisterVersion(
            SubjectName.parse(subject),
            draft(text, references, metadata, rules, kind),
            number,
            None if global_id is None else GlobalId(global_id),
            normalize,
            force,
        )
        return self.subjects.registrations.register(command, CALLER)

    def add(self, subject: str, text: str | None, **how: object) -> tuple[int, int]:
        """Register a schema: its id and number."""
        version = self.register(subject, text, **how).version  # type: ignore[arg-type]  # passed on as given
        return version.global_id, version.number

    def lookup(self, subject: str, text: str, *, deleted: bool = False, normalize: bool = False) -> Version:
        """Look a schema up."""
        return self.subjects.registrations.lookup(
            SubjectName.parse(subject), draft(text), deleted=deleted, normalize=normalize
        )

    def lookup_draft(self, subject: str, sent: Draft) -> Version:
        """Look a schema up that refers to others."""
        return self.subjects.registrations.lookup(SubjectName.parse(subject), sent)

    def delete(self, subject: str, *, permanent: bool = False) -> tuple[int, ...]:
        """Delete a subject."""
        return self.subjects.deletions.delete_subject(SubjectName.parse(subject), CALLER, permanent=permanent)

    def delete_version(self, subject: str, number: int, *, permanent: bool = False) -> int:
        """Delete a version."""
        return self.subjects.deletions.delete_version(
            SubjectName.parse(subject), VersionNumber(number), CALLER, permanent=permanent
        )

    def set_mode(self, scope: str, mode: Mode | None, *, force: bool = False) -> Mode | None:
        """Set a mode."""
        return self.subjects.settings.set_mode(SubjectName.parse(scope), mode, CALLER, force=force)

    def configure(self, scope: str, **said: object) -> Config:
        """Change settings."""
        update = ConfigUpdate(Config(**said), frozenset(said))  # type: ignore[arg-type]  # fields of the config
        return self.subjects.settings.update_config(SubjectName.parse(scope), update, CALLER)

    def numbers(self, subject: str, **how: object) -> tuple[int, ...]:
        """The numbers of the versions."""
        return self.subjects.catalogue.numbers(SubjectName.parse(subject), **how)  # type: ignore[arg-type]  # passed on as given

    def native_register(self, name: str, text: str) -> SchemaId:
        """Register by the native API."""
        return self.native.register(RegisterSchema(name, SchemaFormat.AVRO, text), CALLER).schema_id


def draft(
    text: str | None,
    references: tuple[tuple[str, str, int], ...] = (),
    metadata: Metadata | None = None,
    rules: RuleSet | None = None,
    kind: SchemaFormat = SchemaFormat.AVRO,
) -> Draft:
    """Return a client's request."""
    named = tuple(Reference.to_subject(name, subject, VersionNumber(number)) for name, subject, number in references)
    return Draft(text, kind, named, metadata, rules)


@pytest.fixture
def memory_bench() -> Bench:
    """The store in memory."""
    store = MemoryStore()
    return Bench(store)


@pytest.fixture
def postgres_bench(database_url: str) -> Iterator[Bench]:
    """The store in Postgres."""
    with Database(database_url) as database:
        yield Bench(PostgresStore(database))


@pytest.fixture
def pooled_bench(database_url: str, pooled_database_url: str) -> Iterator[Bench]:
    """The store in Postgres, behind PgBouncer in transaction mode."""
    with Database(pooled_database_url, pooler=True) as database:
        yield Bench(PostgresStore(database))


@pytest.fixture(params=["memory", "postgres", "pooled"])
def bench(request: pytest.FixtureRequest) -> Bench:
    """Each store in turn."""
    chosen: Bench = request.getfixturevalue(f"{request.param}_bench")
    return chosen
