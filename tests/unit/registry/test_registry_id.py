"""The header that names the registry."""

import uuid

import pytest

from sluicegate.registry_api.core.errors import StoreUnavailable
from sluicegate.registry_api.registry_id import HEADER, RegistryId
from tests.fakes.registry_service import Service

VERSION = "/schemas/1/versions/1"


class Database:
    """Counts reads of the identity, and fails on request."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down
        self.identity = "one"
        self.reads = 0

    def read(self) -> str:
        self.reads += 1
        if self.down:
            raise StoreUnavailable
        return self.identity


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/schemas", 200),
        (VERSION, 200),
        ("/schemas/ids/1", 200),
        ("/schemas/9", 404),
        ("/schemas/ids/9", 404),
        ("/subjects/none/versions", 404),
        ("/health", 200),
        ("/nothing/here", 404),
    ],
)
def test_every_answer_names_the_registry(service: Service, path: str, status: int) -> None:
    service.register()
    for _ in range(2):  # cold, then hot where the answer is kept
        answer = service.client.get(path)
        assert answer.status_code == status
        assert answer.headers.getlist(HEADER) == [service.store.registry_id()]


def test_unchanged_answer_names_the_registry(service: Service) -> None:
    service.register()
    etag = service.client.get(VERSION).headers["ETag"]
    for _ in range(2):
        answer = service.client.get(VERSION, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.headers.getlist(HEADER)) == (304, [service.store.registry_id()])


def test_registries_have_different_identities() -> None:
    first, second = Service(), Service()
    assert uuid.UUID(first.store.registry_id()) != uuid.UUID(second.store.registry_id())


def test_identity_is_read_once_by_requests() -> None:
    database = Database(down=True)
    registry_id = RegistryId(database.read)
    for _ in range(3):
        registry_id.ensure()
    assert (database.reads, registry_id.headers) == (1, ())
    database.down = False
    registry_id.refresh()
    registry_id.ensure()
    assert (database.reads, registry_id.headers) == (2, ((HEADER, "one"),))


def test_identity_follows_the_database() -> None:
    database = Database()
    registry_id = RegistryId(database.read)
    registry_id.ensure()
    database.identity = "two"
    registry_id.refresh()
    assert registry_id.headers == ((HEADER, "two"),)


def test_reading_the_identity_fails_loudly_in_a_refresh() -> None:
    with pytest.raises(StoreUnavailable):
        RegistryId(Database(down=True).read).refresh()
