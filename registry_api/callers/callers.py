"""`Identity` by API keys, tokens of issuers, and names that a trusted proxy gives."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sluicegate.registry_api.callers.attempts import Attempts
from sluicegate.registry_api.callers.memory import KEY_SECONDS, TOKEN_SECONDS, Memory
from sluicegate.registry_api.callers.presented import MISSING, Presented, presented
from sluicegate.registry_api.callers.sources import Proxies
from sluicegate.registry_api.callers.usage import Usage
from sluicegate.registry_api.core.access.grants import Grants
from sluicegate.registry_api.core.access.identity import Header
from sluicegate.registry_api.core.access.ports import AccessStore
from sluicegate.registry_api.core.access.principals import CredentialKind, Principal
from sluicegate.registry_api.core.access.records import KEY, PROXY
from sluicegate.registry_api.core.errors import Unauthenticated
from sluicegate.shared.clock import Clock
from sluicegate.shared.key_text import Hashing, parsed

_WRONG_KEY: Final = "The API key is not known, or it is expired or revoked."
_EXHAUSTED: Final = "Too many wrong credentials came from this address. Try again in a minute."
_MAX_NAME_LENGTH: Final = 256

Verify = Callable[[str], tuple[Principal, datetime]]
"""From a token to its principal and the end of its validity. Raises `Unauthenticated`."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways in which callers can be known.

    `proxy_header`: its name in lower case; None: names of proxies do not count.
    """

    hashing: Hashing
    proxies: Proxies
    proxy_header: str | None = None
    verify: Verify | None = None


class Callers:
    """Identifies callers. Thread-safe."""

    def __init__(
        self,
        store: AccessStore,
        ways: Ways,
        attempts: Attempts,
        memory: Memory,
        clock: Clock,
        prepare: Callable[[], None] = lambda: None,
        on_login: Callable[[Principal, str], None] = lambda *_: None,
    ) -> None:
        """Take the keys and grants, and the memory of them.

        `prepare` is called before each look-up. `on_login` receives each caller that was looked up,
        and its address.
        """
        self._store = store
        self._ways = ways
        self._attempts = attempts
        self._memory = memory
        self._clock = clock
        self._prepare = prepare
        self._on_login = on_login
        self.usage = Usage(store, clock)

    def identify(self, header: Header, source: str) -> Principal:
        """See `Identity`."""
        sent = presented(header)
        if sent is None:
            return self._proxied(header, source)
        digest = _digest(header)
        known = self._memory.get(digest)
        if known is not None and known.principal is not None:
            return self._used(known.principal)
        return self._looked_up(sent, digest, self._ways.proxies.source(source, header), known.reason if known else "")

    def recall(self, header: Header, source: str) -> Principal | None:
        """See `Identity`."""
        if header("authorization") is None and header("x-api-key") is None:
            name = self._proxied_name(header, source)
            known = None if name is None else self._memory.get(_named(name))
        else:
            known = self._memory.get(_digest(header))
        return None if known is None or known.principal is None else self._used(known.principal)

    def _looked_up(self, sent: Presented, digest: bytes, source: str, wrong: str) -> Principal:
        key = parsed(sent.text) if sent.is_key else None
        if sent.is_key and key is None:
            raise Unauthenticated(_WRONG_KEY)  # by its checksum: a query would find nothing
        if self._attempts.exhausted(source):
            raise Unauthenticated(_EXHAUSTED)
        generation = self._memory.generation
        try:
            if wrong:
                raise Unauthenticated(wrong)
            self._prepare()
            principal, end = self._by_key(sent.text) if sent.is_key else self._by_token(sent.text)
        except Unauthenticated as error:
            self._attempts.count(source)
            self._memory.keep_wrong(digest, error.message, generation)
            raise
        longest = KEY_SECONDS if sent.is_key else TOKEN_SECONDS
        seconds = longest if end is None else min(longest, (end - self._clock.now()).total_seconds())
        self._memory.keep(digest, principal, generation, seconds)
        self._on_login(principal, source)
        return self._used(principal)

    def _by_key(self, text: str) -> tuple[Principal, datetime | None]:
        key = parsed(text)
        found = None if key is None else self._store.key(key.id)
        if key is None or found is None:
            raise Unauthenticated(_WRONG_KEY)
        kept, grants = found
        if not self._ways.hashing.matches(key.secret, kept.hashing, kept.digest) or not kept.valid(self._clock.now()):
            raise Unauthenticated(_WRONG_KEY)
        return Principal(KEY + key.id, CredentialKind.KEY, Grants(grants), key.id), kept.expires_at

    def _by_token(self, text: str) -> tuple[Principal, datetime | None]:
        if self._ways.verify is None:
            raise Unauthenticated(f"Tokens of issuers are not accepted here. {MISSING}")
        return self._ways.verify(text)

    def _proxied(self, header: Header, source: str) -> Principal:
        name = self._proxied_name(header, source)
        if name is None:
            raise Unauthenticated(MISSING)
        digest = _named(name)
        known = self._memory.get(digest)
        if known is not None and known.principal is not None:
            return known.principal
        generation = self._memory.generation
        principal = Principal(name, CredentialKind.PROXY, Grants(self._store.granted([name])))
        self._memory.keep(digest, principal, generation, TOKEN_SECONDS)
        return principal

    def _proxied_name(self, header: Header, source: str) -> str | None:
        """Return the principal that a trusted proxy names."""
        if self._ways.proxy_header is None or not self._ways.proxies.trusts(source):
            return None
        name = (header(self._ways.proxy_header) or "").strip()
        return PROXY + name if 0 < len(name) <= _MAX_NAME_LENGTH and name.isprintable() else None

    def _used(self, principal: Principal) -> Principal:
        if principal.key_id is not None:
            self.usage.note(principal.key_id)
        return principal


def _digest(header: Header) -> bytes:
    """Return the SHA-256 of the credentials: they are not kept themselves."""
    sent = f"{header('authorization')}\n{header('x-api-key')}"
    return hashlib.sha256(sent.encode("utf-8", "surrogateescape")).digest()


def _named(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).digest()
