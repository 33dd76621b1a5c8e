"""The place of access control: every facade, and the fast path before them, asks here first."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sluicegate.shared.model import SchemaId


class Role(StrEnum):
    """What may be done with a resource. Manager implies writer implies reader."""

    READER = "reader"
    WRITER = "writer"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is known, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request brought to say who it comes from, as it was sent; None where it brought nothing."""

    authorization: str | None = None
    api_key: str | None = None


class Access(Protocol):
    """Decides who may do what. Called on every request, so it must be quick; thread-safe."""

    def authorize(self, credentials: Credentials, role: Role, schema_id: SchemaId | None) -> Principal:
        """Who it is, when they hold the role on the schema (None: on the cluster). Raises `Unauthenticated` or `Forbidden`."""
        ...


ANYBODY = Principal("anonymous")


class OpenAccess:
    """Everybody may do everything: for loopback, quickstart and tests."""

    def authorize(self, credentials: Credentials, role: Role, schema_id: SchemaId | None) -> Principal:
        """Always the same nameless principal."""
        return ANYBODY
