"""Decisions are numbered pages of one form, and their index names each with its title."""

import re
from pathlib import Path

import pytest

from tests.docs.decision_index import INDEX, TITLE, pages, render

PAGES = pages()
MAX_LINES = 60


def test_index_is_that_of_the_pages() -> None:
    assert INDEX.read_text(encoding="utf-8") == render(), "run `python -m tests.docs.decision_index`"


def test_numbers_are_unique() -> None:
    assert len({page.name[:4] for page in PAGES}) == len(PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_decision_has_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [number for number, _ in TITLE.findall(text)] == [page.name[:4]]
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert [each for each in headings if each in {"Context", "Decision", "Consequences"}] == [
        "Context",
        "Decision",
        "Consequences",
    ]
    assert len(text.splitlines()) <= MAX_LINES
