"""Tables in the documentation's pages."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = DOCS / "reference"

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)


def section(page: str, heading: str) -> str:
    """The text under a second-level heading of a page, to the next one."""
    parts = _HEADING.split((REFERENCE / page).read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], parts[2::2], strict=True))[heading]


def rows(text: str) -> dict[str, list[str]]:
    """First cell, which is code -> the other cells, of every table.

    Raises `AssertionError` for a row that stands twice.
    """
    found = [(name, [cell.strip() for cell in re.split(r"(?<!\\)\|", rest)]) for name, rest in _ROW.findall(text)]
    names = [name for name, _ in found]
    assert len(names) == len(set(names)), f"described twice: {sorted({n for n in names if names.count(n) > 1})}"
    return dict(found)
