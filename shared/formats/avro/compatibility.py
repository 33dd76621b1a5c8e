"""Compatibility of reader and writer, with the results of Java's `SchemaCompatibility` 1.12.

Java's walk caches the result of a pair of types, with the place of its first occurrence; a pair
inside itself counts as compatible until proven otherwise. Both are kept. This walk has its own
stack, because two recursive schemas can exceed every recursion limit, and it is bounded, because
shared types can produce unlimited results and pairs.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from sluicegate.shared.formats.avro.canonical import identity
from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Definition,
    Enum,
    Fixed,
    Map,
    Named,
    Primitive,
    RecordField,
    RecordType,
    Schema,
    Type,
    Union,
)

MOST_RESULTS: Final = 1000
"""Incompatibilities kept of any pair of types."""

MOST_STEPS: Final = 500_000
"""Maximum of compared pairs of types and fields: a few seconds."""


class IncompatibilityType(StrEnum):
    """Java's `SchemaIncompatibilityType`, and two codes for its exceptions and endless cases."""

    NAME_MISMATCH = "NAME_MISMATCH"
    FIXED_SIZE_MISMATCH = "FIXED_SIZE_MISMATCH"
    MISSING_ENUM_SYMBOLS = "MISSING_ENUM_SYMBOLS"
    READER_FIELD_MISSING_DEFAULT_VALUE = "READER_FIELD_MISSING_DEFAULT_VALUE"
    TYPE_MISMATCH = "TYPE_MISMATCH"
    MISSING_UNION_BRANCH = "MISSING_UNION_BRANCH"
    READER_FIELD_AMBIGUOUS = "READER_FIELD_AMBIGUOUS"
    COMPARISON_TOO_LARGE = "COMPARISON_TOO_LARGE"


@dataclass(frozen=True, slots=True, eq=False)
class AvroIncompatibility:
    """One reason, in Java's words: the pointer is into the reader's schema.

    `reader` and `writer` are the types that do not fit.
    """

    type: IncompatibilityType
    location: str
    message: str
    reader: Definition
    writer: Definition


Result: TypeAlias = tuple[AvroIncompatibility, ...]
Place: TypeAlias = "tuple[Place, str | int] | None"
"""The way from the root, last step first; shared between results, so that a deep walk stays small."""

Walk: TypeAlias = "Generator[tuple[Type, Type, Place], Result, Result]"
"""A comparison under way: asks for the results of pairs of types, and gives its own."""

_PROMOTIONS: Final = frozenset(
    {
        (AvroKind.LONG, AvroKind.INT),
        (AvroKind.FLOAT, AvroKind.INT),
        (AvroKind.FLOAT, AvroKind.LONG),
        (AvroKind.DOUBLE, AvroKind.INT),
        (AvroKind.DOUBLE, AvroKind.LONG),
        (AvroKind.DOUBLE, AvroKind.FLOAT),
        (AvroKind.BYTES, AvroKind.STRING),
        (AvroKind.STRING, AvroKind.BYTES),
    }
)
"""(reader, writer): types that a reader accepts in addition to its own."""


def incompatibilities(reader: Schema, writer: Schema, most_steps: int = MOST_STEPS) -> Result:
    """Return the reasons why `reader` cannot read data of `writer`, in Java's order.

    Empty: compatible. Equal schemas are compatible with all aliases, as in Java, which uses aliases
    only if schemas differ.
    """
    if reader is writer or identity(reader) == identity(writer):
        return ()
    try:
        return _Comparison(reader, writer, most_steps).run()
    except _TooLarge:
        roots = (reader.definition(reader.root), writer.definition(writer.root))
        message = "the schemas are too large to compare"
        return (AvroIncompatibility(IncompatibilityType.COMPARISON_TOO_LARGE, "/", message, *roots),)


_MANY_BRANCHES = 16


class _TooLarge(Exception):
    """The comparison took more steps than it may."""


