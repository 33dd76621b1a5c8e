"""Whether the attributes of one complex type are all taken by another."""

from collections.abc import Iterator

from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.compatibility.findings import XsdChange, finding
from sluicegate.shared.formats.xsd.compatibility.simple_types import Demands, differences, same_literals, takes_any_text
from sluicegate.shared.formats.xsd.components import AttributeUse, ComplexType, ProcessContents, SimpleType, Wildcard
from sluicegate.shared.formats.xsd.equal_values import spelt_alike
from sluicegate.shared.formats.xsd.names import QName
from sluicegate.shared.formats.xsd.symbols import ANY_NAME, ELSEWHERE
from sluicegate.shared.model import Finding


class AttributeUses:
    """Compares the attributes of types."""

    def __init__(self, reader: Components, writer: Components, demands: Demands) -> None:
        """Take the components of both sides."""
        self._reader, self._writer, self._demands = reader, writer, demands

    def compare(self, reader: ComplexType, writer: ComplexType, path: str) -> Iterator[Finding]:
        """Yield attributes of the writer that the reader refuses, and those that the reader misses."""
        for name, use in writer.attributes.items():
            yield from self._written(reader, name, use, f"{path}/@{name}")
        for name, use in reader.attributes.items():
            written = writer.attributes.get(name)
            if use.required and not (written and written.required):
                yield _required(use, written, f"{path}/@{name}")
            if self._demands.keys and written is not None and use.default != written.default:
                change = f"The default of the attribute {name} changed, and the reader's schema has keys"
                yield finding(XsdChange.DEFAULT_CHANGED, f"{path}/@{name}", change)
            if self._demands.keys and written is None and (use.default is not None or use.fixed is not None):
                change = f"The new attribute {name} has a default, and the reader's schema has keys"
                yield finding(XsdChange.DEFAULT_CHANGED, f"{path}/@{name}", change)
        if writer.wildcard is not None:
            yield from self._wild(reader, writer, writer.wildcard, path)

    def _written(self, reader: ComplexType, name: QName, use: AttributeUse, path: str) -> Iterator[Finding]:
        taken = reader.attributes.get(name)
        if taken is not None:
            yield from self.uses(taken, use, path)
            return
        wildcard = reader.wildcard
        if wildcard is None or not wildcard.allows(name.namespace):
            yield _removed(reader, name, path)
        elif wildcard.process is not ProcessContents.SKIP:
            yield from self._through(wildcard, name, use, path)
        if (self._demands.references or self._demands.keys) and wildcard is not None:
            change = f"The attribute {name} is not declared any more, and the reader's schema has keys or xs:IDREF"
            yield finding(XsdChange.REFERENCED_ID_REMOVED, path, change)

    def _through(self, wildcard: Wildcard, name: QName, use: AttributeUse, path: str) -> Iterator[Finding]:
        """An attribute that only the reader's wildcard takes."""
        taken = self._reader.attribute(name)
        if taken is not None:
            yield from self.uses(taken, use, path)
        elif wildcard.process is ProcessContents.STRICT:
            change = f"The attribute {name} falls to the reader's wildcard, which demands a global declaration, and there is none"
            yield finding(XsdChange.WILDCARD_NARROWED, path, change)

    def uses(self, reader: AttributeUse, writer: AttributeUse, path: str) -> Iterator[Finding]:
        """Compare a written attribute with an accepted one."""
        what = f"the attribute {reader.name}"
        alike = same_literals(reader.type, writer.type)
        yield from fixed(reader.fixed, writer.fixed, what, path, type_=reader.type, alike=alike)
        for code, change in differences(reader.type, writer.type, self._demands):
            yield finding(code, path, f"Type of the attribute {reader.name}: {change}")

    def _wild(self, reader: ComplexType, writer: ComplexType, wildcard: Wildcard, path: str) -> Iterator[Finding]:
        own = set(self._writer.definitions.names("attribute"))
        known = own | set(self._reader.definitions.names("attribute")) | reader.attributes.keys()
        spaces = {name.namespace for name in known} | {"", ELSEWHERE} | (wildcard.namespaces or set())
        for each in (reader.wildcard, writer.wildcard):
            spaces |= (each.namespaces if each else None) or set()
        names = (
            own if wildcard.process is ProcessContents.STRICT else known | {QName(space, ANY_NAME) for space in spaces}
        )
        for name in sorted(names - writer.attributes.keys()):
            if wildcard.allows(name.namespace):
                found = next(self._through_both(reader, wildcard, name, path), None)
                if found is not None:
                    yield found
                    return

    def _through_both(self, reader: ComplexType, wildcard: Wildcard, name: QName, path: str) -> Iterator[Finding]:
        """A name that the writer's wildcard lets in."""
        written = None if wildcard.process is ProcessContents.SKIP else self._writer.attribute(name)
        taken = reader.attributes.get(name)
        let_in = reader.wildcard
        if taken is None:
            if let_in is None or not let_in.allows(name.namespace):
                yield finding(
                    XsdChange.WILDCARD_NARROWED, path, f"The reader's xs:anyAttribute does not take {_shown(name)}"
                )
                return
            if let_in.process is ProcessContents.SKIP:
                return
            taken = self._reader.attribute(name)
            if taken is None:
                if let_in.process is ProcessContents.STRICT:
                    change = f"The reader's xs:anyAttribute demands a declaration of {_shown(name)}, and there is none"
                    yield finding(XsdChange.WILDCARD_NARROWED, path, change)
                return
        if written is not None:
            yield from self.uses(taken, written, f"{path}/@{name}")
        elif taken.fixed is not None or not takes_any_text(taken.type):
            change = (
                f"The reader declares the attribute {name}, which the writer's xs:anyAttribute lets in with any value"
            )
            yield finding(XsdChange.DECLARED_IN_WILDCARD, f"{path}/@{name}", change)


