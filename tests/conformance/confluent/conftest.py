"""An empty registry for each test, in both profiles and under both prefixes, and over Postgres.

The application is created once for each: that takes longer than a test.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
import pytest
from pydantic import SecretStr

from sluicegate.registry_api.app import StorePorts, compose, open_store
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.facades.confluent.profile import Profile
from sluicegate.registry_api.store.memory import MemoryFeed, MemoryStore
from sluicegate.shared.formats.catalog import engine
from tests.conformance.confluent.api import Api
from tests.fakes.api_client import ApiClient
from tests.fakes.registry_service import settings

_WAYS = {
    "8": (Profile.EIGHT, "", "memory"),
    "8-prefix": (Profile.EIGHT, "/confluent", "memory"),
    "7": (Profile.SEVEN, "", "memory"),
    "7-prefix": (Profile.SEVEN, "/confluent", "memory"),
    "postgres": (Profile.EIGHT, "", "postgres"),
}


@dataclass
class Registries:
    """The applications that were made so far, and how to empty each."""

    url: Callable[[], str]
    stack: ExitStack
    made: dict[tuple[Profile, str], tuple[ApiClient, Callable[[], None]]]

    def empty(self, profile: Profile, kind: str) -> ApiClient:
        """A client of an empty registry."""
        if (profile, kind) not in self.made:
            self.made[profile, kind] = self._memory(profile) if kind == "memory" else self._postgres(profile)
        client, clear = self.made[profile, kind]
        clear()
        client.delete("/config")  # the global configuration is cached until a change
        return client

    def _memory(self, profile: Profile) -> tuple[ApiClient, Callable[[], None]]:
        store = MemoryStore()
        ports = StorePorts(store, store, MemoryFeed(store), lambda: None)
        chosen = settings(confluent_profile=profile, hot_cache_bytes=0)
        application = compose(chosen, ports, EngineExaminer(engine))
        self.stack.callback(application.close)

        def clear() -> None:
            with store.tables.lock:
                for name, held in vars(store.tables).items():
                    if isinstance(held, dict | list | set) and name != "listeners":
                        held.clear()
                    elif isinstance(held, int):
                        setattr(store.tables, name, 0)

        return ApiClient(application), clear

    def _postgres(self, profile: Profile) -> tuple[ApiClient, Callable[[], None]]:
        url = self.url()
        chosen = settings(confluent_profile=profile, database_url=SecretStr(url), hot_cache_bytes=0)
        application = compose(chosen, open_store(chosen), EngineExaminer(engine))
        self.stack.callback(application.close)
        connection = self.stack.enter_context(psycopg.connect(url, autocommit=True))
        tables = [
            f"sluicegate.{name}"
            for (name,) in connection.execute(
                "select tablename from pg_tables where schemaname = 'sluicegate' and tablename not in ('migration', 'registry')"
            )
        ]

        def clear() -> None:
            connection.execute(f"truncate {', '.join(tables)} restart identity cascade")

        return ApiClient(application), clear


@pytest.fixture(scope="module")
def registries(request: pytest.FixtureRequest) -> Iterator[Registries]:
    """The registries of a module's tests."""
    with ExitStack() as stack:
        yield Registries(lambda: request.getfixturevalue("module_database_url"), stack, {})


@pytest.fixture(params=_WAYS)
def api(request: pytest.FixtureRequest, registries: Registries) -> Api:
    """An empty registry, asked in one of the ways."""
    profile, prefix, kind = _WAYS[request.param]
    return Api(registries.empty(profile, kind), prefix, profile)
