"""Every dead-letter code and attribute is in docs/reference/dead-letters.md, and nothing else is."""

from sluicegate.validator.model import Code
from sluicegate.validator.pipeline import deadletter
from tests.docs.pages import REFERENCE, rows, section


def test_each_code_is_documented_with_its_category() -> None:
    documented = {name: cells[0].strip("`") for name, cells in rows(section("dead-letters.md", "Codes")).items()}
    assert documented == {code.value: category for code, category in deadletter.CATEGORIES.items()}
    assert set(documented) == {code.value for code in Code}


def test_each_attribute_is_documented() -> None:
    added = {value for value in vars(deadletter).values() if isinstance(value, str) and value.startswith("deadLetter")}
    page = (REFERENCE / "dead-letters.md").read_text(encoding="utf-8")
    assert {name for name in rows(page) if name.startswith("deadLetter")} == added
