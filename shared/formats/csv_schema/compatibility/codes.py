"""The words of a comparison: codes, and the findings that carry them."""

from enum import StrEnum
from typing import Final

from sluicegate.shared.model import Finding

MAX_FINDINGS: Final = 200
"""Findings of one comparison."""


class CsvChange(StrEnum):
    """The closed set of codes of findings."""

    SEPARATOR_CHANGED = "SEPARATOR_CHANGED"
    HEADER_CHANGED = "HEADER_CHANGED"
    COLUMN_NAME_CASE_TIGHTENED = "COLUMN_NAME_CASE_TIGHTENED"
    EMPTY_FORBIDDEN = "EMPTY_FORBIDDEN"
    COLUMN_ADDED = "COLUMN_ADDED"
    COLUMN_REMOVED = "COLUMN_REMOVED"
    COLUMN_RENAMED = "COLUMN_RENAMED"
    COLUMNS_REORDERED = "COLUMNS_REORDERED"
    COLUMN_MADE_MANDATORY = "COLUMN_MADE_MANDATORY"
    RULE_ADDED = "RULE_ADDED"
    RULE_TIGHTENED = "RULE_TIGHTENED"
    RULE_NOT_COMPARABLE = "RULE_NOT_COMPARABLE"
    CASE_TIGHTENED = "CASE_TIGHTENED"
    WARNING_REMOVED = "WARNING_REMOVED"
    MATCH_IS_FALSE_CHANGED = "MATCH_IS_FALSE_CHANGED"
    COMPARISON_TOO_LARGE = "COMPARISON_TOO_LARGE"


def finding(code: CsvChange, path: str, change: str, remedy: str) -> Finding:
    """A finding of this package: the path is a column's name, or a global directive with its `@`."""
    return Finding(code.value, path, change, remedy)
