"""Sentences about incompatibilities: the difference and the repair."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sluicegate.shared.formats.avro.compatibility import (
    AvroIncompatibility,
    IncompatibilityType,
    incompatibilities,
    missing_symbols,
)
from sluicegate.shared.formats.avro.model import Enum, Fixed, RecordType, Schema
from sluicegate.shared.formats.avro.refusals import quoted
from sluicegate.shared.formats.avro.wording import described, listed
from sluicegate.shared.model import Finding

Sentences = tuple[str, str]
"""The difference, and the repair."""


def findings(reader: Schema, writer: Schema) -> tuple[Finding, ...]:
    """Why data of `writer` cannot be read with `reader`. Empty: compatible."""
    return tuple(_finding(each) for each in incompatibilities(reader, writer))


def _finding(found: AvroIncompatibility) -> Finding:
    change, remedy = _SENTENCES[found.type](found)
    return Finding(found.type.value, found.location, change, remedy, found.message)


def _name(found: AvroIncompatibility) -> Sentences:
    assert isinstance(found.writer, RecordType | Enum | Fixed)
    name = found.writer.name.full
    return (
        f"The reader has {described(found.reader)} where the writer has {described(found.writer)}",
        f"Keep the name {name}, or add it to the aliases of the reader's type",
    )


def _size(found: AvroIncompatibility) -> Sentences:
    assert isinstance(found.reader, Fixed)
    assert isinstance(found.writer, Fixed)
    return (
        f"{_upper(described(found.reader))} has the size {found.reader.size} for the reader and "
        f"{found.writer.size} for the writer",
        f"Keep the size {found.writer.size}, or put the new size into a new type and a new field",
    )


def _symbols(found: AvroIncompatibility) -> Sentences:
    assert isinstance(found.reader, Enum)
    assert isinstance(found.writer, Enum)
    missing = listed([quoted(symbol) for symbol in missing_symbols(found.reader, found.writer)])
    return (
        f"The writer's enum {found.writer.name.full} has {missing}, which the reader's enum {found.reader.name.full} lacks",
        f"Keep {missing} in the reader's enum, or give it a default symbol",
    )


def _field(found: AvroIncompatibility) -> Sentences:
    name = quoted(found.message)
    return (
        f"The reader needs the field {name}, which {described(found.writer)} of the writer does not have",
        f"Give the field {name} a default, or an alias that is the name of one of the writer's fields",
    )


def _ambiguous(found: AvroIncompatibility) -> Sentences:
    name = quoted(found.message)
    return (
        f"The name and the aliases of the reader's field {name} fit several fields in {described(found.writer)} of the writer",
        f"Leave one name or alias of the field {name} that fits a field of the writer",
    )


def _type(found: AvroIncompatibility) -> Sentences:
    return (
        f"The reader expects {described(found.reader)} where the writer has {described(found.writer)}",
        f"Keep {described(found.writer)}, or choose a type that reads it",
    )


def _branch(found: AvroIncompatibility) -> Sentences:
    return (
        f"The writer has {described(found.writer)}, which fits no branch of {described(found.reader)} of the reader",
        f"Add {described(found.writer)} to the reader's union",
    )


def _size_of_schemas(found: AvroIncompatibility) -> Sentences:
    return (
        f"The reader's schema ({described(found.reader)}) and the writer's ({described(found.writer)}) are too large to compare",
        "Split the schema, or refer to fewer types from within each other",
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


_SENTENCES: Mapping[IncompatibilityType, Callable[[AvroIncompatibility], Sentences]] = MappingProxyType(
    {
        IncompatibilityType.NAME_MISMATCH: _name,
        IncompatibilityType.FIXED_SIZE_MISMATCH: _size,
        IncompatibilityType.MISSING_ENUM_SYMBOLS: _symbols,
        IncompatibilityType.READER_FIELD_MISSING_DEFAULT_VALUE: _field,
        IncompatibilityType.READER_FIELD_AMBIGUOUS: _ambiguous,
        IncompatibilityType.TYPE_MISMATCH: _type,
        IncompatibilityType.MISSING_UNION_BRANCH: _branch,
        IncompatibilityType.COMPARISON_TOO_LARGE: _size_of_schemas,
    }
)
