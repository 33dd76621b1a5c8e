"""Tokens of issuers: accepted ones, and attacks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from sluicegate.registry_api.callers.issuer_keys import Fetch, IssuerKeys
from sluicegate.registry_api.callers.tokens import Tokens, TrustedIssuer, values_of
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.principals import CredentialKind
from sluicegate.registry_api.core.access.resources import CLUSTER
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.errors import Overloaded, Unauthenticated
from sluicegate.registry_api.store.memory_access import MemoryAccess
from tests.fakes.clock import FakeClock
from tests.fakes.keys import TESTER

ISSUER = "https://issuer.example.com/realm"
RSA = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
EC = ECKey.generate_key("P-256", parameters={"kid": "ec"})
OKP = OKPKey.generate_key("Ed25519", parameters={"kid": "okp"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "rsa"})
READER = Grant(Role.READER, CLUSTER)


class Bench:
    """One issuer with three keys."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.fetches = 0
        self.document: Any = {"keys": [key.as_dict(private=False) for key in (RSA, EC, OKP)]}
        self.failure: Exception | None = None
        self.keys = IssuerKeys(self._fetch, self.clock, 300)
        self.store = MemoryAccess(self.clock)
        issuer = TrustedIssuer(
            ISSUER,
            frozenset({"sluicegate"}),
            frozenset({"RS256", "ES256", "PS256", "EdDSA"}),
            "realm_access.roles",
            30,
            {"readers": (READER,)},
            self.keys,
        )
        self.tokens = Tokens([issuer], self.store.granted, self.clock)

    def _fetch(self) -> Any:
        self.fetches += 1
        if self.failure is not None:
            raise self.failure
        return self.document

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": "sluicegate",
            "sub": "alice",
            "exp": now + 300,
            "iat": now,
            "realm_access": {"roles": ["readers", "team-a"]},
            **changed,
        }
        return {name: value for name, value in claims.items() if value is not ...}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def signed(claims: dict[str, Any], key: Any = RSA, algorithm: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": algorithm, "kid": key.kid, **header}, claims, key, algorithms=[algorithm])


def raw(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(claims)}.{signature}"


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256"), (OKP, "EdDSA")])
def test_token_is_accepted_with_grants_of_settings_and_tables(bench: Bench, key: Any, algorithm: str) -> None:
    bench.store.add_grant(f"oidc:{ISSUER}#team-a", Grant(Role.REPORTER, CLUSTER), TESTER)
    principal, end = bench.tokens.verify(signed(bench.claims(), key, algorithm))
    assert (principal.name, principal.kind) == (f"oidc:{ISSUER}#alice", CredentialKind.OIDC)
    assert principal.grants.allows(Role.READER, CLUSTER)
    assert principal.grants.allows(Role.REPORTER, CLUSTER)
    assert not principal.grants.allows(Role.WRITER, CLUSTER)
    assert end.timestamp() == bench.claims()["exp"] + 30


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example.com"},
        {"iss": ISSUER + "/"},
        {"iss": ...},
        {"iss": [ISSUER]},
        {"aud": "other"},
        {"aud": ["other", 1]},
        {"aud": ...},
        {"aud": {"sluicegate": 1}},
        {"exp": 1},
        {"exp": ...},
        {"exp": "9999999999"},
        {"exp": True},
        {"exp": 1e300},
        {"nbf": 9999999999},
        {"iat": 9999999999},
        {"nbf": "now"},
        {"sub": ...},
        {"sub": ""},
        {"sub": 1},
        {"sub": "a\nb"},
        {"sub": "a" * 1000},
    ],
)
def test_claims_that_are_wrong_are_refused(bench: Bench, changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        bench.tokens.verify(signed(bench.claims(**changed)))


def test_expiry_has_the_leeway(bench: Bench) -> None:
    token = signed(bench.claims())
    bench.clock.advance(329)
    assert bench.tokens.verify(token)
    bench.clock.advance(1)
    with pytest.raises(Unauthenticated, match="expired"):
        bench.tokens.verify(token)


PUBLIC_PEM = RSA.as_pem(private=False)


def _attacks(bench: Bench) -> Iterator[str]:
    claims = bench.claims()
    good = signed(claims)
    head, body, signature = good.split(".")
    for none in ("none", "None", "NONE", "nOnE", ""):
        yield raw({"alg": none, "kid": "rsa"}, claims)
        yield raw({"alg": none, "kid": "rsa"}, claims, signature)
    yield _hmac_signed(claims, PUBLIC_PEM)
    yield _hmac_signed(claims, PUBLIC_PEM.strip())
    yield signed(claims, STRANGER)
    yield signed(claims, STRANGER, jwk=STRANGER.as_dict(private=False))
    yield signed(claims, STRANGER, jku="https://attacker.example.com/jwks")
    yield signed(claims, STRANGER, x5u="https://attacker.example.com/cert")
    for kid in ("", "unknown", "../../etc/passwd", "rsa\x00", "' or 1=1 --", "okp", "ec"):
        yield signed(claims, STRANGER, kid=kid)
        yield signed(claims, RSA, kid=kid)
    for odd in (1, None, ["rsa"], {"kid": "rsa"}, True):
        yield raw({"alg": "RS256", "kid": odd}, claims, signature)
    yield raw({"alg": "RS256", "kid": "rsa", "crit": ["exp"]}, claims, signature)
    yield raw({"alg": "RS256", "kid": "rsa", "b64": False}, {**claims, "sub": "root"}, signature)
    yield raw({"alg": ["RS256"], "kid": "rsa"}, claims, signature)
    yield raw({"alg": "RS512", "kid": "rsa"}, claims, signature)
    yield f"{head}.{body}."
    yield f"{head}.{body}"
    yield f"{head}.{raw({}, {**claims, 'sub': 'root'}).split('.')[1]}.{signature}"
    yield f"{good}.{signature}"
    yield f"{head}.{body}.{signature[:-4]}AAAA"
    yield from (
        "..",
        "",
        "a.b.c",
        "\ud800.a.b",
        "{}.{}.{}",
        "." * 1000,
        raw({"alg": "ES256", "kid": "rsa"}, claims, signature),
    )


def _hmac_signed(claims: dict[str, Any], secret: bytes) -> str:
    unsigned = raw({"alg": "HS256", "kid": "rsa"}, claims).rstrip(".")
    mac = hmac.digest(secret, unsigned.encode(), hashlib.sha256)
    return f"{unsigned}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def test_attacks_on_the_signature_are_refused(bench: Bench) -> None:
    assert bench.tokens.verify(signed(bench.claims()))
    accepted = []
    for token in _attacks(bench):
        try:
            bench.tokens.verify(token)
        except Unauthenticated:
            continue
        accepted.append(token)
    assert not accepted


def test_key_for_another_algorithm_is_not_used(bench: Bench) -> None:
    bench.document = {"keys": [{**RSA.as_dict(private=False), "alg": "PS256"}]}
    assert bench.tokens.verify(signed(bench.claims(), RSA, "PS256"))
    with pytest.raises(Unauthenticated):
        bench.tokens.verify(signed(bench.claims(), RSA, "RS256"))


def test_symmetric_keys_of_an_issuer_are_ignored(bench: Bench) -> None:
    bench.document = {"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQ", "kid": "rsa"}]}
    with pytest.raises(Overloaded):
        bench.tokens.verify(signed(bench.claims()))


