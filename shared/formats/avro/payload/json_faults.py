"""Codes of invalid payloads in JSON encoding."""

from enum import StrEnum
from typing import TypeAlias


class JsonCode(StrEnum):
    """The closed set of codes.

    `JSON_MALFORMED` says that the payload is not JSON; all others are of JSON that is no datum.
    """

    JSON_MALFORMED = "json_malformed"
    NESTED_TOO_DEEPLY = "nested_too_deeply"
    KEY_REPEATED = "key_repeated"
    TYPE_MISMATCH = "type_mismatch"
    INTEGER_INVALID = "integer_invalid"
    FLOAT_TOO_LARGE = "float_too_large"
    BYTES_INVALID = "bytes_invalid"
    SIZE_MISMATCH = "size_mismatch"
    SYMBOL_UNKNOWN = "symbol_unknown"
    UNION_UNTAGGED = "union_untagged"
    BRANCH_UNKNOWN = "branch_unknown"
    FIELD_MISSING = "field_missing"
    FIELD_UNKNOWN = "field_unknown"
    DECIMAL_INVALID = "decimal_invalid"
    UUID_INVALID = "uuid_invalid"
    NO_DATUM = "no_datum"


Flaw: TypeAlias = tuple[JsonCode, str]
"""A violation as a code and a sentence."""


def mismatch(expected: str, value: object) -> Flaw:
    """The flaw of a value of another JSON type than expected."""
    return JsonCode.TYPE_MISMATCH, f"{expected}, not {_json_type(value)}"


def _json_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case list():
            return "an array"
        case dict():
            return "an object"
    return "a number"
