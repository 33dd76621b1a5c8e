"""Incompatibilities in the words of a person."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from sluicegate.shared.model import Finding


class ProtobufChange(StrEnum):
    """The closed set of codes: Confluent's, and those that wire format and JSON require."""

    PACKAGE_CHANGED = "PACKAGE_CHANGED"
    MESSAGE_REMOVED = "MESSAGE_REMOVED"
    FIELD_KIND_CHANGED = "FIELD_KIND_CHANGED"
    FIELD_SCALAR_KIND_CHANGED = "FIELD_SCALAR_KIND_CHANGED"
    FIELD_NAMED_TYPE_CHANGED = "FIELD_NAMED_TYPE_CHANGED"
    FIELD_NUMERIC_LABEL_CHANGED = "FIELD_NUMERIC_LABEL_CHANGED"
    REQUIRED_FIELD_ADDED = "REQUIRED_FIELD_ADDED"
    REQUIRED_FIELD_REMOVED = "REQUIRED_FIELD_REMOVED"
    ONEOF_FIELD_REMOVED = "ONEOF_FIELD_REMOVED"
    MULTIPLE_FIELDS_MOVED_TO_ONEOF = "MULTIPLE_FIELDS_MOVED_TO_ONEOF"
    FIELD_MOVED_TO_EXISTING_ONEOF = "FIELD_MOVED_TO_EXISTING_ONEOF"
    RESERVED_NUMBER_REUSED = "RESERVED_NUMBER_REUSED"
    RESERVED_NAME_REUSED = "RESERVED_NAME_REUSED"


REMEDIES: Mapping[ProtobufChange, str] = MappingProxyType(
    {
        ProtobufChange.PACKAGE_CHANGED: "Keep the package, or register the file as a schema of its own",
        ProtobufChange.MESSAGE_REMOVED: "Keep the message, deprecated if nothing should use it any more",
        ProtobufChange.FIELD_KIND_CHANGED: "Keep the type, or add a field with a new number and reserve this one",
        ProtobufChange.FIELD_SCALAR_KIND_CHANGED: (
            "Keep the type or one that is written alike, or add a field with a new number and reserve this one"
        ),
        ProtobufChange.FIELD_NAMED_TYPE_CHANGED: "Keep the type's name, or add a field with a new number and reserve this one",
        ProtobufChange.FIELD_NUMERIC_LABEL_CHANGED: "Keep the field as it was, or add a field with a new number and reserve this one",
        ProtobufChange.REQUIRED_FIELD_ADDED: "Make the field optional",
        ProtobufChange.REQUIRED_FIELD_REMOVED: "Keep the field: readers with the other schema refuse messages without it",
        ProtobufChange.ONEOF_FIELD_REMOVED: "Keep the field in its oneof",
        ProtobufChange.MULTIPLE_FIELDS_MOVED_TO_ONEOF: (
            "Move at most one field that is there already into a oneof; only one of them can be read"
        ),
        ProtobufChange.FIELD_MOVED_TO_EXISTING_ONEOF: "Leave the fields where they were: of two fields in one oneof, one is lost",
        ProtobufChange.RESERVED_NUMBER_REUSED: "Take a number that was never used",
        ProtobufChange.RESERVED_NAME_REUSED: "Take a name that was never used",
    }
)
"""Repair of each code. "Writer": the schema of the data; "reader": the schema that must accept it."""


def finding(kind: ProtobufChange, path: str, change: str) -> Finding:
    """A finding with the remedy of its kind."""
    return Finding(kind.value, path, change, REMEDIES[kind])
