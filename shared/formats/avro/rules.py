"""Avro's rules for schemas that parse (validity FULL): names and defaults, as in Java."""

from collections.abc import Iterator

from sluicegate.shared.formats.avro.defaults import DefaultChecker
from sluicegate.shared.formats.avro.model import (
    Array,
    Enum,
    Fixed,
    Map,
    Named,
    RecordField,
    RecordType,
    Schema,
    Type,
    TypeReference,
    Union,
    parts,
)
from sluicegate.shared.formats.avro.names import FullName, is_strict
from sluicegate.shared.formats.avro.refusals import AvroSchemaCode, pointer, quoted
from sluicegate.shared.formats.avro.wording import described
from sluicegate.shared.model import Violation

_NAME_RULE = "Use letters A to Z, digits and underscores, and do not begin with a digit"


def violations(schema: Schema) -> tuple[Violation, ...]:
    """Every invalid name and default, in the order of the text.

    Types of referenced schemas were checked where they are defined.
    """
    return tuple(_Rules(schema).of_type(schema.root, ""))


class _Rules:
    """One walk over the text's own types, with the names defined so far."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        own = _defined_in(schema.root)
        self._defined = {full for full in schema.types if full not in own}
        self._open: set[str] = set()
        self._defaults = DefaultChecker(schema, self._defined, self._open)

    def of_type(self, of: Type, path: str) -> Iterator[Violation]:
        match of:
            case Array():
                yield from self.of_type(of.items, pointer(path, "items"))
            case Map():
                yield from self.of_type(of.values, pointer(path, "values"))
            case Union():
                for index, branch in enumerate(of.branches):
                    yield from self.of_type(branch, pointer(path, index))
            case RecordType() | Enum() | Fixed():
                yield from self._named(of, path)

    def _named(self, of: Named, path: str) -> Iterator[Violation]:
        yield from _bad_names(of, path)
        if isinstance(of, RecordType):
            self._open.add(of.name.full)
            for index, each in enumerate(of.fields):
                yield from self._field(each, pointer(path, "fields", index))
            self._open.discard(of.name.full)
        self._defined.add(of.name.full)

    def _field(self, field: RecordField, path: str) -> Iterator[Violation]:
        if not is_strict(field.name):
            yield _bad_name(pointer(path, "name"), field.name, "a field")
        yield from self.of_type(field.type, pointer(path, "type"))
        if field.default is not None and not self._defaults.fits(field):
            expected = described(self._schema.definition(field.type))
            message = (
                f"The default {quoted(field.default.value)} of the field {quoted(field.name)} does not fit {expected}"
            )
            yield Violation(pointer(path, "default"), AvroSchemaCode.DEFAULT_INVALID, message)


def _defined_in(root: Type) -> set[str]:
    """The full names that a text defines itself."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        of = waiting.pop()
        if isinstance(of, TypeReference):
            continue
        if isinstance(of, RecordType | Enum | Fixed):
            found.add(of.name.full)
        waiting += parts(of)
    return found


def _bad_names(of: Named, path: str) -> Iterator[Violation]:
    if not _is_strict_full(of.name):
        yield _bad_name(pointer(path, "name"), of.name.full, f"a {of.kind}")
    for alias in of.aliases:
        if not is_strict(alias.simple):
            yield _bad_name(pointer(path, "aliases"), alias.full, "an alias")
    if isinstance(of, Enum):
        for index, symbol in enumerate(of.symbols):
            if not is_strict(symbol):
                yield _bad_name(pointer(path, "symbols", index), symbol, "an enum symbol")


def _is_strict_full(name: FullName) -> bool:
    return all(map(is_strict, name.full.split(".")))


def _bad_name(path: str, name: str, of: str) -> Violation:
    return Violation(path, AvroSchemaCode.NAME_INVALID, f"{quoted(name)} is not a name for {of}. {_NAME_RULE}")
