"""Messages of every kind, poison among them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.faults.account import VALID, Sent
from tests.hostile.checks import compact, doubling, nested

PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}}
SLOW = {"type": "object", "properties": {"name": {"type": "string", "pattern": "^(a+)+$"}}}
KEYS = 37
ENVELOPE = "envelope-"
"""Before the number in the key of a message that arrives as an envelope, without its own
attributes.
"""
MAX_TOPIC_BYTES = 40_000
"""Limit of a message where some are too large. No message of `messages` exceeds it."""
_LEVELS = 17


@dataclass(frozen=True, slots=True)
class Schemas:
    """Ids in the registry.

    `broken` does not compile; `slow` has a pattern that backtracks where patterns may; `long`
    doubles its work at each level of a payload.
    """

    person: int
    broken: int
    slow: int
    long: int


def register(add: Callable[[str], int]) -> Schemas:
    """The schemas of the traffic."""
    person, slow, broken = (add(text) for text in (json.dumps(PERSON), json.dumps(SLOW), '{"type": "nonsense"}'))
    return Schemas(person, broken, slow, add(doubling(_LEVELS)))


def messages(schemas: Schemas, count: int, first: int = 0, slow_every: int = 0) -> Iterator[Sent]:
    """So many, numbered from `first` on.

    One in `slow_every` is valid, and takes some 50 ms in a checking process.
    """
    for number in range(first, first + count):
        payload, schema, fate = _kind(number, schemas)
        if slow_every and number % slow_every == 0:
            payload, schema, fate = compact(nested(_LEVELS)), schemas.long, VALID
        named = (("schemaId", b"%d" % schema), ("versionId", b"1"), ("format", b"json"))
        yield Sent(number, f"key-{number % KEYS}", payload, (("id", b"%d" % number), *named), fate)


def awkward(schemas: Schemas, count: int, every: int) -> Iterator[Sent]:
    """Yield `messages`; one in `every` is refused, too large for both topics, or crashes a checker."""
    for each in messages(schemas, count):
        if each.number % every:
            yield each
            continue
        named = (("id", b"%d" % each.number), ("schemaId", b"%d" % schemas.person), ("versionId", b"1"))
        plain = replace(each, attributes=named, payload=b'{"name": "n", "age": 30}')
        match each.number // every % 3:
            case 0:
                yield replace(plain, timestamp=1, fate="refused_by_destination")
            case 1:
                payload = b'{"name": "' + b"n" * 2 * MAX_TOPIC_BYTES + b'"}'
                yield replace(plain, key=f"{ENVELOPE}{each.number}", payload=payload, fate="too_large", envelope=True)
            case _:
                yield replace(plain, payload=b'{"name": "crash"}', fate="payload_crashes_checker")


def _kind(number: int, schemas: Schemas) -> tuple[bytes, int, str]:
    good = json.dumps({"name": f"n{number}", "age": 30}).encode()
    match number % 20:
        case 3 | 8:
            return good.replace(b"30", b"-1"), schemas.person, "payload_invalid"
        case 5:
            return b'{"name": ', schemas.person, "payload_malformed"
        case 11:
            return good, schemas.broken, "schema_unusable"
        case 13:
            return b"[" * 20_000 if number % 100 == 13 else b"\x00\xff", schemas.person, "payload_malformed"
        case 17:
            return b'{"name": "' + b"a" * 40 + b'!"}', schemas.slow, "payload_invalid"
        case _:
            return good, schemas.person, VALID
