"""Keys for tests: made and kept in one step."""

import base64
from collections.abc import Mapping
from datetime import datetime

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.ports import AccessStore
from sluicegate.registry_api.core.access.records import KEY, NewKey
from sluicegate.registry_api.core.model import Caller
from sluicegate.shared.key_text import Hashing, KeyText, new_key

PLAIN = Hashing()
TESTER = Caller("tester", "request-tester")


def kept(store: AccessStore, *grants: Grant, hashing: Hashing = PLAIN, expires_at: datetime | None = None) -> KeyText:
    """Keep a new key with some grants."""
    key = new_key()
    store.create_key(NewKey(key.id, hashing.digest(key.secret), hashing.kind, "test", None, expires_at), TESTER)
    for grant in grants:
        store.add_grant(KEY + key.id, grant, TESTER)
    return key


def basic(key: KeyText | str, user: str = "token") -> str:
    """The `Authorization` header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{user}:{key}".encode()).decode()


def headers(key: KeyText | str) -> Mapping[str, str]:
    """The headers of a request with a key."""
    return {"X-API-Key": str(key)}
