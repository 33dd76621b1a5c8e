"""The address that a request comes from."""

import ipaddress

import pytest

from sluicegate.registry_api.callers.attempts import Attempts
from sluicegate.registry_api.callers.sources import Header, Proxies, bucket

PROXIES = Proxies([ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")])


def forwarded(value: str | None) -> Header:
    """A request with this `X-Forwarded-For`."""
    return lambda name: value if name == "x-forwarded-for" else None


@pytest.mark.parametrize(
    ("peer", "header", "expected"),
    [
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # not a trusted proxy: its header is ignored
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        # a client wrote the first one
        ("10.0.0.1", "1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, spoofed, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("fd00::1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", ", ".join(["10.0.0.2"] * 1000), "10.0.0.2"),
    ],
)
def test_source_is_the_last_address_before_trusted_proxies(peer: str, header: str | None, expected: str) -> None:
    assert PROXIES.source(peer, forwarded(header)) == expected


def test_without_proxies_every_header_is_ignored() -> None:
    assert Proxies().source("127.0.0.1", forwarded("203.0.113.9")) == "127.0.0.1"


def test_ipv6_network_of_one_client_is_one_bucket() -> None:
    assert bucket("2001:db8::1") == bucket("2001:db8::ffff:1") != bucket("2001:db8:0:1::1")
    assert bucket("192.0.2.1") != bucket("192.0.2.2")


def test_source_is_exhausted_alone() -> None:
    attempts = Attempts(per_minute=3)
    for number in range(3):
        assert not attempts.exhausted("2001:db8::1")
        attempts.count(f"2001:db8::{number}")
    assert attempts.exhausted("2001:db8::99")
    assert not attempts.exhausted("192.0.2.1")