def fixed(
    reader: str | None, writer: str | None, what: str, path: str, *, type_: SimpleType | None, alike: bool
) -> Iterator[Finding]:
    """Require that a fixed value of the reader is the writer's.

    `type_` is the reader's; None: the value is a text. `alike`: a literal means the same for both.
    """
    if reader is not None and not (alike and writer is not None and _same(type_, reader, writer)):
        said = "has none" if writer is None else f"has {writer[:60]!r}" + ("" if alike else " of another type")
        yield finding(
            XsdChange.FIXED_ADDED, path, f"The reader takes only the value {reader[:60]!r} in {what}, the writer {said}"
        )


def _same(type_: SimpleType | None, one: str, other: str) -> bool:
    return one == other if type_ is None else spelt_alike(type_, one) == spelt_alike(type_, other)


def _required(use: AttributeUse, written: AttributeUse | None, path: str) -> Finding:
    if written is None:
        return finding(
            XsdChange.REQUIRED_ATTRIBUTE_ADDED,
            path,
            f"The reader needs the attribute {use.name}, which the writer does not have",
        )
    return finding(
        XsdChange.ATTRIBUTE_REQUIRED,
        path,
        f"The attribute {use.name} is required by the reader and optional for the writer",
    )


def _removed(reader: ComplexType, name: QName, path: str) -> Finding:
    if any(other.name == name.name for other in reader.attributes):
        change = f"The attribute {name} is in another namespace for the reader than for the writer"
        return finding(XsdChange.NAMESPACE_CHANGED, path, change)
    return finding(
        XsdChange.ATTRIBUTE_REMOVED, path, f"The writer may write the attribute {name}, which the reader does not have"
    )


def _shown(name: QName) -> str:
    if name.name != ANY_NAME:
        return f"the attribute {name}"
    if name.namespace == ELSEWHERE:
        return "attributes of other namespaces"
    return f"attributes of the namespace {name.namespace!r}" if name.namespace else "attributes without a namespace"
