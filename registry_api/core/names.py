"""The names of subjects, and the contexts that they live in."""

from dataclasses import dataclass
from typing import Final

DEFAULT_CONTEXT: Final = "."
GLOBAL_CONTEXT: Final = ".__GLOBAL"
"""Where settings stand that hold for all contexts; no subject lives there."""

WILDCARD: Final = "*"
"""In a prefix: every context."""

MAX_NAME_BYTES: Final = 1024
"""UTF-8 bytes of a context, and of a subject's name. Both are in one index, whose rows have at most
2,700 bytes.
"""

_CONTEXTS: Final = (":.", f":{WILDCARD}:")
"""Prefixes of contexts before a subject.

The name of a native schema may have one, too: `:.c:x` is then `:.::.c:x`.
"""

_RESERVED: Final = frozenset({"__GLOBAL", "__EMPTY"})


@dataclass(frozen=True, slots=True, order=True)
class SubjectName:
    """A subject in a context, or, with an empty name, the context itself as a scope of settings."""

    context: str
    name: str

    @classmethod
    def parse(cls, qualified: str) -> "SubjectName":
        """Parse `name`, `:.context:name`, `:.context:`, `:.context` or `:*:name`.

        `usable` checks whether it is permitted.
        """
        if qualified.startswith(f":{WILDCARD}:"):
            return cls(WILDCARD, qualified[3:])
        if not qualified.startswith(":."):
            return cls(DEFAULT_CONTEXT, qualified)
        context, _, name = qualified[1:].partition(":")
        return cls(context, name)

    @property
    def qualified(self) -> str:
        """How it is written: subjects of the default context by their names alone, unless that would name another context."""
        return f"{self.prefix}{self.name}"

    @property
    def prefix(self) -> str:
        """Return the part before the name."""
        plain = self.context == DEFAULT_CONTEXT and not self.name.startswith(_CONTEXTS)
        return "" if plain else f":{self.context}:"

    @property
    def scope(self) -> "SubjectName":
        """Its context, as a scope of settings."""
        return SubjectName(self.context, "")

    @property
    def reserved(self) -> bool:
        """Whether the name means all subjects or none, so that no subject has it."""
        return self.name in _RESERVED

    @property
    def usable(self) -> bool:
        """Whether a schema may be registered under it."""
        return self.usable_as_scope and self.context != GLOBAL_CONTEXT

    @property
    def usable_as_scope(self) -> bool:
        """Whether settings may be kept for it."""
        if self.reserved or any(_is_control(letter) for letter in self.context + self.name):
            return False
        return all(len(part.encode()) <= MAX_NAME_BYTES for part in (self.context, self.name))

    def seen_from(self, context: str) -> str:
        """How a schema of a context writes it: `referred` reads that back."""
        plain = self.context == context and not self.name.startswith(_CONTEXTS)
        return self.name if plain else self.qualified

    def referred(self, subject: str) -> "SubjectName":
        """The subject that a schema of this one refers to: of the same context, unless it names another."""
        found = SubjectName.parse(subject)
        return SubjectName(self.context, found.name) if found.context == DEFAULT_CONTEXT else found

    def __str__(self) -> str:
        """As it is written."""
        return self.qualified


DEFAULT_SCOPE: Final = SubjectName(DEFAULT_CONTEXT, "")
"""The settings of the default context, which every `/config` and `/mode` without a subject means."""

GLOBAL_SCOPE: Final = SubjectName(GLOBAL_CONTEXT, "")
"""The settings that hold where neither a subject nor its context has any."""


def _is_control(letter: str) -> bool:
    """Control characters, and halves of surrogate pairs, which are no characters at all."""
    return letter < " " or "\x7f" <= letter <= "\x9f" or "\ud800" <= letter <= "\udfff"
