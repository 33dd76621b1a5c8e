"""The credentials of a request, as they were sent."""

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from sluicegate.registry_api.core.access.identity import Header
from sluicegate.registry_api.core.errors import Unauthenticated
from sluicegate.shared.key_text import resembles

_USER: Final = "token"
_MAX_CHARACTERS: Final = 16 * 1024

MISSING: Final = "Send an API key: HTTP Basic with the user `token` and the key as password, `X-API-Key`, or `Authorization: Bearer`."


@dataclass(frozen=True, slots=True)
class Presented:
    """An API key, or the token of an issuer."""

    text: str
    is_key: bool

    def __repr__(self) -> str:
        """Hide the text, which is a secret."""
        return f"Presented(is_key={self.is_key})"


def presented(header: Header) -> Presented | None:
    """Return the credentials; None where there are none. `Authorization` wins over `X-API-Key`.

    Raises `Unauthenticated` when they are not readable.
    """
    authorization, api_key = header("authorization"), header("x-api-key")
    if authorization is None:
        return None if api_key is None else Presented(api_key.strip(), is_key=True)
    if len(authorization) > _MAX_CHARACTERS:
        raise Unauthenticated("The Authorization header is too long.")
    scheme, _, rest = authorization.partition(" ")
    match scheme.lower():
        case "basic":
            return Presented(_password(rest.strip()), is_key=True)
        case "bearer":
            return Presented(rest.strip(), resembles(rest.strip()))
        case _:
            raise Unauthenticated(f"The scheme of the Authorization header is not known. {MISSING}")


def _password(encoded: str) -> str:
    """Return the password of HTTP Basic (RFC 7617)."""
    try:
        user, colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthenticated("The Authorization header is not valid HTTP Basic.") from None
    if not colon or user != _USER:
        raise Unauthenticated("HTTP Basic takes the user `token`, and an API key as password.")
    return password
