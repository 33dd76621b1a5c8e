"""docs/reference/error-codes.md has each error with its statuses, and each code of the registry."""

from tests.docs.pages import rows, section
from tests.docs.registry_errors import Statuses, codes, statuses

PAGE = "error-codes.md"


def test_each_error_is_documented_with_its_statuses() -> None:
    documented = {name: Statuses(*cells[:4]) for name, cells in rows(section(PAGE, "Errors")).items()}
    assert documented == statuses()


def test_each_error_has_a_meaning_and_an_action() -> None:
    assert [name for name, cells in rows(section(PAGE, "Errors")).items() if not all(cells[4:6])] == []


def test_each_code_is_documented() -> None:
    assert set(rows(section(PAGE, "Codes of single problems"))) == codes()
