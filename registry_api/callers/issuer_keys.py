"""The keys of an issuer (RFC 7517): fetched by age and for unknown key ids, within limits; the last good set is kept."""

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from sluicegate.registry_api.core.errors import Overloaded
from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger

PublicKey = RSAKey | ECKey | OKPKey

_UNKNOWN_SECONDS: Final = 30.0
_FETCH_SECONDS: Final = 5.0
_MAX_BYTES: Final = 256 * 1024
_MAX_KEYS: Final = 100
_KINDS: Final = ("RSA", "EC", "OKP")
_WELL_KNOWN: Final = "/.well-known/openid-configuration"


class IssuerKeys:
    """The keys of one issuer.

    Thread-safe. One thread fetches; meanwhile the others use the last good set.
    """

    def __init__(self, fetch: Callable[[], Any], clock: Clock, refresh_seconds: float) -> None:
        """Take the way to fetch a key set, which may raise anything that `Fetch` raises."""
        self._fetch = fetch
        self._clock = clock
        self._refresh_seconds = refresh_seconds
        self._lock = threading.Lock()
        self._keys: Mapping[str | None, PublicKey] = MappingProxyType({})
        self._tried: float | None = None
        self._fetched: float | None = None

    def key(self, key_id: str | None) -> PublicKey | None:
        """Return a key by its id; None for a token without an id: the only key.

        Raises `Overloaded` before the first good set.
        """
        if self._due(key_id):
            self._refresh()
        if self._fetched is None:
            raise Overloaded("The keys of the token's issuer cannot be fetched. Try again.")
        if key_id is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id)

    def _due(self, key_id: str | None) -> bool:
        now = self._clock.monotonic()
        if self._tried is None:
            return True
        aged = self._fetched is None or now - self._fetched >= self._refresh_seconds
        unknown = key_id is not None and key_id not in self._keys
        return (aged or unknown) and now - self._tried >= _UNKNOWN_SECONDS

    def _refresh(self) -> None:
        first = self._fetched is None and self._tried is None
        if not self._lock.acquire(blocking=first, timeout=_FETCH_SECONDS * 2 if first else -1):
            return
        try:
            if first and self._tried is not None:  # another thread has fetched meanwhile
                return
            self._tried = self._clock.monotonic()
            found = key_set(self._fetch())
            if found:
                self._keys, self._fetched = found, self._clock.monotonic()
            else:
                logger().warning("issuer has no usable keys")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
            logger().warning("keys of an issuer cannot be fetched", reason=str(error)[:200] or type(error).__name__)
        finally:
            self._lock.release()


class Fetch:
    """Fetches the key set of an issuer over HTTP: within seconds, within bytes, and without redirects."""

    def __init__(self, issuer: str, jwks_url: str | None, http: httpx.Client, clock: Clock) -> None:
        """Take the issuer, and the address of its keys where it is known."""
        self._issuer = issuer
        self._url = jwks_url
        self._http = http
        self._clock = clock

    def __call__(self) -> Any:
        """Return the JSON of the key set. Raises `ValueError` and httpx's errors."""
        if self._url is None:
            document = self._read(self._issuer.rstrip("/") + _WELL_KNOWN)
            if not isinstance(document, dict) or document.get("issuer") != self._issuer:
                raise ValueError("the discovery document is another issuer's")
            url = document.get("jwks_uri")
            if not isinstance(url, str):
                raise ValueError("the discovery document names no jwks_uri")
            self._url = url
        return self._read(self._url)

    def _read(self, url: str) -> Any:
        until = self._clock.monotonic() + _FETCH_SECONDS
        body = b""
        with self._http.stream("GET", url, timeout=_FETCH_SECONDS, follow_redirects=False) as response:
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"the answer has the status {response.status_code}")
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise ValueError(f"the answer is larger than {_MAX_BYTES} bytes")
                if self._clock.monotonic() > until:
                    raise ValueError(f"the answer takes longer than {_FETCH_SECONDS:g} seconds")
        return orjson.loads(body)


def key_set(document: Any) -> Mapping[str | None, PublicKey]:
    """Return the public keys for signatures in a key set, by id.

    Keys of other kinds are left out, symmetric ones among them.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("the answer is no key set")
    found: dict[str | None, PublicKey] = {}
    for each in listed[:_MAX_KEYS]:
        key = _public(each)
        if key is not None:
            found[each.get("kid") if isinstance(each.get("kid"), str) else None] = key
    return MappingProxyType(found)


def _public(document: Any) -> PublicKey | None:
    if not isinstance(document, dict) or document.get("use", "sig") != "sig" or document.get("kty") not in _KINDS:
        return None
    try:
        key = import_key(document)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None