def test_rotated_key_is_fetched_once_for_many_unknown_ids(bench: Bench) -> None:
    bench.tokens.verify(signed(bench.claims()))
    fresh = RSAKey.generate_key(2048, parameters={"kid": "fresh"})
    bench.document = {"keys": [fresh.as_dict(private=False)]}
    for number in range(100):
        with pytest.raises(Unauthenticated):
            bench.tokens.verify(signed(bench.claims(), STRANGER, kid=f"unknown-{number}"))
    assert bench.fetches == 1, "the set is younger than 30 seconds"
    bench.clock.advance(30)
    assert bench.tokens.verify(signed(bench.claims(), fresh))
    for number in range(100):
        with pytest.raises(Unauthenticated):
            bench.tokens.verify(signed(bench.claims(), STRANGER, kid=f"unknown-{number}"))
    assert bench.fetches == 2
    with pytest.raises(Unauthenticated):
        bench.tokens.verify(signed(bench.claims()))  # its key is withdrawn


@pytest.mark.parametrize("document", [None, [], {}, {"keys": 1}, {"keys": []}, {"keys": [1, {}, {"kty": "RSA"}]}])
def test_last_good_set_is_kept(bench: Bench, document: Any) -> None:
    token = signed(bench.claims(exp=int(bench.clock.now().timestamp()) + 10_000))
    bench.tokens.verify(token)
    bench.document = document
    bench.clock.advance(1000)
    assert bench.tokens.verify(token)
    bench.failure = httpx.ConnectError("away")
    bench.clock.advance(1000)
    assert bench.tokens.verify(token)
    assert bench.fetches == 3


