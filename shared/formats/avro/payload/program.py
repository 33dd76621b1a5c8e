"""Model -> Python source of a function that reads over one datum.

Generated code runs in one frame, instead of a closure call for each field: it is faster than
decoding. The source contains only numbers and names made here, and no text of the schema.

    read(data, pos, depth, spare) -> position after the datum

It raises `Refused`, or errors of the bytes (`REFUSALS`). It may run past the end of the data: the
caller compares the position with the length. `depth` counts the surrounding types; `spare` contains
the number of empty items that may still follow.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, Final

from sluicegate.shared.formats.avro.model import (
    Array,
    AvroKind,
    Definition,
    Enum,
    Fixed,
    Map,
    Primitive,
    RecordType,
    Schema,
    Type,
    TypeReference,
    Union,
    parts,
)
from sluicegate.shared.formats.avro.payload import logical, varints
from sluicegate.shared.formats.avro.payload.emptiness import Emptiness

MAX_DEPTH: Final = 200
"""Types inside each other that a datum may have. A recursive schema sets no limit of its own."""

MAX_EMPTY: Final = 100_000
"""Maximum of items of empty types in one payload. They have no bytes, so no other limit applies."""

REFUSALS: Final = (varints.DatumRefused, IndexError, KeyError, UnicodeDecodeError)

Reader = Callable[[bytes, int, int, list[int]], int]

_INLINE: Final = 6
"""Arrays, maps and unions inside each other within one function: Python takes 20 nested loops."""

_CHAINED: Final = 8
"""Branches of a union that are tried one by one; more go through a table."""

_SIZES: Final = {AvroKind.FLOAT: 4, AvroKind.DOUBLE: 8}


def reader(schema: Schema) -> Reader:
    """Compile the function for a schema."""
    program = _Program(schema)
    source = program.source()
    exec(compile(source, "<avro schema>", "exec"), program.globals)  # noqa: S102  # nothing of the schema's text is in it
    read: Reader = program.globals["read"]
    return read


def separate(schema: Schema) -> frozenset[int]:
    """Return the referenced records, by `id`, which have their own function.

    These functions count `depth`.
    """
    found = set()
    waiting: list[Type] = [schema.root, *schema.types.values()]
    while waiting:
        of = waiting.pop()
        if isinstance(of, TypeReference):
            target = schema.definition(of)
            found.update([id(target)] if isinstance(target, RecordType) else [])
        else:
            waiting += parts(of)
    return frozenset(found)


class _Program:
    """Writes functions until none that is called is missing."""

    def __init__(self, schema: Schema) -> None:
        self.globals: dict[str, Any] = {
            "Refused": varints.DatumRefused,
            "skip_int": varints.skip_int,
            "skip_long": varints.skip_long,
            "skip_index": varints.skip_index,
            "raw_index": varints.raw_index,
            "length": varints.length,
            "block": varints.block,
            "integer": int.from_bytes,
            "is_uuid": logical.UUID.fullmatch,
        }
        self.schema = schema
        self.empty = Emptiness(schema)
        self.separate = separate(schema)
        self._names: dict[int, str] = {}
        self._waiting: list[tuple[str, Definition]] = []
        self._tables: list[str] = []

    def source(self) -> str:
        root = self.schema.definition(self.schema.root)
        self._names[id(root)] = "read"
        lines = list(_Function(self, "read").lines(root))
        while self._waiting:
            name, of = self._waiting.pop()
            lines += _Function(self, name).lines(of)
        return "\n".join(lines + self._tables)

    def function(self, of: Definition) -> str:
        """The name of the function that reads a type, to be written if it is not yet."""
        if id(of) not in self._names:
            self._names[id(of)] = f"read_{len(self._names)}"
            self._waiting.append((self._names[id(of)], of))
        return self._names[id(of)]

    def table(self, definitions: Iterable[Definition]) -> str:
        """The name of a table of functions: by the raw index of a union, which is twice the index."""
        entries = ", ".join(f"{2 * index}: {self.function(each)}" for index, each in enumerate(definitions))
        name = f"table_{len(self._tables)}"
        self._tables.append(f"{name} = {{{entries}}}")
        return name

    def constant(self, value: object) -> str:
        """The name of a value that the code uses."""
        name = f"constant_{len(self.globals)}"
        self.globals[name] = value
        return name


class _Function:
    """Writes one function.

    Positions move by `_skip` bytes at the next statement, so that fixed sizes in a row are one
    step.
    """

    def __init__(self, program: _Program, name: str) -> None:
        self._program = program
        self._name = name
        self._lines: list[str] = []
        self._indent = 1
        self._skip = 0
        self._loops = 0

    def lines(self, of: Definition) -> Iterator[str]:
        yield f"def {self._name}(data, pos, depth, spare):"
        if id(of) in self._program.separate:
            yield f"    if depth > {MAX_DEPTH}: raise Refused"
        self._definition(of, 0, 0)
        self._emit("return pos")
        yield from self._lines

    def _emit(self, *statements: str) -> None:
        if self._skip:
            self._lines.append(f"{'    ' * self._indent}pos += {self._skip}")
            self._skip = 0
        self._lines += ["    " * self._indent + statement for statement in statements]

    def _inside(self, head: str, body: Callable[[], None]) -> None:
        """A statement with a block of its own."""
        self._emit(head)
        self._indent += 1
        before = len(self._lines)
        body()
        self._emit(*(() if len(self._lines) > before or self._skip else ("pass",)))
        self._indent -= 1

    def _type(self, of: Type, level: int, nesting: int) -> None:
        """A part of the type around it, `level` types below the function's own."""
        if self._program.empty.holds(of):
            return
        definition = self._program.schema.definition(of)
        apart = id(definition) in self._program.separate
        if apart or (nesting >= _INLINE and isinstance(definition, Array | Map | Union)):
            self._emit(f"pos = {self._program.function(definition)}(data, pos, depth + {level}, spare)")
        else:
            self._definition(definition, level, nesting)

    def _definition(self, of: Definition, level: int, nesting: int) -> None:
        match of:
            case Primitive():
                self._primitive(of)
            case Enum():
                self._enum(of)
            case Fixed():
                self._fixed(of)
            case RecordType():
                for field in of.fields:
                    self._type(field.type, level + 1, nesting)
            case Array():
                self._blocks(lambda: self._type(of.items, level + 1, nesting + 1), self._program.empty.holds(of.items))
            case Map():
                self._blocks(lambda: self._entry(of, level, nesting), nothing=False)
            case Union():
                self._union(of, level, nesting)

    def _entry(self, of: Map, level: int, nesting: int) -> None:
        self._text()
        self._type(of.values, level + 1, nesting + 1)

    def _primitive(self, of: Primitive) -> None:
        match of.kind:
            case AvroKind.BOOLEAN:
                self._emit("if data[pos] > 1: raise Refused")
                self._skip = 1
            case AvroKind.INT | AvroKind.LONG:
                self._emit("if data[pos] < 128: pos += 1", f"else: pos = skip_{of.kind}(data, pos)")
            case AvroKind.FLOAT | AvroKind.DOUBLE:
                self._skip += _SIZES[of.kind]
            case AvroKind.STRING:
                self._uuid() if logical.is_uuid(of) else self._text()
            case AvroKind.BYTES:
                self._length()
                self._decimal(of)
                self._emit("pos = end")

    def _length(self) -> None:
        """Leaves `end`: where a string or bytes that begin at `pos` end.

        Lengths below 64 have one byte, an even one below 128.
        """
        self._emit(
            "count = data[pos]",
            "if count & 129: count, pos = length(data, pos)",
            "else:",
            "    count >>= 1",
            "    pos += 1",
            "end = pos + count",
        )

    def _text(self) -> None:
        self._length()
        self._emit("data[pos:end].decode()", "pos = end")

    def _uuid(self) -> None:
        self._length()
        self._emit("if not is_uuid(data[pos:end]): raise Refused", "pos = end")

    def _decimal(self, of: Primitive | Fixed) -> None:
        limit = logical.decimal_limit(of)
        if limit is not None:
            name = self._program.constant(limit)
            value = 'integer(data[pos:end], "big", signed=True)'
            self._emit(f"if pos == end or not -{name} < {value} < {name}: raise Refused")

    def _fixed(self, of: Fixed) -> None:
        if logical.decimal_limit(of) is None:
            self._skip += of.size
        else:
            self._emit(f"end = pos + {of.size}")
            self._decimal(of)
            self._emit("pos = end")

    def _enum(self, of: Enum) -> None:
        count = len(of.symbols)
        self._emit(
            "count = data[pos]",
            f"if count < {min(2 * count, 128)} and not count & 1: pos += 1",
            f"else: pos = skip_index(data, pos, {count})",
        )

    def _union(self, of: Union, level: int, nesting: int) -> None:
        self._emit("count = data[pos]", "if count > 127: count, pos = raw_index(data, pos)", "else: pos += 1")
        if len(of.branches) > _CHAINED:
            self._table(of, level)
            return
        for index, branch in enumerate(of.branches):
            word = "elif" if index else "if"
            self._inside(f"{word} count == {2 * index}:", partial(self._type, branch, level + 1, nesting + 1))
        self._emit("else: raise Refused" if of.branches else "raise Refused")

    def _table(self, of: Union, level: int) -> None:
        """A branch by its raw index; an index that is none raises KeyError."""
        table = self._program.table(self._program.schema.definition(branch) for branch in of.branches)
        self._emit(f"pos = {table}[count](data, pos, depth + {level + 1}, spare)")

    def _blocks(self, item: Callable[[], None], nothing: bool) -> None:
        """Items in blocks, each with its count in front, until a count of 0.

        Every item that is not empty takes a byte at least.
        """
        self._loops += 1
        count, stop = f"count_{self._loops}", f"stop_{self._loops}"
        self._inside("while True:", lambda: self._block(count, stop, item, nothing))

    def _block(self, count: str, stop: str, item: Callable[[], None], nothing: bool) -> None:
        self._emit(
            f"{count} = data[pos]",
            f"if {count} & 129: {count}, pos, {stop} = block(data, pos)",
            "else:",
            f"    {count} >>= 1",
            "    pos += 1",
            f"    {stop} = 0",
            f"if not {count}: break",
        )
        if nothing:
            self._emit(f"spare[0] -= {count}", "if spare[0] < 0: raise Refused")
        else:
            self._emit(f"if {count} > len(data) - pos: raise Refused")
            self._inside(f"for _ in range({count}):", item)
        self._emit(f"if {stop} and {stop} != pos: raise Refused")
