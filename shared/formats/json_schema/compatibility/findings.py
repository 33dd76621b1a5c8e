"""The closed set of reasons against a reader, with their repairs."""

import json
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sluicegate.shared.model import Finding


class Code(StrEnum):
    """A difference. Names follow the usage of schema registries."""

    TYPE_CHANGED = "TYPE_CHANGED"
    TYPE_NARROWED = "TYPE_NARROWED"
    NOTHING_ACCEPTED = "NOTHING_ACCEPTED"
    ENUM_ADDED = "ENUM_ADDED"
    ENUM_NARROWED = "ENUM_NARROWED"
    CONST_ADDED = "CONST_ADDED"
    CONST_CHANGED = "CONST_CHANGED"
    MINIMUM_ADDED = "MINIMUM_ADDED"
    MINIMUM_INCREASED = "MINIMUM_INCREASED"
    MAXIMUM_ADDED = "MAXIMUM_ADDED"
    MAXIMUM_DECREASED = "MAXIMUM_DECREASED"
    MULTIPLE_OF_ADDED = "MULTIPLE_OF_ADDED"
    MULTIPLE_OF_CHANGED = "MULTIPLE_OF_CHANGED"
    MIN_LENGTH_ADDED = "MIN_LENGTH_ADDED"
    MIN_LENGTH_INCREASED = "MIN_LENGTH_INCREASED"
    MAX_LENGTH_ADDED = "MAX_LENGTH_ADDED"
    MAX_LENGTH_DECREASED = "MAX_LENGTH_DECREASED"
    PATTERN_ADDED = "PATTERN_ADDED"
    PATTERN_CHANGED = "PATTERN_CHANGED"
    FORMAT_ADDED = "FORMAT_ADDED"
    FORMAT_CHANGED = "FORMAT_CHANGED"
    CONTENT_ADDED = "CONTENT_ADDED"
    REQUIRED_ATTRIBUTE_ADDED = "REQUIRED_ATTRIBUTE_ADDED"
    REQUIRED_PROPERTY_ADDED = "REQUIRED_PROPERTY_ADDED"
    PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL = "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL"
    PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL = (
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
    )
    PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL = "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL"
    PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL = (
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
    )
    PATTERN_PROPERTY_ADDED_OR_NARROWED = "PATTERN_PROPERTY_ADDED_OR_NARROWED"
    ADDITIONAL_PROPERTIES_REMOVED = "ADDITIONAL_PROPERTIES_REMOVED"
    ADDITIONAL_PROPERTIES_NARROWED = "ADDITIONAL_PROPERTIES_NARROWED"
    PROPERTY_NAMES_NARROWED = "PROPERTY_NAMES_NARROWED"
    MIN_PROPERTIES_ADDED = "MIN_PROPERTIES_ADDED"
    MIN_PROPERTIES_INCREASED = "MIN_PROPERTIES_INCREASED"
    MAX_PROPERTIES_ADDED = "MAX_PROPERTIES_ADDED"
    MAX_PROPERTIES_DECREASED = "MAX_PROPERTIES_DECREASED"
    DEPENDENCY_ARRAY_ADDED = "DEPENDENCY_ARRAY_ADDED"
    DEPENDENCY_ARRAY_EXTENDED = "DEPENDENCY_ARRAY_EXTENDED"
    DEPENDENCY_SCHEMA_ADDED = "DEPENDENCY_SCHEMA_ADDED"
    ITEM_ADDED_TO_OPEN_CONTENT_MODEL = "ITEM_ADDED_TO_OPEN_CONTENT_MODEL"
    ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL = "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
    ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL = "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL"
    ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL = (
        "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"
    )
    ADDITIONAL_ITEMS_REMOVED = "ADDITIONAL_ITEMS_REMOVED"
    ADDITIONAL_ITEMS_NARROWED = "ADDITIONAL_ITEMS_NARROWED"
    MIN_ITEMS_ADDED = "MIN_ITEMS_ADDED"
    MIN_ITEMS_INCREASED = "MIN_ITEMS_INCREASED"
    MAX_ITEMS_ADDED = "MAX_ITEMS_ADDED"
    MAX_ITEMS_DECREASED = "MAX_ITEMS_DECREASED"
    UNIQUE_ITEMS_ADDED = "UNIQUE_ITEMS_ADDED"
    CONTAINS_ADDED_OR_NARROWED = "CONTAINS_ADDED_OR_NARROWED"
    SUM_TYPE_NARROWED = "SUM_TYPE_NARROWED"
    ONE_OF_AMBIGUOUS = "ONE_OF_AMBIGUOUS"
    NOT_ADDED_OR_EXTENDED = "NOT_ADDED_OR_EXTENDED"
    CONDITION_NARROWED = "CONDITION_NARROWED"
    REFERENCE_NOT_COMPARABLE = "REFERENCE_NOT_COMPARABLE"
    SCHEMA_NOT_COMPARABLE = "SCHEMA_NOT_COMPARABLE"
    SCHEMA_TOO_COMPLEX = "SCHEMA_TOO_COMPLEX"


_OPEN = (
    "The writer's object is open (it does not say additionalProperties: false), so data may already hold this property with any value. "
    "Set additionalProperties: false in the schema first, leave the property's schema empty ({}), or take a property name under a "
    "patternProperties of your own"
)
_WIDEN = "Allow at least what the writer allows"

