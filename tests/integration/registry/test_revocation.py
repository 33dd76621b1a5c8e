"""Revocation and changed grants reach every process within a second."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from sluicegate.registry_api.access_settings import Auth
from sluicegate.registry_api.app import Application, compose, open_store
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import AuditQuery
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.examination import EngineExaminer
from sluicegate.registry_api.store.access import PostgresAccess
from sluicegate.registry_api.store.pool import Database
from sluicegate.shared.formats.catalog import engine
from sluicegate.shared.key_text import KeyText
from tests.fakes.api_client import ApiClient
from tests.fakes.keys import TESTER, headers, kept
from tests.fakes.registry_service import settings
from tests.fixtures.programs import until


@pytest.fixture
def registries(database_url: str) -> Iterator[list[ApiClient]]:
    """Three registries on one database, which need keys."""
    chosen = settings(database_url=SecretStr(database_url), auth=Auth(mode="keys"))
    made: list[Application] = []
    try:
        made.extend(compose(chosen, open_store(chosen), EngineExaminer(engine)) for _ in range(3))
        yield [ApiClient(application) for application in made]
    finally:
        for application in made:
            application.close()


@pytest.fixture
def access(database_url: str) -> Iterator[PostgresAccess]:
    """The tables, as another process changes them."""
    with Database(database_url) as database:
        yield PostgresAccess(database)


def require(client: ApiClient, key: KeyText, status: int) -> None:
    """Wait for a status. The notification of a change needs a few milliseconds."""

    def answered() -> bool:
        return client.get("/subjects", headers=headers(key)).status_code == status

    until(answered, f"the status {status}")


def test_revoked_key_is_refused_by_three_registries(registries: list[ApiClient], access: PostgresAccess) -> None:
    key = kept(access, Grant(Role.READER, CLUSTER))
    for client in registries:
        require(client, key, 200)
        assert client.get("/subjects").status_code == 401
    access.revoke_key(key.id, TESTER)
    for client in registries:
        require(client, key, 401)


def test_changes_through_the_api_are_audited_with_key_and_source(
    registries: list[ApiClient], access: PostgresAccess
) -> None:
    key = kept(access, Grant(Role.MANAGER, CLUSTER))
    sent = {**headers(key), "X-Request-Id": "mine"}
    peer = {"REMOTE_ADDR": "192.0.2.7"}
    answer = registries[0].put("/config", json={"compatibility": "FULL"}, headers=sent, environ_base=peer)
    assert answer.status_code == 200
    (row,) = [row for row in access.audit(AuditQuery(100)) if row.request_id == "mine"]
    assert (row.principal, row.credential, row.key_id) == (f"key:{key.id}", "key", key.id)
    assert (row.source, row.api, row.change) == ("192.0.2.7", "confluent", "settings_changed")
    assert row.operation
