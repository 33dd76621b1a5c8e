"""Credentials for a registry: a key, a file that is read again, or tokens of an identity provider.

They are httpx's `Auth`, so that a new key or token reaches the next request of an open client.
"""

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sluicegate.shared.clock import Clock

KEY: Final = "X-API-Key"
BEARER: Final = "Authorization"

_DISCOVERY: Final = "/.well-known/openid-configuration"
_EARLY_SECONDS: Final = 30.0
"""A token is replaced this long before its end, or after half of a shorter life."""
_LIFE_SECONDS: Final = 60.0
"""Lifetime of tokens whose answer does not tell it (RFC 6749, section 5.1)."""
_SHOWN: Final = 200

Shape = TypeVar("Shape", bound=BaseModel)
Send = Callable[[httpx.Request], httpx.Response]


class CredentialsMissing(httpx.TransportError):
    """There is no key or token to send: the file cannot be read, or the provider gives none."""


class Key(httpx.Auth):
    """A key that never changes."""

    def __init__(self, key: str) -> None:
        """Take the key's text."""
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the key."""
        request.headers[KEY] = self._key
        yield request


class FileCredential(httpx.Auth):
    """A key or a token in a file, which is read again when the file is another one.

    Kubernetes replaces mounted files by a link to a new folder, so time, size and inode count. The
    last text counts while the file is being replaced. Thread-safe: a late writer keeps a text that
    the next request compares again.
    """

    def __init__(self, path: Path, header: str = KEY) -> None:
        """`header`: `KEY`, or `BEARER` for a token. Nothing is read yet."""
        self._path = path
        self._header = header
        self._known: tuple[tuple[int, int, int], str] | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the text of the file. Raises `CredentialsMissing` if there never was one."""
        text = self._text()
        request.headers[self._header] = f"Bearer {text}" if self._header == BEARER else text
        yield request

    def _text(self) -> str:
        known = self._known
        try:
            status = self._path.stat()
            mark = (status.st_mtime_ns, status.st_size, status.st_ino)
            if known is not None and known[0] == mark:
                return known[1]
            text = self._path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            if known is not None:
                return known[1]
            reason = getattr(error, "strerror", None) or "it is not ASCII text"
            raise CredentialsMissing(f"The file {self._path} cannot be read: {reason}") from error
        if not text or not text.isprintable() or " " in text:  # a file that is half written is empty
            if known is not None:
                return known[1]
            raise CredentialsMissing(f"The file {self._path} must have one key or token")
        self._known = (mark, text)
        return text


@dataclass(frozen=True, slots=True)
class ProviderClient:
    """A client of an identity provider. `token_url` None: as the issuer's discovery names it."""

    issuer: str
    token_url: str | None
    client_id: str
    secret: Callable[[], str] = field(repr=False)
    """Read for each token, so that a new secret needs no restart. Raises `CredentialsMissing`."""
    scope: str | None = None
    audience: str | None = None

    @property
    def form(self) -> dict[str, str]:
        """The token request (RFC 6749, section 4.4.2)."""
        optional = {"scope": self.scope, "audience": self.audience}
        return {"grant_type": "client_credentials"} | {name: value for name, value in optional.items() if value}


class _Discovered(BaseModel):
    model_config = ConfigDict(extra="ignore")
    token_endpoint: str


class _Granted(BaseModel):
    model_config = ConfigDict(extra="ignore")
    access_token: str = Field(min_length=1)
    expires_in: float = _LIFE_SECONDS


class ClientCredentials(httpx.Auth):
    """Tokens of an identity provider by its grant `client_credentials`. Thread-safe.

    A token is kept until shortly before its end. A registry that answers 401 makes it ask for one
    other token.
    """

    def __init__(self, client: ProviderClient, send: Send, clock: Clock) -> None:
        """`send` sends requests to the provider, with a time limit."""
        self._client = client
        self._send = send
        self._clock = clock
        self._lock = threading.Lock()
        self._token: tuple[str, float] | None = None

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a token. Raises `CredentialsMissing`."""
        token = self._valid(None)
        request.headers[BEARER] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            request.headers[BEARER] = f"Bearer {self._valid(token)}"
            yield request

    def _valid(self, refused: str | None) -> str:
        with self._lock:
            if self._token is None or self._token[0] == refused or self._token[1] <= self._clock.monotonic():
                granted = self._granted()
                life = granted.expires_in - min(_EARLY_SECONDS, granted.expires_in / 2)
                self._token = granted.access_token, self._clock.monotonic() + life
            return self._token[0]

    def _granted(self) -> _Granted:
        client = self._client
        url = client.token_url or self._discovered()
        request = httpx.Request("POST", url, data=client.form, headers={"Accept": "application/json"})
        basic = httpx.BasicAuth(client.client_id, client.secret())
        return self._answered(next(basic.auth_flow(request)), _Granted)

    def _discovered(self) -> str:
        return self._answered(
            httpx.Request("GET", self._client.issuer.rstrip("/") + _DISCOVERY), _Discovered
        ).token_endpoint

    def _answered(self, request: httpx.Request, shape: type[Shape]) -> Shape:
        where = f"{request.method} {request.url.copy_with(userinfo=b'', query=None)}"
        try:
            answer = self._send(request)
        except httpx.HTTPError as error:
            raise CredentialsMissing(f"{where}: {error or type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise CredentialsMissing(f"{where} was answered with {answer.status_code}: {answer.text[:_SHOWN]}")
        try:
            return shape.model_validate_json(answer.content)
        except ValidationError as error:
            # the answer may hold a token, so that it is not shown
            raise CredentialsMissing(
                f"{where} was answered with JSON that is no {shape.__name__.strip('_')}"
            ) from error
