"""Codes of invalid rows."""

from enum import StrEnum


class RowCode(StrEnum):
    """The closed set of codes of payload violations."""

    JSON_MALFORMED = "json_malformed"
    NOT_A_ROW = "not_a_row"
    TOO_COMPLEX = "too_complex"
    COLUMN_UNKNOWN = "column_unknown"
    COLUMN_MISSING = "column_missing"
    NULL = "null"
    NUL_CHARACTER = "nul_character"
    TYPE = "type"
    RANGE = "range"
    PRECISION = "precision"
    SCALE = "scale"
    LENGTH = "length"
    FORM = "form"
    LABEL = "label"
    DIMENSIONS = "dimensions"
