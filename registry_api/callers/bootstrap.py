"""The first keys, from files of the operator.

Without keys, no caller could use a registry.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.ports import AccessStore
from sluicegate.registry_api.core.access.records import KEY, NewKey
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.origin import Origin
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.key_text import Hashing, KeyText, parsed
from sluicegate.shared.logs import logger

MANAGER: Sequence[Grant] = (Grant(Role.MANAGER, CLUSTER), Grant(Role.REPORTER, CLUSTER))
READER: Sequence[Grant] = (Grant(Role.READER, CLUSTER), Grant(Role.REPORTER, CLUSTER))
OPERATOR = Caller("operator", "bootstrap", Origin(credential="file"))


class BootstrapFailed(SluicegateError):
    """A first key cannot be used."""


@dataclass(frozen=True, slots=True)
class FirstKey:
    """A key with its grants. `name` says which setting or command it comes from."""

    name: str
    key: KeyText
    grants: Sequence[Grant]


def first_key(name: str, text: str, grants: Sequence[Grant]) -> FirstKey:
    """Read a key. Raises `BootstrapFailed`."""
    key = parsed(text.strip())
    if key is None:
        raise BootstrapFailed(f"{name}: no API key is in this file. `sluicegate keys generate` makes one.")
    return FirstKey(name, key, grants)


class Bootstrap:
    """Keeps the first keys, once.

    Thread-safe. A key that is there already, or was revoked, stays as it is.
    """

    def __init__(self, store: AccessStore, hashing: Hashing, keys: Iterable[FirstKey]) -> None:
        """Take the keys."""
        self._store = store
        self._hashing = hashing
        self._lock = threading.Lock()
        self._due = list(keys)

    def ensure(self) -> None:
        """Keep the keys that are not kept yet. Raises `StoreUnavailable`."""
        if not self._due:
            return
        with self._lock:
            while self._due:
                self._keep(self._due[0])
                del self._due[0]

    def _keep(self, first: FirstKey) -> None:
        found = self._store.key(first.key.id)
        if found is not None:
            if not self._hashing.matches(first.key.secret, found[0].hashing, found[0].digest):
                logger().warning("bootstrap key refused: another key has its id", setting=first.name, key=first.key.id)
            return
        for grant in first.grants:  # first: the key must never be there without them
            self._store.add_grant(KEY + first.key.id, grant, OPERATOR)
        new = NewKey(first.key.id, self._hashing.digest(first.key.secret), self._hashing.kind, first.name)
        if self._store.create_key(new, OPERATOR) is not None:
            logger().info("bootstrap key kept", setting=first.name, key=first.key.id)
