"""Addresses as people see them: without credentials.

Log lines, error messages, reports and pages name addresses. An address may contain a password
(`https://user:password@host`) or a key in its query (`?api-key=...`), so every program shows
addresses and texts of libraries through these functions.
"""

import re
from typing import Annotated, Final

from pydantic import AnyHttpUrl, PlainSerializer

HIDDEN: Final = "**********"
"""Replacement of a secret in printed texts."""

_SECRET_NAMES: Final = (
    "password", "passwd", "passphrase", "pwd", "secret", "client_secret", "token", "access_token",
    "api_key", "api-key", "apikey", "sharedaccesskey", "sharedaccesssignature", "sig", "signature",
)  # fmt: skip

_USER_INFO: Final = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*://)[^\s\"'<>]*@")
# Up to the last `@`: a password may contain `/` and `@` although it should be percent-encoded.
_ABSOLUTE_QUERY: Final = re.compile(r"(?P<address>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s?#\"'<>]*)[?#][^\s\"'<>)]*")
_ANY_QUERY: Final = re.compile(r"(?<=\S)\?[^\s\"'<>)=]+=[^\s\"'<>)]*")
_PARAMETER: Final = re.compile(rf"(?<![a-z])(?P<name>{'|'.join(_SECRET_NAMES)})=(?:'[^']*'|[^;&\s\"']+)", re.IGNORECASE)


def without_credentials(text: str) -> str:
    """Return a text without user information, queries of addresses, and secret parameters.

    Parameters are those of connection strings (`SharedAccessKey=...;`, `password=...`).
    """
    if "://" in text:
        text = _ABSOLUTE_QUERY.sub(r"\g<address>", _USER_INFO.sub(r"\g<scheme>", text))
    if "=" in text:
        text = _PARAMETER.sub(rf"\g<name>={HIDDEN}", text)
    return text


def without_queries(text: str) -> str:
    """Return a library's text without credentials, and without queries of relative addresses."""
    return _ANY_QUERY.sub("", without_credentials(text))


def _shown(url: AnyHttpUrl) -> str:
    return without_credentials(str(url))


Address = Annotated[AnyHttpUrl, PlainSerializer(_shown, when_used="json")]
"""An HTTP address in settings, which is printed without credentials."""
