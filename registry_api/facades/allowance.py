"""The size of a body that a request may have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BodyAllowance:
    """The bytes of a body at most, and the levels of objects and lists in its JSON."""

    bytes: int
    depth: int
