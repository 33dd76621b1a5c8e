"""Values as .proto texts write them."""

import math
import re
from typing import Final

_CONTROL: Final = re.compile(r'[\x00-\x1f\x7f"\\]')


def quoted(text: str) -> str:
    """A string literal."""
    return f'"{_CONTROL.sub(_escaped, text)}"'


def quoted_bytes(data: bytes) -> str:
    """Return a string literal of bytes, with octal escapes for non-ASCII bytes."""
    return '"' + "".join(_escape(chr(byte)) if byte < 0x7F else f"\\{byte:03o}" for byte in data) + '"'


def real(value: float) -> str:
    """A number literal of a float or double."""
    if math.isnan(value):
        return "nan"
    return repr(value) if math.isfinite(value) else "inf" if value > 0 else "-inf"


def json_name(field_name: str) -> str:
    """The JSON name that protoc gives to a field: the next letter after an underscore is a capital."""
    head, *rest = field_name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _escaped(found: re.Match[str]) -> str:
    return _escape(found[0])


def _escape(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if " " <= character <= "~" else f"\\{ord(character):03o}"
