"""The header that keeps browsers on TLS, where a request came over TLS."""

from collections.abc import Callable
from typing import Final, TypeAlias

from sluicegate.registry_api.callers.sources import Header, Proxies

Notices: TypeAlias = Callable[[Header, str], tuple[tuple[str, str], ...]]
"""From the headers and the peer of a request to more headers of its answer."""

ONLY_TLS: Final = ("Strict-Transport-Security", "max-age=31536000")
"""Browsers use this host over TLS alone for a year (RFC 6797). Its subdomains may be of others."""


def over_tls(proxies: Proxies, *, served: bool) -> Notices:
    """Return the notices of a server that ends TLS itself (`served`), or behind proxies that may do so.

    Over plain HTTP the header must not be sent (RFC 6797, section 7.2), and every client can claim
    TLS: only the `X-Forwarded-Proto` of a trusted proxy counts.
    """
    if served:
        return lambda _header, _peer: (ONLY_TLS,)

    def forwarded(header: Header, peer: str) -> tuple[tuple[str, str], ...]:
        if not proxies.trusts(peer):
            return ()
        nearest = (header("x-forwarded-proto") or "").rpartition(",")[2]
        return (ONLY_TLS,) if nearest.strip().lower() == "https" else ()

    return forwarded


def joined(*several: Notices) -> Notices:
    """Return the notices of several sources, one after the other."""
    return lambda header, peer: tuple(pair for notices in several for pair in notices(header, peer))
