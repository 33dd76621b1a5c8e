"""Whether every text that fits one simple type fits another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sluicegate.shared.formats.xsd.compatibility.facets import facet_differences
from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange
from sluicegate.shared.formats.xsd.components import NO_FACETS, Facets, SimpleType, Variety
from sluicegate.shared.formats.xsd.names import XS, QName

Difference = tuple[XsdChange, str]
"""A code, and the description of the difference."""

_TEXTS: Final = frozenset({"string", "normalizedString", "token", "anySimpleType", "anyAtomicType"})
"""Types that take any text as it is, once its whitespace is normalized."""

_NUMBERS: Final = frozenset({("decimal", "float"), ("decimal", "double"), ("float", "double")})
"""(writer, reader): types without facets that a reader accepts besides its own primitive type."""


@dataclass(frozen=True, slots=True)
class Demands:
    """Requirements of the reader's whole schema on single types.

    With `keys`, different values must stay different; with `references`, their targets must stay.
    """

    keys: bool
    references: bool


def differences(reader: SimpleType, writer: SimpleType, demands: Demands) -> Iterator[Difference]:
    """Why not every text of `writer` fits `reader`. Empty: every one does."""
    if same(reader, writer):
        return
    if demands.references and _identifies(writer) and not _identifies(reader):
        yield (
            XsdChange.REFERENCED_ID_REMOVED,
            f"{described(writer)} became {described(reader)}, and the reader's schema has xs:IDREF",
        )
    if demands.keys and not _same_values(reader, writer):
        yield (
            XsdChange.TYPE_CHANGED,
            f"{described(writer)} became {described(reader)}, whose values may be equal where those were not; the reader's schema has keys",
        )
        return
    yield from _included(reader, writer, demands)


def same(one: SimpleType, other: SimpleType) -> bool:
    """Return whether two types have the same definition, without their names."""
    return one is other or (
        (one.variety, one.builtin, one.white_space, one.facets)
        == (other.variety, other.builtin, other.white_space, other.facets)
        and (one.item is None) == (other.item is None)
        and (one.item is None or other.item is None or same(one.item, other.item))
        and len(one.members) == len(other.members)
        and all(map(same, one.members, other.members))
    )


def same_literals(reader: SimpleType, writer: SimpleType) -> bool:
    """Return whether one literal has the same texts in two types.

    `1` is `01` for numbers, and not for strings.
    """
    return same(reader, writer) or _same_values(reader, writer)


def described(type_: SimpleType) -> str:
    """A type as a message names it."""
    if type_.name is not None and type_.name.name:
        return f"xs:{type_.name.name}" if type_.name.namespace == XS else type_.name.name
    match type_.variety:
        case Variety.LIST:
            return f"a list of {described(type_.item) if type_.item else 'values'}"
        case Variety.UNION:
            return f"a union of {', '.join(described(member) for member in type_.members[:5])}"
    return f"a restriction of xs:{type_.builtin}"


def takes_any_text(type_: SimpleType) -> bool:
    """Whether a type takes every text."""
    return type_.variety is Variety.ATOMIC and type_.builtin in _TEXTS and type_.facets == NO_FACETS


def _same_values(reader: SimpleType, writer: SimpleType) -> bool:
    return (
        reader.variety is writer.variety is Variety.ATOMIC
        and reader.primitive == writer.primitive
        and reader.white_space == writer.white_space
    )


def _identifies(type_: SimpleType) -> bool:
    inner = [type_.item] if type_.item else list(type_.members)
    return type_.builtin == "ID" or any(map(_identifies, inner))


def _included(reader: SimpleType, writer: SimpleType, demands: Demands) -> Iterator[Difference]:
    if takes_any_text(reader):
        return
    changed = (XsdChange.TYPE_CHANGED, f"{described(writer)} became {described(reader)}")
    if writer.variety is Variety.UNION and not (reader.variety is Variety.UNION and reader.facets != NO_FACETS):
        for member in writer.members:
            yield from _included(reader, member, demands)
        return
    if reader.variety is Variety.UNION:
        fits = reader.facets == NO_FACETS and any(
            next(_included(each, writer, demands), None) is None for each in reader.members
        )
        if not fits:
            yield changed
    elif reader.variety is not writer.variety:
        yield changed
    elif reader.variety is Variety.LIST:
        yield from _lists(reader, writer, demands)
    elif _is_wider(reader, writer):
        narrower = tuple(facet_differences(reader, writer))
        yield from (changed,) if narrower and _is_builtin(reader) else narrower
    else:
        yield changed


def _lists(reader: SimpleType, writer: SimpleType, demands: Demands) -> Iterator[Difference]:
    assert reader.item is not None
    assert writer.item is not None
    yield from _included(reader.item, writer.item, demands)
    yield from facet_differences(reader, writer)


def _is_wider(reader: SimpleType, writer: SimpleType) -> bool:
    """Whether an atomic type takes the texts of another, when its facets do not forbid it."""
    if reader.primitive != writer.primitive:
        return (writer.primitive, reader.primitive) in _NUMBERS and reader.facets == Facets()
    if reader.primitive == "decimal":
        return not _derives(reader, "integer") or _derives(writer, "integer")
    return reader.builtin in _TEXTS or _derives(writer, reader.builtin)


def _is_builtin(type_: SimpleType) -> bool:
    return type_.name is not None and type_.name.namespace == XS


def _derives(type_: SimpleType, builtin: str) -> bool:
    return QName(XS, builtin) in type_.ancestors
