"""Model -> a function that checks a JSON value: closures, one for each type.

A truthy result refuses. A record may contain itself, so its parts are added after its creation.
"""

from collections.abc import Callable
from typing import TypeAlias

from sluicegate.shared.formats.avro.model import Array, AvroKind, Definition, Map, RecordType, Schema, Type, Union
from sluicegate.shared.formats.avro.payload.json_leaves import leaf
from sluicegate.shared.formats.avro.payload.program import MAX_DEPTH, separate
from sluicegate.shared.formats.avro.wording import short

Check: TypeAlias = Callable[[object, int], object]
"""From a JSON value, and its number of surrounding types, to a truthy value for a violation."""

Tags: TypeAlias = dict[str | None, Definition]

_Parts: TypeAlias = list[tuple[str, Check]]


def check(schema: Schema) -> Check:
    """Compile the function for a schema. Values may be nested as deeply as binary datums."""
    return _Compiler(schema).compiled()


def tags_of(schema: Schema, union: Union) -> Tags:
    """Return the branches of a union by their tags in JSON encoding.

    The tag is the full name or the kind; None for null, which has no tag.
    """
    definitions = [schema.definition(branch) for branch in union.branches]
    return {None if each.kind is AvroKind.NULL else short(each): each for each in definitions}


class _Compiler:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._separate = separate(schema)
        self._records: dict[int, Check] = {}
        self._waiting: list[tuple[RecordType, _Parts]] = []

    def compiled(self) -> Check:
        root = self._check(self._schema.root)
        while self._waiting:
            record, parts = self._waiting.pop()
            parts.extend((field.name, self._check(field.type)) for field in record.fields)
        return root

    def _check(self, of: Type) -> Check:
        definition = self._schema.definition(of)
        match definition:
            case RecordType():
                if id(definition) not in self._records:
                    self._records[id(definition)] = self._record(definition)
                return self._records[id(definition)]
            case Array():
                return _array(self._check(definition.items))
            case Map():
                return _map(self._check(definition.values))
            case Union():
                return self._union(definition)
        return leaf(definition)

    def _record(self, of: RecordType) -> Check:
        parts: _Parts = []
        self._waiting.append((of, parts))
        most = MAX_DEPTH if id(of) in self._separate else None
        return _record(parts, len(of.fields), most)

    def _union(self, of: Union) -> Check:
        tags = tags_of(self._schema, of)
        branches = {name: self._check(branch) for name, branch in tags.items() if name is not None}
        return _union(branches, nullable=None in tags)


def _record(parts: _Parts, count: int, most: int | None) -> Check:
    def refuses(value: object, depth: int) -> object:
        if type(value) is not dict or len(value) != count or (most is not None and depth > most):
            return True
        for name, part in parts:  # noqa: SIM110  # any() would take another frame at each level
            if name not in value or part(value[name], depth + 1):
                return True
        return False

    return refuses


def _array(item: Check) -> Check:
    def refuses(value: object, depth: int) -> object:
        if type(value) is not list:
            return True
        for each in value:  # noqa: SIM110  # any() would take another frame at each level
            if item(each, depth + 1):
                return True
        return False

    return refuses


def _map(entry: Check) -> Check:
    def refuses(value: object, depth: int) -> object:
        if type(value) is not dict:
            return True
        for each in value.values():  # noqa: SIM110  # any() would take another frame at each level
            if entry(each, depth + 1):
                return True
        return False

    return refuses


def _union(branches: dict[str, Check], nullable: bool) -> Check:
    def refuses(value: object, depth: int) -> object:
        if value is None:
            return not nullable
        if type(value) is not dict or len(value) != 1:
            return True
        [(name, inner)] = value.items()
        branch = branches.get(name)
        return branch is None or branch(inner, depth + 1)

    return refuses
