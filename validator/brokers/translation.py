"""Messages on brokers whose keys and attributes are text, with one value for each name: the rules of docs/brokers/conversion.md.

A `Message` has what Kafka has: bytes. Pub/Sub and Service Bus have text, and limits. What goes to them and comes back is what it was, as
far as they can hold it.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from validator.model import Headers
from validator.pipeline.deadletter import ADDED, NAMING, cut

KEY = "messageKey"
"""The attribute that holds a key which the broker's own field for it cannot hold."""
_BINARY = "data:application/octet-stream;base64,"
"""Bytes that are no text are written as a data URL (RFC 2397): it says itself what it is, and can be read back."""
_DIGEST = "sha256:"
_KEPT_FIRST = {name: place for place, name in enumerate((*ADDED, *NAMING, KEY))}
"""Attributes that are kept when not all can be, the most important first: why it is a dead letter, its schema, its key."""


@dataclass(frozen=True, slots=True)
class TextLimits:
    """What a broker allows: attributes on a message; bytes of a name, of a value, of all of them together, and of a key."""

    broker: str
    count: int
    name: int
    value: int
    total: int
    key: int


def as_text(value: bytes | None) -> str:
    """The text that bytes are, or one that says them. Null is empty."""
    if not value:
        return ""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return _data_url(value)
    return _data_url(value) if text.startswith(_BINARY) and as_bytes(text) != value else text


def as_bytes(text: str) -> bytes:
    """The bytes that `as_text` was given."""
    if text.startswith(_BINARY):
        try:
            value = base64.b64decode(text[len(_BINARY) :], validate=True)
        except (binascii.Error, ValueError):
            return text.encode()
        if as_text(value) == text:
            return value
    return text.encode()


def key_text(key: bytes, limit: int) -> str:
    """A key for the broker's own field, never empty: equal keys have equal texts, and so keep their order.

    A digest where the key is longer than `limit`; `attributes_of` then carries the key itself.
    """
    text = _exact(key)
    return text if len(text.encode()) <= limit else _DIGEST + hashlib.sha256(key).hexdigest()


def key_bytes(text: str, headers: Headers, limit: int) -> tuple[bytes | None, Headers]:
    """The key that `key_text` was given, and the headers without what was added for it."""
    if not text:
        return None, headers
    if text == _BINARY:
        return b"", headers
    if text.startswith(_DIGEST):
        for header in headers:
            name, value = header
            if name == KEY and value is not None and key_text(value, limit) == text:
                return value, [each for each in headers if each is not header]
    return as_bytes(text), headers


def attributes_of(headers: Headers, key: bytes | None, limit: int) -> dict[str, str]:
    """Headers as attributes: of those with one name, the last. A key that its own field, of `limit` bytes, cannot hold is among them."""
    attributes = {name: as_text(value) for name, value in headers}
    if key is not None and len(_exact(key).encode()) > limit:
        attributes[KEY] = _exact(key)
    return attributes


def headers_of(attributes: Mapping[str, str]) -> Headers:
    """Attributes as headers."""
    return [(name, as_bytes(value)) for name, value in attributes.items()]


def excess(attributes: Mapping[str, str], limits: TextLimits) -> str | None:
    """What of the attributes the broker would not take, in words; None when it takes all of them."""
    if len(attributes) > limits.count:
        return f"it has {len(attributes)} attributes, where {limits.broker} allows {limits.count}"
    total = 0
    for name, value in attributes.items():
        name_size, value_size = len(name.encode()), len(value.encode())
        total += name_size + value_size
        if name_size > limits.name:
            return f"the attribute {name[:60]!r}... has a name of {name_size} bytes, where {limits.broker} allows {limits.name}"
        if value_size > limits.value:
            return f"the attribute {name!r} has {value_size} bytes, where {limits.broker} allows {limits.value}"
    if total > limits.total:
        return f"its attributes have {total} bytes, where {limits.broker} allows {limits.total}"
    return None


def fitted(attributes: Mapping[str, str], limits: TextLimits) -> dict[str, str]:
    """Return as much of the attributes as the broker takes, for dead letters.

    Values are cut, no character in half; attributes that then do not fit are left out, the least important first.
    """
    left, kept = limits.total, dict[str, str]()
    for name, value in _by_weight(attributes.items()):
        shorter = cut(value, limits.value).decode()
        size = len(name.encode())
        if len(kept) == limits.count or size > limits.name or size + len(shorter.encode()) > left:
            continue
        kept[name] = shorter
        left -= size + len(shorter.encode())
    return kept


def _by_weight(attributes: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return iter(sorted(attributes, key=lambda each: _KEPT_FIRST.get(each[0], len(_KEPT_FIRST))))


def _exact(key: bytes) -> str:
    return as_text(key) or _data_url(key)


def _data_url(value: bytes) -> str:
    return _BINARY + base64.b64encode(value).decode()
