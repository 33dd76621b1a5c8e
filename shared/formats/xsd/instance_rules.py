"""Rules about documents that libxml2 does not check, or checks wrongly.

- `xs:ID`: no value stands there twice. libxml2 looks at attributes alone.
- `xs:IDREF`, `xs:IDREFS`: each is the value of an `xs:ID`. libxml2 does not look.
- `fixed` on elements: the value is the fixed one, and there are no elements in mixed content.
  libxml2 compares spellings. So it gets the
  fixed value as a default, and the comparison is made here.
- `fixed` on references to attributes: the value is the fixed one. libxml2 does not look.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.assessment import Assessed, Assessment
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    Process,
    SimpleType,
    Variety,
)
from sluicegate.shared.formats.xsd.equal_values import equal
from sluicegate.shared.formats.xsd.names import XS, XSI, QName
from sluicegate.shared.formats.xsd.places import element_path
from sluicegate.shared.formats.xsd.refusals import cut
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.model import Violation

ID_DUPLICATE: Final = "id_duplicate"
IDREF_UNRESOLVED: Final = "idref_unresolved"
FIXED: Final = "SCHEMAV_CVC_ELT_5_2_2_2_2"
FIXED_ATTRIBUTE: Final = "SCHEMAV_CVC_AU"
"""libxml2's names for the rules."""

_IDS: Final = frozenset({"ID", "IDREF", "IDREFS"})
_TYPE_ATTRIBUTES: Final = ("type", "base", "itemType", "memberTypes")
_NIL: Final = f"{{{XSI}}}nil"


def are_needed(schema: XsdSchema) -> bool:
    """Return whether a schema needs these checks: fixed values, or identifier types."""
    return any(_asks(node) for part in schema.parts for node in part.root.iter(f"{{{XS}}}*"))


def _asks(node: etree._Element) -> bool:
    if node.tag == f"{{{XS}}}element" and "fixed" in node.attrib:
        return True
    if node.tag == f"{{{XS}}}attribute" and "ref" in node.attrib and "fixed" in node.attrib:
        return True
    values = " ".join(node.get(name, "") for name in _TYPE_ATTRIBUTES).split()
    return any(value.rpartition(":")[2] in _IDS for value in values)


def fixed_as_defaults(root: etree._Element) -> None:
    """Change a schema document such that libxml2 leaves fixed values of elements to these rules."""
    for node in root.iter(f"{{{XS}}}element"):
        if "fixed" in node.attrib:
            node.set("default", str(node.attrib.pop("fixed")))


class InstanceRules:
    """Holds documents that libxml2 finds valid against these rules. For one thread at a time."""

    def __init__(self, schema: XsdSchema) -> None:
        """Take a valid schema."""
        self._components = Components(schema)
        self._assessment = Assessment(self._components)

    def violations(self, root: etree._Element) -> Iterator[Violation]:
        """Yield violations; unresolved references are last."""
        ids: set[str] = set()
        references: dict[str, etree._Element] = {}
        for element in self._assessment.elements(root):
            attributes = tuple(self._attributes(element))
            for kind, value in _identifiers(element, attributes):
                if kind == "IDREF":
                    references.setdefault(value, element.node)
                elif value in ids:
                    yield _at(
                        element.node, ID_DUPLICATE, f"The xs:ID {cut(value, 60)!r} stands in the document already"
                    )
                ids.update([value] if kind == "ID" else ())
            yield from _wrong_attributes(element, attributes)
            if any(each.fixed is not None for each in element.declarations) and not _is_fixed(element):
                yield _not_fixed(element)
        for value, node in references.items():
            if value not in ids:
                yield _at(node, IDREF_UNRESOLVED, f"The xs:IDREF {cut(value, 60)!r} refers to no xs:ID of the document")

    def _attributes(self, element: Assessed) -> Iterator[tuple[AttributeUse, str]]:
        """Yield the attributes that the schema declares, with their values."""
        if isinstance(element.type, ComplexType):
            for name, value in element.node.attrib.items():
                use = self._use(element.type, str(name))
                if use is not None:
                    yield use, str(value)

    def _use(self, type_: ComplexType, name: str) -> AttributeUse | None:
        namespace, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        use = type_.attributes.get(QName(namespace, local))
        if use is None and type_.wildcard is not None and type_.wildcard.allows(namespace):
            skips = type_.wildcard.process is Process.SKIP
            use = None if skips else self._components.attribute(QName(namespace, local))
        return use


def _identifiers(element: Assessed, attributes: Iterable[tuple[AttributeUse, str]]) -> Iterator[tuple[str, str]]:
    """Yield identifier values of attributes and text, with `ID` or `IDREF`."""
    for use, value in attributes:
        yield from _identified(use.type, value)
    if element.simple is not None:
        yield from _identified(element.simple, _text(element.node))


def _identified(type_: SimpleType, value: str) -> Iterator[tuple[str, str]]:
    atom = type_.item if type_.variety is Variety.LIST and type_.item is not None else type_
    if atom.builtin in _IDS:
        yield from ((atom.builtin, each) for each in value.split())


def _wrong_attributes(element: Assessed, attributes: Iterable[tuple[AttributeUse, str]]) -> Iterator[Violation]:
    for use, value in attributes:
        fixed = use.node.get("fixed")
        if fixed is not None and not equal(use.type, (fixed, use.node), (value, element.node)):
            message = f"Attribute {use.name.name!r}: The value is not the fixed value {cut(fixed, 60)!r}"
            yield _at(element.node, FIXED_ATTRIBUTE, message)


def _text(node: etree._Element) -> str:
    """The text of an element and of those in it, without comments."""
    return "".join(str(each) for each in node.itertext(etree.Element)) if len(node) else node.text or ""


def _is_fixed(element: Assessed) -> bool:
    """Whether an element has the value of one of its declarations; one that is empty gets it."""
    node = element.node
    inner = any(isinstance(child.tag, str) for child in node)
    value = _text(node)
    if (not value and not inner) or node.get(_NIL, "").strip() in ("true", "1"):
        return True
    return any(each.fixed is None or (not inner and _same(element, each, value)) for each in element.declarations)


def _same(element: Assessed, declaration: ElementDeclaration, value: str) -> bool:
    fixed = declaration.fixed or ""
    if element.simple is None:
        return value == fixed
    return equal(element.simple, (fixed, declaration.node), (value, element.node))


def _not_fixed(element: Assessed) -> Violation:
    fixed = next(each.fixed for each in element.declarations if each.fixed is not None)
    name = etree.QName(element.node).localname
    message = f"Element {name!r}: The value is not the fixed value {cut(fixed, 60)!r}, and the element is not empty"
    return _at(element.node, FIXED, message)


def _at(node: etree._Element, code: str, message: str) -> Violation:
    return Violation(element_path(node), code, f"{message} (line {node.sourceline})")