REMEDIES: Mapping[Code, str] = MappingProxyType({
    Code.TYPE_CHANGED: "Keep the type, or list both types",
    Code.TYPE_NARROWED: "Keep every type that the writer may use",
    Code.NOTHING_ACCEPTED: "Accept what the writer accepts, or remove it from the writer first",
    Code.ENUM_ADDED: "Remove the enum, or add it to the writer first",
    Code.ENUM_NARROWED: "Keep every value that the writer may use",
    Code.CONST_ADDED: "Remove the const, or add it to the writer first",
    Code.CONST_CHANGED: "Keep the value, or use an enum with both values",
    Code.MINIMUM_ADDED: "Remove the bound", Code.MINIMUM_INCREASED: "Keep the lower bound, or lower it",
    Code.MAXIMUM_ADDED: "Remove the bound", Code.MAXIMUM_DECREASED: "Keep the upper bound, or raise it",
    Code.MULTIPLE_OF_ADDED: "Remove multipleOf",
    Code.MULTIPLE_OF_CHANGED: "Keep the divisor, or use a divisor of it",
    Code.MIN_LENGTH_ADDED: "Remove minLength", Code.MIN_LENGTH_INCREASED: "Keep minLength, or lower it",
    Code.MAX_LENGTH_ADDED: "Remove maxLength", Code.MAX_LENGTH_DECREASED: "Keep maxLength, or raise it",
    Code.PATTERN_ADDED: "Remove the pattern",
    Code.PATTERN_CHANGED: "Keep the pattern, or remove it: two patterns are not compared with each other",
    Code.FORMAT_ADDED: "Remove the format, which this draft enforces",
    Code.FORMAT_CHANGED: "Keep the format, or remove it: this draft enforces it",
    Code.CONTENT_ADDED: "Remove the keyword, which this draft enforces",
    Code.REQUIRED_ATTRIBUTE_ADDED: "Make the property optional (remove it from required), or give it a default",
    Code.REQUIRED_PROPERTY_ADDED: "Add the property as an optional one (not in required), or give it a default",
    Code.PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL: _OPEN,
    Code.PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL:
        "Data may already hold this property by the writer's patternProperties or additionalProperties: accept there what those accept",
    Code.PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL:
        "The reader's object is closed (additionalProperties: false), so data with this property is refused. Keep the property, or open "
        "the object by removing additionalProperties: false",
    Code.PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL:
        "Without the property its values fall to the reader's patternProperties or additionalProperties: accept them there, or keep it",
    Code.PATTERN_PROPERTY_ADDED_OR_NARROWED: "Accept under the pattern what the writer accepts for such names",
    Code.ADDITIONAL_PROPERTIES_REMOVED:
        "The writer's object is open and the reader's is closed: remove additionalProperties: false, or close the writer first",
    Code.ADDITIONAL_PROPERTIES_NARROWED: "Accept in additionalProperties what the writer accepts for such names",
    Code.PROPERTY_NAMES_NARROWED: "Accept every property name that the writer accepts",
    Code.MIN_PROPERTIES_ADDED: "Remove minProperties", Code.MIN_PROPERTIES_INCREASED: "Keep minProperties, or lower it",
    Code.MAX_PROPERTIES_ADDED: "Remove maxProperties", Code.MAX_PROPERTIES_DECREASED: "Keep maxProperties, or raise it",
    Code.DEPENDENCY_ARRAY_ADDED: "Remove the dependency",
    Code.DEPENDENCY_ARRAY_EXTENDED: "Remove the names that were added to the dependency",
    Code.DEPENDENCY_SCHEMA_ADDED: "Remove the dependency, or let its schema accept what the writer accepts",
    Code.ITEM_ADDED_TO_OPEN_CONTENT_MODEL:
        "The writer's array is open, so data may already hold any value at this place. Close it in the schema first, or leave the item's "
        "schema empty ({})",
    Code.ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: "Accept at this place what the writer accepts for further items",
    Code.ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL:
        "The reader's array is closed, so data with an item at this place is refused. Keep the item, or open the array",
    Code.ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL: "Accept for further items what the writer accepts at this place",
    Code.ADDITIONAL_ITEMS_REMOVED: "The writer's array is open and the reader's is closed: open it, or close the writer first",
    Code.ADDITIONAL_ITEMS_NARROWED: "Accept for further items what the writer accepts",
    Code.MIN_ITEMS_ADDED: "Remove minItems", Code.MIN_ITEMS_INCREASED: "Keep minItems, or lower it",
    Code.MAX_ITEMS_ADDED: "Remove maxItems", Code.MAX_ITEMS_DECREASED: "Keep maxItems, or raise it",
    Code.UNIQUE_ITEMS_ADDED: "Remove uniqueItems",
    Code.CONTAINS_ADDED_OR_NARROWED: "Remove contains, or accept what the writer's arrays contain",
    Code.SUM_TYPE_NARROWED: "Keep an alternative for everything that the writer may write",
    Code.ONE_OF_AMBIGUOUS: "Use anyOf, or make the alternatives exclude each other",
    Code.NOT_ADDED_OR_EXTENDED: "Exclude no more than the writer excludes",
    Code.CONDITION_NARROWED: "Let then and else accept what the writer accepts",
    Code.REFERENCE_NOT_COMPARABLE: "Use a $ref that leads to one schema",
    Code.SCHEMA_NOT_COMPARABLE: "Correct the schema, or register with compatibility NONE",
    Code.SCHEMA_TOO_COMPLEX: "Use fewer alternatives and references, or register with compatibility NONE",
})  # fmt: skip
"""Repair of each difference. "Writer": the schema of the data; "reader": the schema that must
accept it.
"""

SHOWN = 80


def finding(code: Code, path: str, change: str) -> Finding:
    """A finding with the remedy of its code."""
    return Finding(code.value, path, change, REMEDIES.get(code, _WIDEN))


def shown(value: object) -> str:
    """A value of a schema, as short JSON."""
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= SHOWN else f"{written[:SHOWN]}..."
