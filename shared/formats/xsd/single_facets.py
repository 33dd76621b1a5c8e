"""Rules of representation that libxml2 does not check: facets, and attributes of the root.

Sources: XML Schema 1.0 part 2, 4.1.3 "Single Facet Value"; the schema for schemas (part 1,
appendix A).
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from sluicegate.shared.formats.xsd.names import XS
from sluicegate.shared.formats.xsd.refusals import XsdSchemaCode, at
from sluicegate.shared.formats.xsd.schema import XsdSchema
from sluicegate.shared.model import Violation

_SINGLE: Final = (
    "length", "minLength", "maxLength", "totalDigits", "fractionDigits", "whiteSpace", "minInclusive", "minExclusive",
    "maxInclusive", "maxExclusive",
)  # fmt: skip
_ROOT: Final = frozenset(
    {"id", "targetNamespace", "version", "finalDefault", "blockDefault", "attributeFormDefault", "elementFormDefault"}
)


def misspelt(schema: XsdSchema) -> Iterator[Violation]:
    """Yield facets that are repeated or have no value, and unknown attributes of a root."""
    for part in schema.parts:
        for name in map(str, part.root.keys()):
            if not name.startswith("{") and name not in _ROOT:
                yield at(part.root, XsdSchemaCode.SCHEMA_INVALID, f"The attribute {name!r} is not allowed here")
        for node in part.root.iter(f"{{{XS}}}restriction"):
            if next(node.iterancestors(f"{{{XS}}}annotation"), None) is None:
                yield from _facets(node)


def _facets(restriction: etree._Element) -> Iterator[Violation]:
    for name in _SINGLE:
        for repeated in restriction.findall(f"{{{XS}}}{name}")[1:]:
            message = f"A restriction has the facet {name} more than once. Keep one of them"
            yield at(repeated, XsdSchemaCode.SCHEMA_INVALID, message)
    for pattern in restriction.findall(f"{{{XS}}}pattern"):
        if pattern.get("value") is None:
            yield at(pattern, XsdSchemaCode.SCHEMA_INVALID, "The attribute 'value' is required but missing")
