"""Composition of access control: identification of callers, audit, and their upkeep.

It is built from settings and tables.
"""

import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx

from sluicegate.registry_api.access_settings import Auth, Issuer
from sluicegate.registry_api.auditing import LOGIN, Auditor
from sluicegate.registry_api.callers.attempts import Attempts
from sluicegate.registry_api.callers.bootstrap import MANAGER, READER, Bootstrap, BootstrapFailed, FirstKey, first_key
from sluicegate.registry_api.callers.callers import Callers, Ways
from sluicegate.registry_api.callers.issuer_keys import Fetch, IssuerKeys
from sluicegate.registry_api.callers.memory import Memory
from sluicegate.registry_api.callers.open_registry import OpenRegistry
from sluicegate.registry_api.callers.sources import Proxies
from sluicegate.registry_api.callers.tokens import Tokens, TrustedIssuer
from sluicegate.registry_api.callers.upkeep import Task, Upkeep
from sluicegate.registry_api.core.access.administration import Administration
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.identity import Identity
from sluicegate.registry_api.core.access.ports import AccessTables
from sluicegate.registry_api.core.access.principals import Principal
from sluicegate.registry_api.core.access.records import OIDC
from sluicegate.registry_api.core.model import Caller
from sluicegate.registry_api.core.origin import Origin
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.registry_api.store.access import PostgresAccess
from sluicegate.registry_api.store.address import require_address
from sluicegate.registry_api.store.pool import Database
from sluicegate.shared.clock import Clock
from sluicegate.shared.key_text import Hashing, new_key

_USE_SECONDS: Final = 60.0
_NOTE_SECONDS: Final = 5.0
_DAY_SECONDS: Final = 86_400.0
_ONCE: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Admission:
    """Access control of one process."""

    identity: Identity
    memory: Memory
    auditor: Auditor
    proxies: Proxies
    hashing: Hashing
    upkeep: Upkeep
    administration: Administration


def admission(settings: RegistrySettings, tables: AccessTables, clock: Clock) -> Admission:
    """Compose access control.

    Raises `BootstrapFailed` for files that have no key. `upkeep` is not started.
    """
    auth, audit = settings.auth, settings.audit
    hashing, proxies, memory = hashing_of(auth), Proxies(auth.trusted_proxies), Memory(clock)
    auditor = Auditor(tables, clock, audit.refusals_per_minute, reads=audit.reads, write=_writer(audit.lines))
    tasks = [
        Task("audit months", lambda: tables.prepare_audit(timedelta(days=audit.retention_days)), _DAY_SECONDS),
        Task("audit notes", auditor.flush, _NOTE_SECONDS),
    ]
    identity: Identity = OpenRegistry()
    if auth.mode != "none":
        bootstrap = Bootstrap(tables, hashing, _first_keys(auth))
        verify = _tokens(auth, tables, clock).verify if auth.oidc else None
        ways = Ways(hashing, proxies, auth.proxy_header and auth.proxy_header.lower(), verify)
        callers = Callers(
            tables, ways, Attempts(auth.wrong_per_minute), memory, clock, bootstrap.ensure, _logins(auditor)
        )
        tasks = [
            Task("first keys", bootstrap.ensure, _ONCE),
            *tasks,
            Task("key use", callers.usage.flush, _USE_SECONDS),
        ]
        identity = callers
    administration = Administration(tables, hashing, clock, _configured(auth))
    return Admission(identity, memory, auditor, proxies, hashing, Upkeep(tasks, clock), administration)


def hashing_of(auth: Auth) -> Hashing:
    """Return the way in which secrets are kept. Raises `BootstrapFailed` for an empty pepper."""
    if auth.pepper_file is None:
        return Hashing()
    pepper = auth.pepper_file.read_bytes().strip()
    if not pepper:
        raise BootstrapFailed(f"auth.pepper_file: {auth.pepper_file} is empty.")
    return Hashing(pepper)


def first_manager(settings: RegistrySettings, name: str) -> str:
    """Keep a new key with all roles on the cluster, and return its text. Raises `StoreUnavailable`."""
    key = new_key()
    require_address(settings.server_url)
    with Database(settings.server_url) as database:
        Bootstrap(PostgresAccess(database), hashing_of(settings.auth), [FirstKey(name, key, MANAGER)]).ensure()
    return str(key)


def _tokens(auth: Auth, tables: AccessTables, clock: Clock) -> Tokens:
    """Return the verification of tokens. Nothing is fetched yet."""
    return Tokens([_trusted(issuer, clock) for issuer in auth.oidc], tables.granted, clock)


def _trusted(issuer: Issuer, clock: Clock) -> TrustedIssuer:
    certificates = ssl.create_default_context(cafile=issuer.ca_file)
    no_idle = httpx.Limits(max_keepalive_connections=0)  # keys are fetched every few minutes
    http = httpx.Client(verify=certificates, headers={"Accept": "application/json"}, limits=no_idle)
    fetch = Fetch(issuer.issuer, None if issuer.jwks_url is None else str(issuer.jwks_url), http, clock)
    return TrustedIssuer(
        issuer.issuer,
        frozenset(issuer.audiences),
        frozenset(issuer.algorithms),
        issuer.claim,
        issuer.leeway_seconds,
        {value: tuple(each.grant for each in grants) for value, grants in issuer.grants.items()},
        IssuerKeys(fetch, clock, issuer.jwks_refresh_seconds),
    )


def _configured(auth: Auth) -> dict[str, list[Grant]]:
    """Return the grants in the settings, by principal."""
    return {
        f"{OIDC}{issuer.issuer}#{value}": [each.grant for each in grants]
        for issuer in auth.oidc
        for value, grants in issuer.grants.items()
    }


def _first_keys(auth: Auth) -> list[FirstKey]:
    files = (
        ("auth.bootstrap_key_file", auth.bootstrap_key_file, MANAGER),
        ("auth.bootstrap_reader_key_file", auth.bootstrap_reader_key_file, READER),
    )
    return [
        first_key(name, path.read_text(encoding="utf-8"), grants) for name, path, grants in files if path is not None
    ]


def _logins(auditor: Auditor) -> Callable[[Principal, str], None]:
    def note(principal: Principal, source: str) -> None:
        auditor.note(Caller(principal.name, "", Origin(principal.kind.value, principal.key_id or "", source)), LOGIN)

    return note


def _writer(place: str | Path) -> Callable[[str], object] | None:
    if place == "none":
        return None
    if place == "stdout":
        return lambda line: sys.stdout.write(f"{line}\n") and sys.stdout.flush()
    path = Path(place)

    def append(line: str) -> None:
        # opened for each line: the file may be rotated
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    return append
