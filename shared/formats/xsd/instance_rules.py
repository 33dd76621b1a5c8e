"""Rules about documents that libxml2 does not check, or checks wrongly.

- `xs:ID`: no value stands there twice. libxml2 looks at attributes alone.
- `xs:IDREF`, `xs:IDREFS`: each is the value of an `xs:ID`, default values included. libxml2 does
  not look.
- `xs:IDREFS`, `xs:NMTOKENS`, `xs:ENTITIES`: there is at least one item (part 2, section 3.3).
  libxml2 takes empty lists.
- `fixed` on elements: the value is the fixed one, and there are no elements in mixed content.
  libxml2 compares spellings. So it gets the
  fixed value as a default, and the comparison is made here.
- `fixed` on references to attributes: the value is the fixed one. libxml2 does not look.
"""

from collections.abc import Iterable, Iterator
from typing import Final, cast

from lxml import etree

from sluicegate.shared.formats.xsd.assessment import Assessed, Assessment
from sluicegate.shared.formats.xsd.builder import Components
from sluicegate.shared.formats.xsd.components import (
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ProcessContents,
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
NO_ITEM: Final = "SCHEMAV_CVC_MINLENGTH_VALID"
FIXED: Final = "SCHEMAV_CVC_ELT_5_2_2_2_2"
FIXED_ATTRIBUTE: Final = "SCHEMAV_CVC_AU"
"""libxml2's names for the rules."""

_IDS: Final = frozenset({"ID", "IDREF", "IDREFS"})
_LISTS: Final = frozenset({"IDREFS", "NMTOKENS", "ENTITIES"})
_RULED: Final = _IDS | _LISTS
_NAMED_TYPES: Final = etree.XPath("//@xsi:type", namespaces={"xsi": XSI}, smart_strings=False)
_TYPE_ATTRIBUTES: Final = ("type", "base", "itemType", "memberTypes")
_NIL: Final = f"{{{XSI}}}nil"


def are_needed(schema: XsdSchema) -> bool:
    """Return whether a schema needs these checks: fixed values, identifier types, or their lists."""
    return any(_asks(node) for part in schema.parts for node in part.root.iter(f"{{{XS}}}*"))


def _asks(node: etree._Element) -> bool:
    if node.tag == f"{{{XS}}}element" and "fixed" in node.attrib:
        return True
    if node.tag == f"{{{XS}}}attribute" and "ref" in node.attrib and "fixed" in node.attrib:
        return True
    values = " ".join(node.get(name, "") for name in _TYPE_ATTRIBUTES).split()
    return any(value.rpartition(":")[2] in _RULED for value in values)


def named_types_are_ruled(root: etree._Element) -> bool:
    """Whether a document names a type of XML Schema in `xsi:type` that these rules are about."""
    named = cast("list[str]", _NAMED_TYPES(root))
    return any(value.rpartition(":")[2].strip() in _RULED for value in named)


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
            values = (*_values(element, attributes), *self._defaults(element))
            for type_, value in values:
                if type_.variety is Variety.LIST and type_.builtin in _LISTS and not value.split():
                    yield _at(
                        element.node, NO_ITEM, f"The list of xs:{type_.builtin} has no item; it needs at least one"
                    )
            for kind, value in (found for each in values for found in _identified(*each)):
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

    def _defaults(self, element: Assessed) -> Iterator[tuple[SimpleType, str]]:
        """Yield the values of attributes that the document leaves out (part 1, section 3.4.4)."""
        if isinstance(element.type, ComplexType):
            for name, use in element.type.attributes.items():
                value = use.fixed if use.default is None else use.default
                if value is not None and element.node.get(_clark(name)) is None:
                    yield use.type, value

    def _use(self, type_: ComplexType, name: str) -> AttributeUse | None:
        namespace, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        use = type_.attributes.get(QName(namespace, local))
        if use is None and type_.wildcard is not None and type_.wildcard.allows(namespace):
            skips = type_.wildcard.process is ProcessContents.SKIP
            use = None if skips else self._components.attribute(QName(namespace, local))
        return use


def _clark(name: QName) -> str:
    return f"{{{name.namespace}}}{name.name}" if name.namespace else name.name


def _values(element: Assessed, attributes: Iterable[tuple[AttributeUse, str]]) -> Iterator[tuple[SimpleType, str]]:
    """Yield the values of an element's attributes and of its text, or its default value."""
    for use, value in attributes:
        yield use.type, value
    if element.simple is not None and not _is_nil(element.node):
        text = _text(element.node)
        defaults = [each.fixed if each.default is None else each.default for each in element.declarations]
        yield element.simple, text if text or not defaults else defaults[0] or ""


def _is_nil(node: etree._Element) -> bool:
    return node.get(_NIL, "").strip() in ("true", "1")


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
    if (not value and not inner) or _is_nil(node):
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
