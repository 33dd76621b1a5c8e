"""Tokens of OIDC issuers: a signed JWT (RFC 7519) becomes a principal.

The issuer's settings decide on the algorithm and its keys. The header of a token only chooses among
them: no key, address or certificate in it is used.
"""

import binascii
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from sluicegate.registry_api.callers.issuer_keys import IssuerKeys, PublicKey
from sluicegate.registry_api.core.access.grants import Grant, Grants
from sluicegate.registry_api.core.access.principals import CredentialKind, Principal
from sluicegate.registry_api.core.access.records import OIDC
from sluicegate.registry_api.core.errors import Unauthenticated
from sluicegate.shared.clock import Clock

_MAX_VALUES: Final = 500
_MAX_CHARACTERS: Final = 256
_KINDS: Final[Mapping[str, type]] = {"RS256": RSAKey, "PS256": RSAKey, "ES256": ECKey, "EdDSA": OKPKey}
_CURVES: Final[Mapping[str, str]] = {"ES256": "P-256", "EdDSA": "Ed25519"}
_SCOPES: Final = frozenset({"scope", "scp"})

# RFC 9864 has a newer name for it, which issuers do not write yet.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

Granted = Callable[[Collection[str]], Sequence[Grant]]
"""From principals to their kept grants. May raise `StoreUnavailable`."""


@dataclass(frozen=True, slots=True)
class TrustedIssuer:
    """An issuer whose tokens are accepted. `claim`: the path of the claim whose values have grants."""

    name: str
    audiences: frozenset[str]
    algorithms: frozenset[str]
    claim: str
    leeway_seconds: float
    grants: Mapping[str, Sequence[Grant]]
    keys: IssuerKeys


class Tokens:
    """Verifies tokens. Thread-safe."""

    def __init__(self, issuers: Collection[TrustedIssuer], granted: Granted, clock: Clock) -> None:
        """Take the issuers, and the kept grants."""
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._granted = granted
        self._clock = clock

    def verify(self, text: str) -> tuple[Principal, datetime]:
        """Return the principal of a token, and the end of its validity.

        Raises `Unauthenticated`, `Overloaded`, `StoreUnavailable`.
        """
        header, claims = _parts(text)
        issuer = self._issuers.get(claims.get("iss", "")) if isinstance(claims.get("iss"), str) else None
        if issuer is None:
            raise Unauthenticated("The token is of an issuer that is not trusted here.")
        _require_signature(text, header, issuer)
        end = self._require_claims(claims, issuer)
        values = values_of(claims, issuer.claim)
        grants = [grant for value in values for grant in issuer.grants.get(value, ())]
        if values:
            grants += self._granted([f"{OIDC}{issuer.name}#{value}" for value in values])
        name = f"{OIDC}{issuer.name}#{claims['sub']}"
        return Principal(name, CredentialKind.OIDC, Grants(grants)), end

    def _require_claims(self, claims: Mapping[str, Any], issuer: TrustedIssuer) -> datetime:
        now = self._clock.now().timestamp()
        named = claims.get("aud")
        audiences = [named] if isinstance(named, str) else named
        if not isinstance(audiences, list) or not any(
            each in issuer.audiences for each in audiences if isinstance(each, str)
        ):
            raise Unauthenticated("The token is for another audience.")
        end = _seconds(claims, "exp")
        if end is None or end + issuer.leeway_seconds <= now:
            raise Unauthenticated("The token is expired, or says no time of expiry.")
        for name in ("nbf", "iat"):
            start = _seconds(claims, name)
            if start is not None and start - issuer.leeway_seconds > now:
                raise Unauthenticated("The token is not valid yet.")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _MAX_CHARACTERS or not subject.isprintable():
            raise Unauthenticated("The token names no subject.")
        return datetime.fromtimestamp(end + issuer.leeway_seconds, UTC)


def values_of(claims: Mapping[str, Any], path: str) -> tuple[str, ...]:
    """Return the values of a claim by its path: of a list, of a text, or of a text of scopes (RFC 8693, section 4.2)."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, str):
        found = found.split() if path in _SCOPES else [found]
    if not isinstance(found, list):
        return ()
    texts = [each for each in found[:_MAX_VALUES] if isinstance(each, str) and 0 < len(each) <= _MAX_CHARACTERS]
    return tuple(dict.fromkeys(each for each in texts if each.isprintable()))


def _require_signature(text: str, header: Mapping[str, Any], issuer: TrustedIssuer) -> None:
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
        raise Unauthenticated("The token is signed with an algorithm that is not accepted.")
    if "crit" in header or not (key_id is None or isinstance(key_id, str)):
        raise Unauthenticated("The header of the token is not accepted.")
    key = issuer.keys.key(key_id)
    if key is None or not _fits(key, algorithm):
        raise Unauthenticated("The token is signed with a key that its issuer does not have.")
    try:
        jws.deserialize_compact(text, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError):
        raise Unauthenticated("The signature of the token is wrong.") from None


def _fits(key: PublicKey, algorithm: str) -> bool:
    """Whether a key is of the kind that an algorithm needs, and declares no other algorithm."""
    document = key.as_dict(private=False)
    curve = _CURVES.get(algorithm)
    return (
        isinstance(key, _KINDS[algorithm])
        and document.get("alg", algorithm) in (algorithm, "Ed25519" if algorithm == "EdDSA" else algorithm)
        and (curve is None or document.get("crv") == curve)
    )


def _parts(text: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the header and the claims, before the signature is verified."""
    parts = text.split(".")
    try:
        if len(parts) != 3:
            raise ValueError
        header, claims = (orjson.loads(urlsafe_b64decode(part.encode())) for part in parts[:2])
    except (ValueError, binascii.Error):
        raise Unauthenticated("The bearer token is neither an API key nor a signed token.") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Unauthenticated("The bearer token is neither an API key nor a signed token.")
    return header, claims


def _seconds(claims: Mapping[str, Any], name: str) -> float | None:
    """Return a time in seconds; None where it is missing.

    Raises `Unauthenticated` for another type.
    """
    found = claims.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found < 2**40:
        raise Unauthenticated("The token has a time that is no number.")
    return float(found)
