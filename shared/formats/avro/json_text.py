"""JSON values -> text of Java's Jackson: no whitespace, Java's numbers, minimal escapes."""

import re
from decimal import Decimal

from sluicegate.shared.formats.avro.model import Json

_SPECIAL = re.compile(r'[\x00-\x1f"\\]')
_ESCAPES = {chr(code): f"\\u{code:04X}" for code in range(32)} | {
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
    '"': '\\"',
    "\\": "\\\\",
}


def dumps(value: Json) -> str:
    """The text of a value. Keys keep their order."""
    match value:
        case str():
            return _string(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _double(value)
        case list():
            return "[" + ",".join(map(dumps, value)) + "]"
        case dict():
            texts = map(dumps, value.values())  # one call a level: a generator would be another
            return "{" + ",".join(map("{}:{}".format, map(_string, value), texts)) + "}"


def _string(text: str) -> str:
    return '"' + _SPECIAL.sub(lambda found: _ESCAPES[found[0]], text) + '"'


def _double(value: float) -> str:
    """Format as `Double.toString`: plain from 0.001 to 10 million, otherwise with an exponent."""
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else text + ".0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    # JSON has neither NaN nor infinities, and the reader refuses them
    assert isinstance(exponent, int)
    fraction = "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{digits[0]}.{fraction}E{exponent + len(digits) - 1}"
