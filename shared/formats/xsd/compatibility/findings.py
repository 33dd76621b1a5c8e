"""The closed set of reasons why a reader refuses documents of a writer, with their repairs."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sluicegate.shared.model import Finding


class XsdChange(StrEnum):
    """A difference."""

    ROOT_ELEMENT_REMOVED = "ROOT_ELEMENT_REMOVED"
    NAMESPACE_CHANGED = "NAMESPACE_CHANGED"
    ELEMENT_REMOVED = "ELEMENT_REMOVED"
    REQUIRED_ELEMENT_ADDED = "REQUIRED_ELEMENT_ADDED"
    MIN_OCCURS_INCREASED = "MIN_OCCURS_INCREASED"
    MAX_OCCURS_DECREASED = "MAX_OCCURS_DECREASED"
    CONTENT_ORDER_CHANGED = "CONTENT_ORDER_CHANGED"
    CONTENT_KIND_CHANGED = "CONTENT_KIND_CHANGED"
    MIXED_REMOVED = "MIXED_REMOVED"
    ATTRIBUTE_REMOVED = "ATTRIBUTE_REMOVED"
    ATTRIBUTE_REQUIRED = "ATTRIBUTE_REQUIRED"
    REQUIRED_ATTRIBUTE_ADDED = "REQUIRED_ATTRIBUTE_ADDED"
    WILDCARD_NARROWED = "WILDCARD_NARROWED"
    DECLARED_IN_WILDCARD = "DECLARED_IN_WILDCARD"
    NILLABLE_REMOVED = "NILLABLE_REMOVED"
    ABSTRACT_ADDED = "ABSTRACT_ADDED"
    FIXED_ADDED = "FIXED_ADDED"
    DEFAULT_CHANGED = "DEFAULT_CHANGED"
    TYPE_CHANGED = "TYPE_CHANGED"
    DERIVED_TYPE_REMOVED = "DERIVED_TYPE_REMOVED"
    ENUMERATION_ADDED = "ENUMERATION_ADDED"
    ENUMERATION_NARROWED = "ENUMERATION_NARROWED"
    PATTERN_ADDED = "PATTERN_ADDED"
    PATTERN_CHANGED = "PATTERN_CHANGED"
    MIN_LENGTH_INCREASED = "MIN_LENGTH_INCREASED"
    MAX_LENGTH_DECREASED = "MAX_LENGTH_DECREASED"
    LOWER_BOUND_INCREASED = "LOWER_BOUND_INCREASED"
    UPPER_BOUND_DECREASED = "UPPER_BOUND_DECREASED"
    TOTAL_DIGITS_DECREASED = "TOTAL_DIGITS_DECREASED"
    FRACTION_DIGITS_DECREASED = "FRACTION_DIGITS_DECREASED"
    WHITE_SPACE_CHANGED = "WHITE_SPACE_CHANGED"
    IDENTITY_CONSTRAINT_ADDED = "IDENTITY_CONSTRAINT_ADDED"
    REFERENCED_ID_REMOVED = "REFERENCED_ID_REMOVED"
    CONTENT_NOT_COMPARABLE = "CONTENT_NOT_COMPARABLE"
    FEATURE_NOT_COMPARABLE = "FEATURE_NOT_COMPARABLE"
    SCHEMA_NOT_COMPARABLE = "SCHEMA_NOT_COMPARABLE"
    SCHEMA_TOO_COMPLEX = "SCHEMA_TOO_COMPLEX"


REMEDIES: Mapping[XsdChange, str] = MappingProxyType({
    XsdChange.ROOT_ELEMENT_REMOVED: "Keep the global element: a document may begin with it",
    XsdChange.NAMESPACE_CHANGED:
        "Keep targetNamespace, elementFormDefault, attributeFormDefault and form as they are: they decide the namespace of names in "
        "documents. A new namespace is a new schema",
    XsdChange.ELEMENT_REMOVED: 'Keep the element, with minOccurs="0" if it need not be there any more',
    XsdChange.REQUIRED_ELEMENT_ADDED: 'Add the element with minOccurs="0"',
    XsdChange.MIN_OCCURS_INCREASED: "Keep minOccurs, or lower it",
    XsdChange.MAX_OCCURS_DECREASED: "Keep maxOccurs, or raise it",
    XsdChange.CONTENT_ORDER_CHANGED: "Accept the elements in every order and combination that the writer allows",
    XsdChange.CONTENT_KIND_CHANGED: "Keep the kind of content (text, elements, both, or none)",
    XsdChange.MIXED_REMOVED: 'Keep mixed="true": documents may hold text between the elements',
    XsdChange.ATTRIBUTE_REMOVED: "Keep the attribute as an optional one",
    XsdChange.ATTRIBUTE_REQUIRED: 'Leave the attribute optional (remove use="required")',
    XsdChange.REQUIRED_ATTRIBUTE_ADDED: 'Add the attribute as an optional one (without use="required")',
    XsdChange.WILDCARD_NARROWED: "Keep the wildcard as wide as the writer's, with a processContents that is no stricter",
    XsdChange.DECLARED_IN_WILDCARD:
        "The writer's wildcard lets in anything under this name, so that documents may already hold it with other content. Take a name "
        "in a namespace that the wildcard does not allow",
    XsdChange.NILLABLE_REMOVED: 'Keep nillable="true": documents may say xsi:nil',
    XsdChange.ABSTRACT_ADDED: 'Remove abstract="true"',
    XsdChange.FIXED_ADDED: "Remove fixed, or add it to the writer first",
    XsdChange.DEFAULT_CHANGED: "Keep the default as it is",
    XsdChange.TYPE_CHANGED: "Keep the type, or take one that accepts every text that the writer's type accepts",
    XsdChange.DERIVED_TYPE_REMOVED: "Keep the type and what it derives from: documents may name it in xsi:type",
    XsdChange.ENUMERATION_ADDED: "Remove the enumeration, or add it to the writer first",
    XsdChange.ENUMERATION_NARROWED: "Keep every value that the writer may use",
    XsdChange.PATTERN_ADDED: "Remove the pattern",
    XsdChange.PATTERN_CHANGED: "Keep the pattern, or remove it: two patterns are not compared with each other",
    XsdChange.MIN_LENGTH_INCREASED: "Keep the smallest length, or lower it",
    XsdChange.MAX_LENGTH_DECREASED: "Keep the greatest length, or raise it",
    XsdChange.LOWER_BOUND_INCREASED: "Keep the lower bound, or lower it",
    XsdChange.UPPER_BOUND_DECREASED: "Keep the upper bound, or raise it",
    XsdChange.TOTAL_DIGITS_DECREASED: "Keep totalDigits, or raise it",
    XsdChange.FRACTION_DIGITS_DECREASED: "Keep fractionDigits, or raise it",
    XsdChange.WHITE_SPACE_CHANGED: "Keep whiteSpace: the other facets see another text with it",
    XsdChange.IDENTITY_CONSTRAINT_ADDED: "Remove the constraint, or add it to the writer first",
    XsdChange.REFERENCED_ID_REMOVED: "Keep the type xs:ID as long as there is an xs:IDREF that may refer to it",
    XsdChange.CONTENT_NOT_COMPARABLE: "Change less at once, or use smaller numbers in minOccurs and maxOccurs",
    XsdChange.FEATURE_NOT_COMPARABLE: "Register with compatibility NONE when you know that all documents fit",
    XsdChange.SCHEMA_NOT_COMPARABLE: "Correct the schema",
    XsdChange.SCHEMA_TOO_COMPLEX: "Compare smaller schemas, or simplify the content models",
})  # fmt: skip
"""Repair of each code, as a sentence."""


def finding(code: XsdChange, path: str, change: str) -> Finding:
    """A finding with the remedy of its code."""
    return Finding(code.value, path, change, REMEDIES[code])
