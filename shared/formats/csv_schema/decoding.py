"""Percent-decoding, for `uriDecode`."""

from typing import Final
from urllib.parse import unquote_plus

CHARSETS: Final = ("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "utf-16be", "utf-16le")
"""Character sets that `uriDecode` may name, in any case."""


NO_TEXT: Final = "\0"
"""A text that no cell has."""


def uri_decoded(text: str, charset: str = "utf-8") -> str:
    """Decode percent-encoding; `+` is a space.

    Invalid escapes stay; bytes that are no character become U+FFFD. With an unknown character set
    the result is `NO_TEXT`: its name may come from a cell.
    """
    return unquote_plus(text, charset, "replace") if charset.lower() in CHARSETS else NO_TEXT


def without_extension(name: str) -> str:
    """Return a file name without its last dot and the rest. Dots of folders do not count."""
    dot = name.rfind(".")
    return name if dot <= max(name.rfind("/"), name.rfind("\\")) else name[:dot]
