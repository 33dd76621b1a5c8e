"""Decisions are numbered pages of one form, and their index names each with its title."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

PAGES = sorted((DOCS / "decisions").glob("[0-9]*.md"))
MAX_LINES = 60

_ROW = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+) \|$", re.MULTILINE)
_TITLE = re.compile(r"^# (\d{4}) (.+)$", re.MULTILINE)


def titles(page: Path) -> list[tuple[str, str]]:
    return _TITLE.findall(page.read_text(encoding="utf-8"))


def test_index_names_each_decision_in_order() -> None:
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert _ROW.findall(index) == [(page.name[:4], page.name, titles(page)[0][1]) for page in PAGES]


def test_numbers_are_unique() -> None:
    assert len({page.name[:4] for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_decision_has_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [number for number, _ in titles(page)] == [page.name[:4]]
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [each for each in headings if each in {"Context", "Decision", "Consequences"}] == [
        "Context",
        "Decision",
        "Consequences",
    ]
    assert len(text.splitlines()) <= MAX_LINES
