"""Names of Avro types: a simple name in a namespace (Avro specification, "Names")."""

import re
from dataclasses import dataclass

_STRICT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class FullName:
    """A simple name and its namespace; `space` is "" for the null namespace."""

    space: str
    simple: str

    @property
    def full(self) -> str:
        """The name that is unique in a schema: `org.example.Order`."""
        return f"{self.space}.{self.simple}" if self.space else self.simple

    def within(self, space: str) -> str:
        """Return a spelling that `resolve` reads as this name inside any namespace.

        A leading dot means "in no namespace".
        """
        return f".{self.simple}" if space and not self.space else self.full


def resolve(text: str, space: str) -> FullName:
    """The name that a text means inside a namespace: a text with a dot brings its own."""
    own, dot, simple = text.rpartition(".")
    return FullName(own if dot else space, simple)


def is_strict(text: str) -> bool:
    """Return whether a text is a name by the specification.

    Letters, digits and underscores of ASCII, no digit first.
    """
    return _STRICT.fullmatch(text) is not None