class _Comparison:
    """One comparison. `_memo` holds a result, or None while it is being found."""

    def __init__(self, reader: Schema, writer: Schema, steps: int) -> None:
        self._reader = reader
        self._writer = writer
        self._memo: dict[tuple[int, int], Result | None] = {}
        self._by_name: dict[int, dict[str, list[Type]]] = {}
        self._steps = steps

    def run(self) -> Result:
        """Drive the walks: the last one asks, or answers the one before."""
        keys: list[tuple[int, int]] = []
        walks = [self._root()]
        answer: Result | None = None
        while True:
            try:
                asked = next(walks[-1]) if answer is None else walks[-1].send(answer)
            except StopIteration as stop:
                walks.pop()
                found: Result = stop.value
                if not walks:
                    return found
                answer = self._memo[keys.pop()] = found
                continue
            answer = self._known(asked, keys, walks)

    def _known(self, asked: tuple[Type, Type, Place], keys: list[tuple[int, int]], walks: list[Walk]) -> Result | None:
        """The remembered result of a pair; None when a walk had to be started for it."""
        self._step()
        reader, writer = self._reader.definition(asked[0]), self._writer.definition(asked[1])
        key = (id(reader), id(writer))
        if key in self._memo:
            return self._memo[key] or ()
        if isinstance(reader, Primitive) and isinstance(writer, Primitive):
            found = self._memo[key] = _primitives(reader, writer, asked[2])
            return found
        self._memo[key] = None
        keys.append(key)
        walks.append(self._compare(reader, writer, asked[2]))
        return None

    def _step(self, count: int = 1) -> None:
        self._steps -= count
        if self._steps < 0:
            raise _TooLarge

    def _root(self) -> Walk:
        return (yield self._reader.root, self._writer.root, None)

    def _compare(self, reader: Definition, writer: Definition, place: Place) -> Walk:
        if isinstance(writer, Union):
            return (yield from self._from_union(reader, writer, place))
        if isinstance(reader, Union):
            return (yield from self._to_union(reader, writer, place))
        if reader.kind is not writer.kind:
            return _type_mismatch(reader, writer, place)
        return (yield from self._same_kind(reader, writer, place))

    def _same_kind(self, reader: Definition, writer: Definition, place: Place) -> Walk:
        match reader, writer:
            case RecordType(), RecordType():
                fields = yield from self._fields(reader, writer, (place, "fields"))
                return _merged(_names(reader, writer, place), fields)
            case Enum(), Enum():
                return _merged(_names(reader, writer, place), _symbols(reader, writer, place))
            case Fixed(), Fixed():
                return _merged(_names(reader, writer, place), _sizes(reader, writer, place))
            case Array(), Array():
                return (yield reader.items, writer.items, (place, "items"))
            case Map(), Map():
                return (yield reader.values, writer.values, (place, "values"))
        raise AssertionError("pairs of primitive types are answered before a walk begins")

    def _from_union(self, reader: Definition, writer: Union, place: Place) -> Walk:
        """The reader must be able to read every branch of the writer."""
        found: Result = ()
        for index, branch in enumerate(writer.branches):
            here = (place, index)
            result = yield reader, branch, here
            if isinstance(reader, Union) and result:
                missing = self._writer.definition(branch)
                result = _one("MISSING_UNION_BRANCH", here, _lacking(missing), reader, missing)
            found = _merged(found, result)
        return found

    def _to_union(self, reader: Union, writer: Definition, place: Place) -> Walk:
        """Require that one branch of the reader can read the writer's type."""
        for branch in self._takers(reader, writer):
            if not (yield branch, writer, None):
                return ()
        return _one("MISSING_UNION_BRANCH", place, _lacking(writer), reader, writer)

    def _takers(self, reader: Union, writer: Definition) -> Sequence[Type]:
        """Return the branches that may read a type, in their order.

        In a large union those are looked up by name: a named type is read by no type of another name without aliases.
        """
        if len(reader.branches) <= _MANY_BRANCHES or not isinstance(writer, RecordType | Enum | Fixed):
            return reader.branches
        by_name = self._by_name.get(id(reader))
        if by_name is None:
            by_name = self._by_name[id(reader)] = self._named(reader)
        return by_name.get(writer.name.simple, by_name[""])

    def _named(self, reader: Union) -> dict[str, list[Type]]:
        """Return the branches by simple names; those with aliases are under every name, and alone under the empty one."""
        definitions = [(branch, self._reader.definition(branch)) for branch in reader.branches]
        named = [(branch, each) for branch, each in definitions if isinstance(each, RecordType | Enum | Fixed)]
        found: dict[str, list[Type]] = {"": [branch for branch, each in named if each.aliases]}
        for name in {each.name.simple for _, each in named}:
            found[name] = []
        for branch, each in named:
            for name in found if each.aliases else (each.name.simple,):
                if name:
                    found[name].append(branch)
        return found

    def _fields(self, reader: RecordType, writer: RecordType, place: Place) -> Walk:
        """Every field of the reader must be in the writer's record, or have a default."""
        found: Result = ()
        written = {each.name: each for each in writer.fields}
        self._step(len(written))
        for index, each in enumerate(reader.fields):
            here = (place, index)
            sources = [written[name] for name in dict.fromkeys((each.name, *each.aliases)) if name in written]
            if len(sources) > 1:
                found = _merged(found, _one("READER_FIELD_AMBIGUOUS", here, each.name, reader, writer))
            elif sources:
                found = _merged(found, (yield each.type, sources[0].type, (here, "type")))
            else:
                found = _merged(found, self._unwritten(each, reader, writer, here))
        return found

    def _unwritten(self, field: RecordField, reader: RecordType, writer: RecordType, place: Place) -> Result:
        """Compare a field that the writer does not have.

        Java compares an enum with its own default to the writer's record, which always fails.
        """
        if field.default is not None:
            return ()
        of = self._reader.definition(field.type)
        if isinstance(of, Enum) and of.default is not None:
            return _type_mismatch(of, writer, (place, "type"))
        return _one("READER_FIELD_MISSING_DEFAULT_VALUE", place, field.name, reader, writer)


