"""The canonical text, equal for every spelling of a schema: C14N of its significant parts.

Removed: comments, processing instructions, annotations, attributes of other namespaces (1.1's
versioning attributes stay), whitespace between nodes and at the ends of attributes, attributes with
their default value. Top-level nodes are sorted by name, since their order means nothing. Prefixes
do not count: they become `xs` and `n1`, `n2` ... in the order of the namespaces, unless an XPath
expression or an enumerated value has a colon: the meaning of such a prefix depends on language and
type, so the schema keeps its prefixes. A value without a colon that may be a QName keeps the
default namespace of its node (`qname_values`).
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.names import EXPRESSIONS, VERBATIM, VERSIONING, XML, XS, attributes, kind
from sluicegate.shared.formats.xsd.qname_values import QNameValues
from sluicegate.shared.formats.xsd.schema import LOCATED

_QNAMES: Final = (
    "type",
    "base",
    "ref",
    "itemType",
    "memberTypes",
    "substitutionGroup",
    "refer",
    "notQName",
    "defaultAttributes",
)

_ANYWHERE: Final = MappingProxyType({"minOccurs": "1", "maxOccurs": "1"})
_DEFAULTS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({
    "schema": {"elementFormDefault": "unqualified", "attributeFormDefault": "unqualified", "blockDefault": "", "finalDefault": ""},
    "element": {"nillable": "false", "abstract": "false"},
    "attribute": {"use": "optional"},
    "complexType": {"abstract": "false"},
    "any": {"namespace": "##any", "processContents": "strict"},
    "anyAttribute": {"namespace": "##any", "processContents": "strict"},
})  # fmt: skip
_BOOLEANS: Final = ("nillable", "abstract", "mixed", "inheritable", "defaultAttributesApply", "appliesToEmpty")


def canonical(root: etree._Element) -> str:
    """The canonical text of a schema document."""
    prefixes = None if _delicate(root) else _prefixes(root)
    copy = _copied(root, prefixes)
    copy[:] = sorted(copy, key=_place)
    return etree.tostring(copy, method="c14n").decode()


def _delicate(root: etree._Element) -> bool:
    """Whether a prefix may stand where it cannot be found."""
    return any(":" in node.get(name, "") for node in _kept(root) for name in (*EXPRESSIONS, *_values(node)))


def _values(node: etree._Element) -> tuple[str, ...]:
    """Return values that may be of type QName or NOTATION.

    Other values with a colon are safe with all prefixes.
    """
    return {"enumeration": ("value",), "element": ("fixed", "default"), "attribute": ("fixed", "default")}.get(
        kind(node), ()
    )


def _kept(root: etree._Element) -> Iterator[etree._Element]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(child for child in node if kind(child) not in ("", "annotation"))


def _prefixes(root: etree._Element) -> dict[str, str]:
    """Namespace -> prefix, for all that names of the schema use."""
    used = {XS} | {ns for node in _kept(root) for ns in _used(node)}
    others = sorted(used - {XS, XML, VERSIONING, ""})
    return {XS: "xs", VERSIONING: "vc", **{namespace: f"n{index}" for index, namespace in enumerate(others, 1)}}


def _used(node: etree._Element) -> Iterator[str]:
    for name in _QNAMES:
        for token in node.get(name, "").split():
            prefix, colon, _ = token.rpartition(":")
            yield node.nsmap.get(prefix if colon else None) or ""


def _copied(root: etree._Element, prefixes: Mapping[str, str] | None) -> etree._Element:
    """Return a copy of the significant nodes without texts.

    Names get the given prefixes, or keep their own.
    """
    if prefixes is None:
        scope: dict[str | None, str] = dict(root.nsmap)
    else:
        scope = {
            prefix: namespace for namespace, prefix in prefixes.items() if namespace != VERSIONING or _versioned(root)
        }
    copy = etree.Element(root.tag, nsmap=scope)  # type: ignore[arg-type]  # the stubs do not know of the default namespace
    pending = [(root, copy)]
    values = QNameValues(root)
    while pending:
        node, target = pending.pop()
        for name, value in _attributes(node, prefixes):
            target.set(name, value)
        for child in node:
            if kind(child) not in ("", "annotation"):
                own = _default_namespace(child, values) if prefixes is not None else dict(child.nsmap)
                inner = etree.SubElement(target, child.tag, nsmap=own)  # type: ignore[arg-type]  # as above
                pending.append((child, inner))
    return copy


def _default_namespace(node: etree._Element, values: QNameValues) -> dict[str | None, str]:
    """The default namespace of a node whose value may be a QName without a prefix."""
    default = node.nsmap.get(None)
    holds_value = any(name in node.attrib for name in _values(node))
    return {None: default} if default and holds_value and values.may_be(node) else {}


def _versioned(root: etree._Element) -> bool:
    return any(name.startswith(f"{{{VERSIONING}}}") for node in _kept(root) for name, _ in attributes(node))


def _attributes(node: etree._Element, prefixes: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    name_of_node = kind(node)
    for name, raw in attributes(node):
        if name.startswith("{") and not name.startswith(f"{{{VERSIONING}}}"):
            continue
        value = raw if name in VERBATIM else _collapsed(name, raw)
        if _implied(name_of_node, name, value):
            continue
        if prefixes is not None and name in _QNAMES:
            value = " ".join(_renamed(node, token, prefixes) for token in value.split())
        yield name, value


def _collapsed(name: str, raw: str) -> str:
    value = " ".join(raw.split())
    return {"1": "true", "0": "false"}.get(value, value) if name in _BOOLEANS else value


def _implied(node: str, name: str, value: str) -> bool:
    if node in LOCATED:
        return False
    return _ANYWHERE.get(name) == value or _DEFAULTS.get(node, {}).get(name) == value


def _renamed(node: etree._Element, token: str, prefixes: Mapping[str, str]) -> str:
    if token.startswith("##"):
        return token
    prefix, colon, local = token.rpartition(":")
    namespace = node.nsmap.get(prefix if colon else None)
    if namespace is None:
        return token
    known = prefixes.get(namespace)
    return token if known is None else f"{known}:{local}"


_ORDER: Final = (
    *LOCATED,
    "defaultOpenContent",
    "notation",
    "simpleType",
    "complexType",
    "group",
    "attributeGroup",
    "attribute",
    "element",
)


def _place(node: etree._Element) -> tuple[int, str, str]:
    """Where a node at the top belongs.

    Nodes that name documents keep to themselves, in the order that they have.
    """
    name = kind(node)
    if name in LOCATED or name == "defaultOpenContent":
        return (0, "", "")
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name, node.get("name", ""))
