"""The index of the decisions, made from the titles of their pages.

`python -m tests.docs.decision_index` writes it. After a merge, run it instead of solving conflicts.
"""

import re
from pathlib import Path

from tests.docs.pages import DOCS

FOLDER = DOCS / "decisions"
INDEX = FOLDER / "README.md"
TITLE = re.compile(r"^# (\d{4}) (.+)$", re.MULTILINE)
_HEAD = """# Decisions

Each page has the context of a decision, the decision and its consequences. A new decision takes the
next free number; a page that replaces another one names it. `python -m tests.docs.decision_index`
writes this index from the titles of the pages.

| number | decision |
|---|---|
"""


def pages() -> list[Path]:
    """The pages, in the order of their numbers."""
    return sorted(FOLDER.glob("[0-9]*.md"))


def render() -> str:
    """The index as Markdown. Raises `ValueError` for a page without a title of its number."""
    return _HEAD + "".join(f"| [{page.name[:4]}]({page.name}) | {_title(page)} |\n" for page in pages())


def _title(page: Path) -> str:
    titles = TITLE.findall(page.read_text(encoding="utf-8"))
    if len(titles) != 1 or titles[0][0] != page.name[:4]:
        raise ValueError(f"{page.name}: the page needs one title, `# {page.name[:4]} ...`")
    return str(titles[0][1])


if __name__ == "__main__":
    INDEX.write_text(render(), encoding="utf-8")
