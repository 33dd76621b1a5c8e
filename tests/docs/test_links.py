"""Links and paths in the documentation lead to files and headings, and the index names each page."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS

ROOT = DOCS.parent
PAGES = sorted(
    (*ROOT.glob("*.md"), *DOCS.glob("**/*.md"), ROOT / "benchmarks/README.md", ROOT / "migrations/README.md")
)
MODULES = sorted(
    path
    for folder in ("benchmarks", "migrations", "registry_api", "shared", "tests", "validator")
    for path in (*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.sql"))
)
KINDS = {"tutorials", "how-to", "reference", "explanation", "decisions", "contributing"}

_CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_MENTION = re.compile(r"(?<![\w/.-])docs/[\w/.-]+\.md\b")


def anchors(page: Path) -> set[str]:
    """Return the names that GitHub gives to a page's headings."""
    headings = _HEADING.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    plain = (re.sub(r"\]\([^)]*\)", "]", heading) for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    for file, anchor in _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8"))):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{file} is not there"
        if anchor:
            assert anchor in anchors(target), f"{file} has no heading #{anchor}"


def test_pages_named_in_texts_exist() -> None:
    named = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (*PAGES, *MODULES)
        for name in _MENTION.findall(path.read_text(encoding="utf-8"))
    }
    # granian's own page
    foreign = {name for path, name in named if path == "registry_api/front/protocol.py"}
    assert sorted(each for each in named if each[1] not in foreign and not (ROOT / each[1]).exists()) == []


def test_each_page_has_a_kind() -> None:
    folders = {page.relative_to(DOCS).parts[0] for page in DOCS.glob("**/*.md")} - {"README.md"}
    assert folders <= KINDS


def test_index_names_each_page() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / file).resolve() for file, _ in _LINK.findall(index.read_text(encoding="utf-8"))}
    pages = {page for page in DOCS.glob("**/*.md") if page.parent.name != "decisions"}
    assert sorted(str(page.relative_to(DOCS)) for page in pages - linked - {index}) == []
