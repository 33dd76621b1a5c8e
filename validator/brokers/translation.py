"""Conversion of messages for brokers whose keys and attributes are text.

The rules are in docs/reference/brokers/conversion.md. A `Message` has bytes, as in Kafka. Pub/Sub
and Service Bus have text, and limits. A message that is converted there and back is unchanged,
within those limits.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sluicegate.validator.model import Headers
from sluicegate.validator.pipeline.deadletter import ADDED, NAMING, cut

KEY = "messageKey"
"""The attribute that holds a key which the broker's own field for it cannot hold. A long key goes
on in `messageKey2` and so on.
"""
RENAMED = "renamedAttributes"
"""The attribute that lists renamed attributes, as JSON; spread in the same way."""
_OTHER_NAME = "x-"
_OURS = re.compile(rf"({KEY}|{RENAMED})\d*")
_BINARY = "data:application/octet-stream;base64,"
"""Bytes that are no text become a data URL (RFC 2397): it is self-describing and reversible."""
_DIGEST = "sha256:"
_KEPT_FIRST = {name: place for place, name in enumerate((*ADDED, *NAMING, KEY))}
"""Attributes that are kept when not all can be, the most important first: why it is a dead letter,
its schema, its key.
"""


@dataclass(frozen=True, slots=True)
class TextLimits:
    """Limits of a broker.

    Number of attributes of a message; bytes of a name, of a value, of all of them, and of a key.
    `reserved`: prefixes of names that the broker reserves; such a broker also forbids an empty
    name.
    """

    broker: str
    count: int
    name: int
    value: int
    total: int
    key: int
    reserved: str | None = None


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
    """Return a key for the broker's own field, never empty: equal keys have equal texts.

    It is a digest if the key is longer than `limit`; `attributes_of` then carries the key itself.
    """
    text = _exact(key)
    return text if len(text.encode()) <= limit else _DIGEST + hashlib.sha256(key).hexdigest()


def key_and_headers(text: str, attributes: Mapping[str, str], limit: int) -> tuple[bytes | None, Headers]:
    """Return the arguments of `key_text` and `attributes_of`: the key and the headers.

    Attributes that were added for the key are removed first: the message may have used the same
    names.
    """
    if not text:
        return None, headers_of(attributes)
    if text == _BINARY:
        return b"", headers_of(attributes)
    if text.startswith(_DIGEST) and (names := _series(KEY, attributes)):
        key = as_bytes("".join(attributes[name] for name in names))
        if key_text(key, limit) == text:
            return key, headers_of({name: value for name, value in attributes.items() if name not in names})
    return as_bytes(text), headers_of(attributes)


def attributes_of(headers: Headers, key: bytes | None, limits: TextLimits, *, key_field: bool = True) -> dict[str, str]:
    """Headers as attributes: of those with one name, the last.

    A key that its own field cannot hold is among them.

    Without `key_field`, the broker has no field for keys.
    """
    attributes = {name: as_text(value) for name, value in headers}
    exact = "" if key is None else _exact(key)
    carried = (
        spread(KEY, exact, limits.value) if exact and not (key_field and len(exact.encode()) <= limits.key) else {}
    )
    reserved = limits.reserved
    if carried or RENAMED in attributes or (reserved and any(not n or n.startswith(reserved) for n in attributes)):
        attributes = _renamed(attributes, carried, limits)
    return attributes | carried


def headers_of(attributes: Mapping[str, str]) -> Headers:
    """Attributes as headers, with the names that they had."""
    named = _original_names(attributes) if RENAMED in attributes else attributes
    return [(name, as_bytes(value)) for name, value in named.items()]


def spread(name: str, text: str, limit: int) -> dict[str, str]:
    """Return a text in as many attributes as necessary: `name`, `name2` and so on.

    No character is split.
    """
    parts = dict[str, str]()
    rest = text.encode()
    while rest or not parts:
        part = rest if len(rest) <= limit else rest[:limit].decode(errors="ignore").encode()
        parts[name if not parts else f"{name}{len(parts) + 1}"] = part.decode()
        rest = rest[len(part) :]
    return parts


def excess(attributes: Mapping[str, str], limits: TextLimits) -> str | None:
    """Describe the attributes that the broker would refuse; None if it accepts all."""
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

    Values are cut, no character in half; attributes that then do not fit are left out, the least
    important first.
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


def _series(name: str, attributes: Mapping[str, str]) -> list[str]:
    """The attributes over which `spread` has spread a text."""
    names = [name] if name in attributes else []
    while names and (following := f"{name}{len(names) + 1}") in attributes:
        names.append(following)
    return names


def _renamed(attributes: Mapping[str, str], carried: Mapping[str, str], limits: TextLimits) -> dict[str, str]:
    """Rename attributes with names that the broker reserves or that are added, and list them."""
    found, others = dict[str, str](), list[str]()
    for name, value in attributes.items():
        other = name
        if _taken(name, carried, limits):
            other = _OTHER_NAME + name
            while other in attributes or other in found:
                other = _OTHER_NAME + other
            others.append(other)
        found[other] = value
    return found | (spread(RENAMED, json.dumps(others), limits.value) if others else {})


def _taken(name: str, carried: Mapping[str, str], limits: TextLimits) -> bool:
    if limits.reserved and (not name or name.startswith(limits.reserved)):
        return True
    return _OURS.fullmatch(name) is not None and (name.startswith(RENAMED) or bool(carried))


def _original_names(attributes: Mapping[str, str]) -> Mapping[str, str]:
    """Undo `_renamed`.

    A foreign list stays, and so does a name whose original exists.
    """
    names = _series(RENAMED, attributes)
    try:
        listed = json.loads("".join(attributes[name] for name in names))
    except ValueError:
        return attributes
    others = {name: value for name, value in attributes.items() if name not in names}
    if not isinstance(listed, list) or not all(isinstance(each, str) and each in others for each in listed):
        return attributes
    originals = {each: _without_prefix(each) for each in listed}
    taken = {original for original in originals.values() if original in others}
    if len(set(originals.values())) < len(originals) or any(not _OURS.fullmatch(name) for name in taken):
        return attributes
    restored = {other: original for other, original in originals.items() if original not in taken}
    return {restored.get(name, name): value for name, value in others.items()}


def _without_prefix(name: str) -> str:
    while name.startswith(_OTHER_NAME):
        name = name.removeprefix(_OTHER_NAME)
    return name


def _by_weight(attributes: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return iter(sorted(attributes, key=lambda each: _weight(each[0])))


def _weight(name: str) -> int:
    if _OURS.fullmatch(name):
        return _KEPT_FIRST[KEY]
    return _KEPT_FIRST.get(name, len(_KEPT_FIRST))


def _exact(key: bytes) -> str:
    return as_text(key) or _data_url(key)


def _data_url(value: bytes) -> str:
    return _BINARY + base64.b64encode(value).decode()
