"""JSON values as YAML 1.2, in blocks. Texts are in double quotes, as JSON writes them."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_UNPRINTABLE: Final = re.compile(
    "[^\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)
"""Characters that YAML does not take as they are (specification 1.2.2, section 5.1), and its line breaks."""
_RESERVED: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def dumped(value: Any) -> str:
    """Return a document. Takes dictionaries with text keys, lists and JSON's scalars."""
    return "\n".join(_lines(value, "")) + "\n"


def _lines(value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _member(f"{indent}{_key(str(name))}:", each, indent + "  ")
    elif isinstance(value, list | tuple) and value:
        for each in value:
            yield from _member(f"{indent}-", each, indent + "  ")
    else:
        yield f"{indent}{_scalar(value)}"


def _member(start: str, value: Any, indent: str) -> Iterator[str]:
    """Yield an entry: its value behind it, or below it where it has parts."""
    if isinstance(value, dict | list | tuple) and value:
        yield start
        yield from _lines(value, indent)
    else:
        yield f"{start} {_scalar(value)}"


def _key(name: str) -> str:
    return name if _PLAIN.fullmatch(name) and name.lower() not in _RESERVED else _scalar(name)


def _scalar(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=list)
    return _UNPRINTABLE.sub(lambda found: f"\\U{ord(found[0]):08X}", text)