def _merged(first: Result, second: Result) -> Result:
    return (first + second)[:MOST_RESULTS] if first and second else first or second


def _one(kind: str, place: Place, message: str, reader: Definition, writer: Definition) -> Result:
    return (AvroIncompatibility(IncompatibilityType(kind), _location(place), message, reader, writer),)


def _location(place: Place) -> str:
    steps: list[str] = []
    while place is not None:
        place, step = place
        steps.append(str(step))
    return "/" + "/".join(reversed(steps))


def _java(of: Definition) -> str:
    return of.kind.value.upper()


def _type_mismatch(reader: Definition, writer: Definition, place: Place) -> Result:
    message = f"reader type: {_java(reader)} not compatible with writer type: {_java(writer)}"
    return _one("TYPE_MISMATCH", place, message, reader, writer)


def _primitives(reader: Primitive, writer: Primitive, place: Place) -> Result:
    if reader.kind is writer.kind or (reader.kind, writer.kind) in _PROMOTIONS:
        return ()
    return _type_mismatch(reader, writer, place)


def _lacking(writer: Definition) -> str:
    return f"reader union lacking writer type: {_java(writer)}"


def _names(reader: Named, writer: Named, place: Place) -> Result:
    """The simple names are equal, or an alias of the reader is the full name of the writer."""
    aliases = (alias.within(reader.name.space) for alias in reader.aliases)
    if reader.name.simple == writer.name.simple or writer.name.full in aliases:
        return ()
    return _one("NAME_MISMATCH", (place, "name"), f"expected: {writer.name.full}", reader, writer)


def _sizes(reader: Fixed, writer: Fixed, place: Place) -> Result:
    if reader.size == writer.size:
        return ()
    message = f"expected: {writer.size}, found: {reader.size}"
    return _one("FIXED_SIZE_MISMATCH", (place, "size"), message, reader, writer)


def _symbols(reader: Enum, writer: Enum, place: Place) -> Result:
    missing = missing_symbols(reader, writer)
    if not missing or reader.default is not None:
        return ()
    return _one("MISSING_ENUM_SYMBOLS", (place, "symbols"), f"[{', '.join(missing)}]", reader, writer)


def missing_symbols(reader: Enum, writer: Enum) -> Iterable[str]:
    """The writer's symbols that the reader does not have, sorted."""
    return sorted(set(writer.symbols) - set(reader.symbols))
