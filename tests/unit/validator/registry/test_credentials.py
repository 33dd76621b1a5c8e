"""Credentials of the worker: files are read again, tokens are kept until shortly before their end."""

import base64
import os
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from sluicegate.validator.registry.client import RegistryClient, RegistryUnavailable
from sluicegate.validator.registry.connection import RegistryAddress, connect
from sluicegate.validator.registry.credentials import BEARER, ClientCredentials, FileCredential, Key, ProviderClient
from sluicegate.validator.telemetry.metrics import Metrics
from tests.fakes.clock import FakeClock

ISSUER = "https://login.example.com/realms/main"


class Registry(httpx.BaseTransport):
    """Keeps the credentials of each request, and answers 401 to those in `refused`."""

    def __init__(self) -> None:
        self.keys: list[str | None] = []
        self.bearers: list[str | None] = []
        self.refused: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers.get("X-API-Key"))
        self.bearers.append(request.headers.get("Authorization"))
        return httpx.Response(401 if self.bearers[-1] in self.refused else 404, json={"message": "no"}, request=request)


class Provider:
    """An identity provider with numbered tokens of an hour."""

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self.clients: list[str] = []
        self.discoveries = 0
        self.status = 200

    def send(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/.well-known/openid-configuration"):
            self.discoveries += 1
            return httpx.Response(200, json={"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token"}, request=request)
        self.forms.append(parse_qs(request.content.decode()))
        self.clients.append(base64.b64decode(request.headers["Authorization"].split()[1]).decode())
        body = {"access_token": f"token-{len(self.forms)}", "expires_in": 3600, "token_type": "Bearer"}
        return httpx.Response(self.status, json=body, request=request)


@pytest.fixture
def registry() -> Registry:
    return Registry()


def asked(registry: Registry, credentials: httpx.Auth | None, url: str = "http://registry") -> RegistryClient:
    address = RegistryAddress(url, 1.0, credentials)
    return RegistryClient(connect(address, transport=registry), FakeClock(), Metrics())


def test_key_is_sent_with_each_request(registry: Registry) -> None:
    with asked(registry, Key("sg_1")) as client:
        client.probe()
        client.probe()
    assert registry.keys == ["sg_1", "sg_1"]


def test_user_name_and_password_of_the_address_are_http_basic(registry: Registry) -> None:
    with asked(registry, None, "http://token:secret@registry") as client:
        client.probe()
    assert registry.bearers == [f"Basic {base64.b64encode(b'token:secret').decode()}"]


def test_a_proxy_gets_the_password_of_the_address_beside_the_registrys_key(registry: Registry) -> None:
    with asked(registry, Key("sg_1"), "http://user:p%40ss@registry") as client:
        client.probe()
    assert registry.keys == ["sg_1"]
    assert registry.bearers == [f"Basic {base64.b64encode(b'user:p@ss').decode()}"]


@pytest.mark.parametrize(
    ("header", "sent"),
    [("X-API-Key", ["first", "other"]), (BEARER, ["Bearer first", "Bearer other"])],
)
def test_file_is_read_again_when_it_is_replaced(
    registry: Registry, tmp_path: Path, header: str, sent: list[str]
) -> None:
    file, other = tmp_path / "key", tmp_path / "new"
    file.write_text("first\n")
    with asked(registry, FileCredential(file, header)) as client:
        client.probe()
        other.write_text("other\n")  # as long as the first: only the inode differs for sure
        os.utime(other, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
        other.replace(file)
        client.probe()
    assert (registry.bearers if header == BEARER else registry.keys) == sent


@pytest.mark.parametrize("left", [None, "", "half of\n"])
def test_last_text_counts_while_a_file_is_being_replaced(registry: Registry, tmp_path: Path, left: str | None) -> None:
    file = tmp_path / "key"
    file.write_text("first")
    with asked(registry, FileCredential(file)) as client:
        client.probe()
        file.unlink() if left is None else file.write_text(left)
        client.probe()
        file.write_text("second")
        client.probe()
    assert registry.keys == ["first", "first", "second"]


@pytest.mark.parametrize("content", [None, b"", b"two words", b"\xff\xfe"])
def test_file_without_a_key_is_no_fault_of_a_schema(registry: Registry, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with asked(registry, FileCredential(file)) as client, pytest.raises(RegistryUnavailable) as raised:
        client.probe()
    assert str(file) in str(raised.value)
    assert not raised.value.reached
    assert registry.keys == []


def provided(provider: Provider, clock: FakeClock, token_url: str | None = None) -> ClientCredentials:
    client = ProviderClient(ISSUER, token_url, "validator", lambda: "s3cret", "registry", "sluicegate")
    return ClientCredentials(client, provider.send, clock)


def test_token_is_kept_until_shortly_before_its_end(registry: Registry) -> None:
    provider, clock = Provider(), FakeClock()
    with asked(registry, provided(provider, clock)) as client:
        for seconds in (0, 3_500, 80):
            clock.advance(seconds)
            client.probe()
    assert registry.bearers == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]
    assert provider.forms[0] == {
        "grant_type": ["client_credentials"],
        "scope": ["registry"],
        "audience": ["sluicegate"],
    }
    assert provider.clients == ["validator:s3cret"] * 2


def test_refused_token_is_replaced_once(registry: Registry) -> None:
    provider, registry.refused = Provider(), {"Bearer token-1"}
    with asked(registry, provided(provider, FakeClock())) as client:
        client.probe()
        registry.refused = {"Bearer token-2", "Bearer token-3"}
        with pytest.raises(RegistryUnavailable) as raised:
            client.probe()
    assert raised.value.status == 401
    assert registry.bearers == ["Bearer token-1", "Bearer token-2", "Bearer token-2", "Bearer token-3"]


def test_token_endpoint_needs_no_discovery(registry: Registry) -> None:
    provider = Provider()
    with asked(registry, provided(provider, FakeClock(), "https://login.example.com/token")) as client:
        client.probe()
    assert provider.discoveries == 0
    assert registry.bearers == ["Bearer token-1"]


def test_provider_that_refuses_is_named_and_its_secret_is_not(registry: Registry) -> None:
    provider = Provider()
    provider.status = 401
    with asked(registry, provided(provider, FakeClock())) as client, pytest.raises(RegistryUnavailable) as raised:
        client.probe()
    assert f"POST {ISSUER}/token was answered with 401" in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert not raised.value.reached
