"""Identified callers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sluicegate.registry_api.core.access.grants import ALL_GRANTED, Grants


class CredentialKind(StrEnum):
    """The way in which a caller was identified."""

    KEY = "key"
    OIDC = "oidc"
    PROXY = "proxy"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Principal:
    """An identified caller with its grants.

    `name` is `key:<id>`, `oidc:<issuer>#<claim value>`, `proxy:<name>` or `anonymous`. `key_id` is
    that of an API key.
    """

    name: str
    kind: CredentialKind
    grants: Grants
    key_id: str | None = None


ANONYMOUS: Final = Principal("anonymous", CredentialKind.NONE, ALL_GRANTED)
"""Every caller of an open registry."""
