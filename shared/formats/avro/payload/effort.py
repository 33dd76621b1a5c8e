"""Effort of payload checks for a schema.

Each non-empty type takes at least a byte, so both readings are linear in the payload. A schema can
only multiply the work for one byte: nested records that begin with the same byte, each with its own
function, and empty fields, which only the explanation reads.
"""

from typing import Final

from sluicegate.shared.formats.avro.model import RecordType, Schema, Type, TypeReference
from sluicegate.shared.formats.avro.payload.emptiness import Emptiness
from sluicegate.shared.formats.effort import Effort, Linear

BINARY_BYTE: Final = 400.0
EXPLAINED_BYTE: Final = 4_000.0
JSON: Final = Effort(verdict=Linear(700), reasons=Linear(4_000, memory=120))

_CALL: Final = 80.0
_EXPLAINED_RECORD: Final = 900.0
_EXPLAINED_FIELD: Final = 600.0
"""Nanoseconds."""


def binary(schema: Schema) -> Effort:
    """The effort of binary datums."""
    records, empties = _Chains(schema).longest()
    return Effort(
        verdict=Linear(BINARY_BYTE + _CALL * records, memory=8),
        reasons=Linear(EXPLAINED_BYTE + _EXPLAINED_RECORD * records + _EXPLAINED_FIELD * empties, memory=64),
    )


class _Chains:
    """The longest chains of nested records, and the most empty fields along one."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._empty = Emptiness(schema)
        self._known: dict[int, tuple[int, int]] = {}

    def longest(self) -> tuple[int, int]:
        records = [each for each in self._schema.types.values() if isinstance(each, RecordType)]
        found = [self._of(each) for each in records]
        return max((each[0] for each in found), default=0), max((each[1] for each in found), default=0)

    def _of(self, start: RecordType) -> tuple[int, int]:
        """Walk depth first without recursion: names allow unlimited nesting. A cycle counts once."""
        stack = [start]
        entered: set[int] = set()
        while stack:
            record = stack[-1]
            inner = self._inner(record)
            if id(record) in entered or id(record) in self._known:
                stack.pop()
                known = [self._known.get(id(each), (0, 0)) for each in inner]
                empties = sum(self._empty.holds(field.type) for field in record.fields)
                self._known[id(record)] = (
                    1 + max((each[0] for each in known), default=0),
                    empties + max((each[1] for each in known), default=0),
                )
            else:
                entered.add(id(record))
                stack += [each for each in inner if id(each) not in self._known and id(each) not in entered]
        return self._known[id(start)]

    def _inner(self, record: RecordType) -> list[RecordType]:
        found = (_target(self._schema, field.type) for field in record.fields)
        return [each for each in found if isinstance(each, RecordType)]


def _target(schema: Schema, of: Type) -> Type:
    return schema.definition(of) if isinstance(of, TypeReference) else of
