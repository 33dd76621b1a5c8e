"""The simulated figures of docs/explanation/scale.md are those of the simulation."""

from benchmarks.scale import GROUPS, Group
from tests.docs.pages import DOCS


def test_page_has_the_rows_of_the_simulation() -> None:
    page = (DOCS / "explanation" / "scale.md").read_text(encoding="utf-8")
    assert [group.row() for group in GROUPS if group.row() not in page] == []


def test_skewed_keys_waste_capacity() -> None:
    even, skewed = Group(120, 40, 0.0).usable(), Group(120, 40, 1.0).usable()
    assert 0 < skewed < even <= 1
