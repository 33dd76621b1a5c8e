"""The HTTP connection to a registry.

Credentials are in headers, never in the addresses that are logged.
"""

import base64
import itertools
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

REQUEST_ID: Final = "X-Request-Id"
"""The header of a request's id: the registry logs it, answers with it, and keeps it in the audit."""


@dataclass(frozen=True, slots=True)
class RegistryAddress:
    """An address, the longest wait for an answer, and credentials.

    User name and password in the address are sent too, for a proxy in front of the registry, unless
    the credentials are a token: both take the header `Authorization`.
    """

    url: str = field(repr=False)
    timeout_seconds: float
    credentials: httpx.Auth | None = field(default=None, repr=False)

    @property
    def public(self) -> httpx.URL:
        """The address without user name and password."""
        return httpx.URL(self.url).copy_with(userinfo=b"")

    @property
    def basic(self) -> Mapping[str, str]:
        """The header of the address' user name and password (RFC 7617), if it has any."""
        given = httpx.URL(self.url)
        if not given.userinfo:
            return {}
        pair = f"{given.username}:{given.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def connect(
    address: RegistryAddress,
    on_request: Sequence[Callable[[httpx.Request], None]] = (),
    transport: httpx.BaseTransport | None = None,
) -> httpx.Client:
    """Return a client of the registry.

    It connects when it is used; `transport` None: over the network.
    """
    headers = {"User-Agent": "sluicegate-validator", "Accept": "application/json", **address.basic}
    return httpx.Client(
        base_url=address.public,
        auth=address.credentials,
        timeout=address.timeout_seconds,
        headers=headers,
        transport=transport,
        event_hooks={"request": [_naming(), *on_request]},
    )


def _naming() -> Callable[[httpx.Request], None]:
    """Return a hook that gives each request an id: random for the client, counted within it."""
    prefix, numbers = f"validator-{secrets.token_hex(6)}", itertools.count(1)

    def name(request: httpx.Request) -> None:
        request.headers[REQUEST_ID] = f"{prefix}-{next(numbers)}"

    return name