def test_issuer_that_is_away_from_the_start_is_unavailable(bench: Bench) -> None:
    bench.failure = httpx.ConnectTimeout("hangs")
    for _ in range(10):
        with pytest.raises(Overloaded):
            bench.tokens.verify(signed(bench.claims()))
    assert bench.fetches == 1


@pytest.mark.parametrize(
    ("claims", "path", "expected"),
    [
        ({"groups": ["a", "b", "a", 1, "", None]}, "groups", ("a", "b")),
        ({"groups": "a b"}, "groups", ("a b",)),
        ({"scope": "a b"}, "scope", ("a", "b")),
        ({"resource_access": {"x": {"roles": ["r"]}}}, "resource_access.x.roles", ("r",)),
        ({"https://example.com/roles": ["r"]}, "https://example.com/roles", ("r",)),
        ({"resource_access": ["x"]}, "resource_access.x.roles", ()),
        ({"groups": {"a": 1}}, "groups", ()),
        ({"groups": ["g"] * 10_000}, "groups", ("g",)),
        ({}, "groups", ()),
    ],
)
def test_values_of_a_claim(claims: dict[str, Any], path: str, expected: tuple[str, ...]) -> None:
    assert values_of(claims, path) == expected


def fetched(
    answer: Callable[[httpx.Request], httpx.Response], url: str | None = None, clock: FakeClock | None = None
) -> Any:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return Fetch(ISSUER, url, http, clock or FakeClock())()


def test_discovery_leads_to_the_keys() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/realm/.well-known/openid-configuration":
            return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": "https://issuer.example.com/keys"})
        return httpx.Response(200, json={"keys": [str(request.url)]})

    assert fetched(answer) == {"keys": ["https://issuer.example.com/keys"]}


@pytest.mark.parametrize(
    "document", [{}, [], {"issuer": "https://other"}, {"issuer": ISSUER}, {"issuer": ISSUER, "jwks_uri": 1}]
)
def test_discovery_of_another_issuer_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match="discovery"):
        fetched(lambda _: httpx.Response(200, json=document))


def test_huge_key_set_is_refused() -> None:
    with pytest.raises(ValueError, match="larger"):
        fetched(lambda _: httpx.Response(200, content=b" " * 10_000_000), "https://issuer.example.com/keys")


def test_slow_key_set_is_refused() -> None:
    clock = FakeClock()

    class Slow(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                clock.advance(1)
                yield b" "

    with pytest.raises(ValueError, match="longer"):
        fetched(lambda _: httpx.Response(200, stream=Slow()), "https://issuer.example.com/keys", clock)


def test_redirect_of_a_key_set_is_not_followed() -> None:
    with pytest.raises(ValueError, match="302"):
        fetched(
            lambda _: httpx.Response(302, headers={"Location": "https://attacker"}), "https://issuer.example.com/keys"
        )
