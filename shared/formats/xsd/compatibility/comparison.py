"""Comparison: whether all valid documents of a writer are valid for a reader, and the reasons.

It is a walk over pairs of elements and types, from the global elements. A known pair is skipped:
documents are finite, so a difference is found in some pair. A missing proof counts as a difference.
One case is ignored, because it is rare and nearly every change would break it: an xsi:type that
names a simple type, or the declared type of the element.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from sluicegate.shared.formats.xsd.automata import NotWritten
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.canonical import canonical
from sluicegate.shared.formats.xsd.compatibility.attribute_uses import AttributeUses, fixed
from sluicegate.shared.formats.xsd.compatibility.content import ContentComparison
from sluicegate.shared.formats.xsd.compatibility.derived_types import DerivedTypes
from sluicegate.shared.formats.xsd.compatibility.features import not_comparable
from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange, finding
from sluicegate.shared.formats.xsd.compatibility.inclusion import WalkBudget, WalkTooComplex
from sluicegate.shared.formats.xsd.compatibility.simple_types import (
    Demands,
    described,
    differences,
    same_literals,
    takes_any_text,
)
from sluicegate.shared.formats.xsd.components import ANY_TYPE, ComplexType, ElementDeclaration, SimpleType, Type
from sluicegate.shared.formats.xsd.definitions import UnresolvedDefinition
from sluicegate.shared.formats.xsd.names import XS, kind
from sluicegate.shared.formats.xsd.qname_values import expanded
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.formats.xsd.symbols import Symbols
from sluicegate.shared.model import Finding

FINDING_LIMIT: Final = 100


def compare(reader: XsdSchema, writer: XsdSchema) -> tuple[Finding, ...]:
    """Why documents of `writer` do not all fit `reader`; at most `FINDING_LIMIT` reasons.

    Always ends, and in bounded time.
    """
    if _identity(reader) == _identity(writer):
        return ()
    unreadable = tuple(dict.fromkeys(not_comparable(reader, writer)))
    if unreadable:
        return unreadable
    try:
        return tuple(islice(dict.fromkeys(_Comparison(reader, writer).findings()), FINDING_LIMIT))
    except (WalkTooComplex, RecursionError):
        return (finding(XsdChange.SCHEMA_TOO_COMPLEX, "", "The two schemas are too large to be compared"),)
    except UnresolvedDefinition as error:
        change = f"A part of the schemas cannot be followed ({error}), so nothing can be said about compatibility"
        return (finding(XsdChange.FEATURE_NOT_COMPARABLE, "", change),)


def _identity(schema: XsdSchema) -> tuple[str, tuple[tuple[str, str], ...]]:
    return canonical(schema.root), tuple((name, canonical(root)) for name, root in sorted(schema.named.items()))


class _Comparison:
    """One comparison, and the pairs that are still to be looked at."""

    def __init__(self, reader: XsdSchema, writer: XsdSchema) -> None:
        self._reader, self._writer = Components(reader), Components(writer)
        self._demands = Demands(keys=_uses(reader, "key", "unique", "keyref"), references=_refers(reader))
        self._attributes = AttributeUses(self._reader, self._writer, self._demands)
        self._taken_types, self._written_types = DerivedTypes(self._reader), DerivedTypes(self._writer)
        self._budget = WalkBudget()
        self._content = ContentComparison(Symbols(self._reader), Symbols(self._writer), self._budget)
        self._elements: deque[tuple[ElementDeclaration, ElementDeclaration, str]] = deque()
        self._types: deque[tuple[Type, Type, str]] = deque()
        self._seen: set[tuple[int, int]] = set()
        self._kept: list[object] = []

    def findings(self) -> Iterator[Finding]:
        """Look at the pairs, first come first served, and at those that they lead to."""
        yield from self._roots()
        while self._elements or self._types:
            if self._elements:
                yield from self._element(*self._elements.popleft())
            else:
                yield from self._type(*self._types.popleft())

    def _roots(self) -> Iterator[Finding]:
        others = {root.name: root for root in self._reader.roots()}
        for root in self._writer.roots():
            other = others.get(root.name)
            if other is not None:
                self._need_elements(other, root, root.name.name)
            elif self._reader.global_element(root.name) is not None:
                yield finding(
                    XsdChange.ABSTRACT_ADDED, root.name.name, f"The element {root.name} is abstract for the reader"
                )
            elif any(each.name == root.name.name for each in others):
                change = f"The element {root.name} is in another namespace for the reader than {root.name.namespace!r}"
                yield finding(XsdChange.NAMESPACE_CHANGED, root.name.name, change)
            else:
                yield finding(
                    XsdChange.ROOT_ELEMENT_REMOVED,
                    root.name.name,
                    f"The reader does not have the global element {root.name}",
                )

    def _need_elements(self, reader: ElementDeclaration, writer: ElementDeclaration, path: str) -> None:
        if self._is_new(reader, writer):
            self._elements.append((reader, writer, path))

    def _need_types(self, reader: Type, writer: Type, path: str) -> None:
        simple = isinstance(reader, SimpleType) and isinstance(writer, SimpleType)
        if simple or self._is_new(reader, writer):
            self._types.append((reader, writer, path))

    def _is_new(self, reader: object, writer: object) -> bool:
        key = (id(reader), id(writer))
        if key in self._seen:
            return False
        self._seen.add(key)
        self._kept += (reader, writer)
        self._budget.spend()
        return True

    def _element(self, reader: ElementDeclaration, writer: ElementDeclaration, path: str) -> Iterator[Finding]:
        reader_type, writer_type = self._reader.type_of(reader), self._writer.type_of(writer)
        if writer.nillable and not reader.nillable:
            yield finding(XsdChange.NILLABLE_REMOVED, path, f"The element {writer.name} may be nil for the writer only")
        taken, written = _simple(reader_type), _simple(writer_type)
        alike = taken is None or (written is not None and same_literals(taken, written))
        now, before = _fixed(reader, taken), _fixed(writer, written)
        yield from fixed(now, before, f"the element {writer.name}", path, type_=taken, alike=alike)
        yield from self._default(reader, writer, (reader_type, writer_type), path)
        for constraint in reader.constraints:
            if not any((each.kind, each.text) == (constraint.kind, constraint.text) for each in writer.constraints):
                change = f"The reader has the constraint {constraint.name} ({constraint.kind}), which the writer does not have in this form"
                yield finding(XsdChange.IDENTITY_CONSTRAINT_ADDED, path, change)
        yield from self._named_types(reader, writer, (reader_type, writer_type), path)
        if _is_abstract(writer_type):
            return
        if _is_abstract(reader_type):
            yield finding(
                XsdChange.ABSTRACT_ADDED, path, f"The type of the element {writer.name} is abstract for the reader"
            )
            return
        self._need_types(reader_type, writer_type, path)

    def _default(
        self, reader: ElementDeclaration, writer: ElementDeclaration, types: tuple[Type, Type], path: str
    ) -> Iterator[Finding]:
        """Compare defaults: the value of an empty element. Without one, the empty text must fit."""
        had, has = (_first(writer.default, writer.fixed), _first(reader.default, reader.fixed))
        if had is not None and has is None:
            simple = _simple(types[0])
            if simple is not None and not takes_any_text(simple):
                change = (
                    f"An empty element {writer.name} has the value {had[:60]!r} for the writer, and none for the reader"
                )
                yield finding(XsdChange.DEFAULT_CHANGED, path, change)
        if had != has and self._demands.keys:
            change = f"The default of the element {writer.name} changed, and the reader's schema has keys"
            yield finding(XsdChange.DEFAULT_CHANGED, path, change)

    def _named_types(
        self, reader: ElementDeclaration, writer: ElementDeclaration, types: tuple[Type, Type], path: str
    ) -> Iterator[Finding]:
        """The types that documents may name in xsi:type instead of the one that is declared."""
        for name, type_ in self._written_types.of(types[1], writer):
            self._budget.spend()
            taken = self._taken_types.named(name, types[0], reader)
            if taken is None:
                change = f"The element {writer.name} may name the type {name} (xsi:type), and the reader has none that derives so"
                yield finding(XsdChange.DERIVED_TYPE_REMOVED, path, change)
            else:
                self._need_types(taken, type_, path)

    def _type(self, reader: Type, writer: Type, path: str) -> Iterator[Finding]:
        if isinstance(reader, SimpleType):
            yield from self._as_simple(reader, writer, path)
        elif isinstance(writer, SimpleType):
            yield from self._from_simple(reader, writer, path)
        else:
            yield from self._attributes.compare(reader, writer, path)
            yield from self._contents(reader, writer, path)

    def _as_simple(self, reader: SimpleType, writer: Type, path: str) -> Iterator[Finding]:
        if isinstance(writer, SimpleType):
            yield from self._texts(reader, writer, path)
        elif writer.simple is None:
            yield _kind_changed(reader, writer, path)
        else:
            yield from self._texts(reader, writer.simple, path)
            for name in writer.attributes:
                yield finding(
                    XsdChange.ATTRIBUTE_REMOVED,
                    f"{path}/@{name}",
                    f"The writer may write the attribute {name}, the reader takes none",
                )
            if writer.wildcard is not None:
                yield finding(
                    XsdChange.WILDCARD_NARROWED, path, "The writer may write any attribute, the reader takes none"
                )

    def _from_simple(self, reader: ComplexType, writer: SimpleType, path: str) -> Iterator[Finding]:
        for name, use in reader.attributes.items():
            if use.required:
                change = f"The reader needs the attribute {name}, which the writer does not have"
                yield finding(XsdChange.REQUIRED_ATTRIBUTE_ADDED, f"{path}/@{name}", change)
        if reader.simple is not None:
            yield from self._texts(reader.simple, writer, path)
        elif reader.name != ANY_TYPE or self._demands.keys:  # the target of a key must be text
            yield _kind_changed(reader, writer, path)

    def _texts(self, reader: SimpleType, writer: SimpleType, path: str) -> Iterator[Finding]:
        for code, change in differences(reader, writer, self._demands):
            yield finding(code, path, f"Type: {change}")

    def _contents(self, reader: ComplexType, writer: ComplexType, path: str) -> Iterator[Finding]:
        if writer.simple is not None:
            if reader.simple is not None:
                yield from self._texts(reader.simple, writer.simple, path)
            elif reader.name != ANY_TYPE or self._demands.keys:
                yield _kind_changed(reader, writer, path)
            return
        if reader.simple is not None:
            empty = writer.particle is None and not writer.mixed
            if not (empty and takes_any_text(reader.simple)):
                yield _kind_changed(reader, writer, path)
            return
        if writer.mixed and not reader.mixed:
            yield finding(
                XsdChange.MIXED_REMOVED, path, "The writer may write text between the elements, the reader takes none"
            )
        if writer.particle is not None and reader.particle is None and not reader.mixed:
            yield _kind_changed(reader, writer, path)
            return
        yield from self._models(reader, writer, path)

    def _models(self, reader: ComplexType, writer: ComplexType, path: str) -> Iterator[Finding]:
        try:
            result = self._content.compare(reader.particle, writer.particle, path)
        except NotWritten:
            change = "The content models differ, and are too large or too mixed (xs:all) to be compared"
            yield finding(XsdChange.CONTENT_NOT_COMPARABLE, path, change)
            return
        yield from result.findings
        for taken, written, name in result.elements:
            self._need_elements(taken, written, f"{path}/{name}")
        for type_, other in result.types(self._writer.type_of):
            self._need_types(type_, other, path)
        if self._demands.references or self._demands.keys:
            for name in result.undeclared:
                change = f"The element {name} is not declared any more, and the reader's schema has keys or xs:IDREF"
                yield finding(XsdChange.REFERENCED_ID_REMOVED, f"{path}/{name}", change)


def _fixed(declaration: ElementDeclaration, type_: SimpleType | None) -> str | None:
    literal = declaration.fixed
    return literal if literal is None or type_ is None else expanded(literal, declaration.node, type_)


def _is_abstract(type_: Type) -> bool:
    return isinstance(type_, ComplexType) and type_.abstract


def _simple(type_: Type) -> SimpleType | None:
    return type_ if isinstance(type_, SimpleType) else type_.simple


def _first(*values: str | None) -> str | None:
    return next((value for value in values if value is not None), None)


def _kind_changed(reader: Type, writer: Type, path: str) -> Finding:
    change = f"The content is {_content_kind(reader)} for the reader and {_content_kind(writer)} for the writer"
    return finding(XsdChange.CONTENT_KIND_CHANGED, path, change)


def _content_kind(type_: Type) -> str:
    simple = _simple(type_)
    if simple is not None:
        return f"text ({described(simple)})"
    assert isinstance(type_, ComplexType)
    if type_.mixed:
        return "text and elements"
    return "empty" if type_.particle is None else "elements"


def _uses(schema: XsdSchema, *kinds: str) -> bool:
    return any(kind(node) in kinds for part in schema.parts for node in part.root.iter(f"{{{XS}}}*"))


def _refers(schema: XsdSchema) -> bool:
    """Whether a type of a schema refers to an xs:ID."""
    values = (
        value.rpartition(":")[2]
        for part in schema.parts
        for node in part.root.iter(f"{{{XS}}}*")
        for name in ("type", "base", "itemType", "memberTypes")
        for value in (node.get(name) or "").split()
    )
    return any(value in ("IDREF", "IDREFS") for value in values)
