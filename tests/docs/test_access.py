"""The page about access says the role that each operation needs."""

from tests.docs.access_table import PAGE, render, written


def test_table_of_operations_is_that_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert written(text) == render(), "run `python -m tests.docs.access_table`"
