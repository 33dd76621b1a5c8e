"""Element nodes -> `ElementDeclaration`, identity constraints among them."""

import re
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.components import Constraint, ElementDeclaration
from sluicegate.shared.formats.xsd.names import QName, children, flag, kind, qname, text
from sluicegate.shared.formats.xsd.schema import SchemaPart

ALL_WAYS: Final = frozenset({"extension", "restriction", "substitution"})

_PREFIXED: Final = re.compile(r"([A-Za-z_][\w.-]*):(?!:)")


def declared(node: etree._Element, part: SchemaPart) -> ElementDeclaration:
    """The element that a node without `ref` declares."""
    top = node.getparent() is part.root
    type_name = text(node, "type")
    heads = (node.get("substitutionGroup") or "").split() if top else []
    return ElementDeclaration(
        name=QName(part.namespace if top or is_qualified(node, part) else "", text(node, "name") or ""),
        node=node,
        part=part,
        type_name=None if type_name is None else qname(node, type_name, part.namespace),
        is_global=top,
        nillable=flag(node, "nillable"),
        abstract=flag(node, "abstract"),
        default=node.get("default"),
        fixed=node.get("fixed"),
        block=ways(node, "block", part),
        heads=tuple(qname(node, head, part.namespace) for head in heads),
        constraints=tuple(_constraint(each, part) for each in children(node, "key", "unique", "keyref")),
    )


def is_qualified(node: etree._Element, part: SchemaPart) -> bool:
    """Whether a local element or attribute is in the target namespace."""
    form = text(node, "form") or text(part.root, f"{kind(node)}FormDefault")
    return form == "qualified"


def ways(node: etree._Element, attribute: str, part: SchemaPart) -> frozenset[str]:
    """The ways of derivation that `block` or `final` names."""
    value = text(node, attribute)
    if value is None:
        value = text(part.root, f"{attribute}Default") or ""
    return ALL_WAYS if value == "#all" else frozenset(value.split())


def _constraint(node: etree._Element, part: SchemaPart) -> Constraint:
    paths = [f"{kind(each)}={_expanded(each)}" for each in children(node, "selector", "field")]
    refer = text(node, "refer")
    if refer is not None:
        paths.append(f"refer={qname(node, refer, part.namespace)!r}")
    return Constraint(kind(node), QName(part.namespace, text(node, "name") or ""), " ".join(paths))


def _expanded(node: etree._Element) -> str:
    """A selector's or field's XPath with namespaces in the place of prefixes."""
    path = "".join((node.get("xpath") or "").split())
    return _PREFIXED.sub(lambda match: f"{{{node.nsmap.get(match[1], match[1])}}}", path)
