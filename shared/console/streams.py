"""The standard streams. Each is None when the program was started without it."""

import sys
from typing import Literal, TextIO


def stream(name: Literal["stdin", "stdout", "stderr"]) -> TextIO | None:
    """Return one of them in its present state."""
    found: TextIO | None = getattr(sys, name)
    return found


def is_terminal(name: Literal["stdin", "stdout", "stderr"]) -> bool:
    """Whether a person is at its other end."""
    found = stream(name)
    return found is not None and found.isatty()
