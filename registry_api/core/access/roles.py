"""The roles that a grant gives."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Role(StrEnum):
    """A set of permissions on a resource.

    Manager implies writer, and writer implies reader; reporter is apart.
    """

    READER = "reader"
    WRITER = "writer"
    MANAGER = "manager"
    REPORTER = "reporter"
    """A validator may report its observations."""

    def implies(self, other: "Role") -> bool:
        """Whether the role has all permissions of another one."""
        return other in IMPLIED[self]


IMPLIED: Final[Mapping[Role, frozenset[Role]]] = MappingProxyType(
    {
        Role.READER: frozenset({Role.READER}),
        Role.WRITER: frozenset({Role.READER, Role.WRITER}),
        Role.MANAGER: frozenset({Role.READER, Role.WRITER, Role.MANAGER}),
        Role.REPORTER: frozenset({Role.REPORTER}),
    }
)
"""Role -> the roles that it implies, itself included."""
