"""The address that a request comes from, as limits and the audit count it."""

import ipaddress
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Header: TypeAlias = Callable[[str], str | None]
"""From a header's name in lower case to its value."""

_MAX_HOPS: Final = 16
_IPV6_PREFIX: Final = 64


class Proxies:
    """The proxies whose headers count.

    Headers of all other peers are ignored: every client can write them.
    """

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        """Take the networks of the proxies."""
        self._networks = tuple(networks)
        self._trusts = lru_cache(maxsize=4096)(self._is_inside)

    def trusts(self, peer: str) -> bool:
        """Whether the peer of a connection is such a proxy."""
        return bool(self._networks) and self._trusts(peer)

    def source(self, peer: str, header: Header) -> str:
        """Return the client's address: the last untrusted one in `X-Forwarded-For`, or the peer's."""
        if not self.trusts(peer):
            return peer
        hops = [hop.strip() for hop in (header("x-forwarded-for") or "").split(",")]
        for hop in reversed(hops[-_MAX_HOPS:]):
            address = _address(hop)
            if address is None:
                break  # the proxies write addresses; before this one, a client wrote
            peer = str(address)
            if not self.trusts(peer):
                break
        return peer

    def _is_inside(self, peer: str) -> bool:
        address = _address(peer)
        return address is not None and any(
            address.version == network.version and address in network for network in self._networks
        )


def bucket(source: str) -> str:
    """Return the name under which a source is counted.

    An IPv6 network of 64 bits belongs to one client.
    """
    address = _address(source)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
    return source


def _address(text: str) -> Address | None:
    """Return the address in a text, with or without a port.

    An IPv4 address that is written as IPv6 is returned as IPv4.
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
