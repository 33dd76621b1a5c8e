"""The closed set of reasons why a table refuses rows of another, with their repairs."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sluicegate.shared.model import Finding


class Change(StrEnum):
    """A difference. The reader's table accepts the rows, the writer's table has them."""

    COLUMN_REMOVED = "COLUMN_REMOVED"
    REQUIRED_COLUMN_ADDED = "REQUIRED_COLUMN_ADDED"
    NOT_NULL_ADDED = "NOT_NULL_ADDED"
    DEFAULT_REMOVED = "DEFAULT_REMOVED"
    TYPE_CHANGED = "TYPE_CHANGED"
    RANGE_REDUCED = "RANGE_REDUCED"
    LENGTH_REDUCED = "LENGTH_REDUCED"
    PRECISION_REDUCED = "PRECISION_REDUCED"
    SCALE_REDUCED = "SCALE_REDUCED"
    EXACTNESS_LOST = "EXACTNESS_LOST"
    TIME_ZONE_CHANGED = "TIME_ZONE_CHANGED"
    TIME_OF_DAY_LOST = "TIME_OF_DAY_LOST"
    ENUM_VALUES_REMOVED = "ENUM_VALUES_REMOVED"
    PRIMARY_KEY_CHANGED = "PRIMARY_KEY_CHANGED"
    UNIQUE_ADDED = "UNIQUE_ADDED"
    REFERENCE_ADDED = "REFERENCE_ADDED"
    SCHEMA_NOT_COMPARABLE = "SCHEMA_NOT_COMPARABLE"


REMEDIES: Mapping[Change, str] = MappingProxyType(
    {
        Change.COLUMN_REMOVED: "Keep the column, nullable if no writer fills it any more: rows with an unknown column are refused",
        Change.REQUIRED_COLUMN_ADDED: "Make the new column nullable, or give it a default",
        Change.NOT_NULL_ADDED: "Keep the column nullable, or first make it NOT NULL for those who write it",
        Change.DEFAULT_REMOVED: "Keep the default, or make the column nullable: rows may leave it out",
        Change.TYPE_CHANGED: "Keep the type, or add a new nullable column with the new type",
        Change.RANGE_REDUCED: "Keep the wider type",
        Change.LENGTH_REDUCED: "Keep the length, or make it greater",
        Change.PRECISION_REDUCED: "Keep at least as many digits before the point: precision minus scale",
        Change.SCALE_REDUCED: "Keep at least as many digits after the point",
        Change.EXACTNESS_LOST: "Use numeric, or a floating type with more digits: this one would round",
        Change.TIME_ZONE_CHANGED: "Keep the type, or add a new nullable column with the new type",
        Change.TIME_OF_DAY_LOST: "Keep the type, or add a new nullable column for the date",
        Change.ENUM_VALUES_REMOVED: "Keep every value that rows may hold",
        Change.PRIMARY_KEY_CHANGED: "Keep the key, or add columns to it: rows are told apart by the old one only",
        Change.UNIQUE_ADDED: "Leave the constraint out: rows that were written without it may be equal in these columns",
        Change.REFERENCE_ADDED: "Leave the reference out: rows that were written without it may hold any value",
        Change.SCHEMA_NOT_COMPARABLE: "Correct the schema, or register with compatibility NONE",
    }
)


def finding(change: Change, path: str, sentence: str) -> Finding:
    """A finding with the remedy of its code."""
    return Finding(change.value, path, sentence, REMEDIES[change])
