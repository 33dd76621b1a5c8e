"""Messages of every kind, poison among them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fakes.native_registry import FakeRegistry
from tests.faults.account import VALID, Sent

PERSON = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}}
SLOW = {"type": "object", "properties": {"name": {"type": "string", "pattern": "^(a+)+$"}}}
KEYS = 37


@dataclass(frozen=True, slots=True)
class Schemas:
    """Ids in the registry. `broken` does not compile; `slow` has a pattern that backtracks where patterns may."""

    person: int
    broken: int
    slow: int


def register(registry: FakeRegistry) -> Schemas:
    """The schemas of the traffic."""
    person, slow = (registry.add(json.dumps(each)) for each in (PERSON, SLOW))
    return Schemas(person=person, slow=slow, broken=registry.add('{"type": "nonsense"}'))


def messages(schemas: Schemas, count: int, first: int = 0) -> Iterator[Sent]:
    """So many, numbered from `first` on."""
    for number in range(first, first + count):
        payload, schema, fate = _kind(number, schemas)
        named = (("schemaId", b"%d" % schema), ("versionId", b"1"), ("format", b"json"))
        yield Sent(number, f"key-{number % KEYS}", payload, (("id", b"%d" % number), *named), fate)


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
