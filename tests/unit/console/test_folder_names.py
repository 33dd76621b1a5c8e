"""Folders of subjects differ on every file system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.shared.console.transfer.folder_names import folder_names


def test_subjects_that_differ_in_capitals_have_folders_that_differ_in_more() -> None:
    found = folder_names(["Case", "case", "other"])
    assert len({name.casefold() for name in found.values()}) == 3
    assert found["other"] == "other"
    assert found["Case"].startswith("Case-")


@pytest.mark.parametrize("subject", ["CON", "aux.txt", "trail.", "trail ", "com1", "..", ".hidden", "a/b", "a:b", ""])
def test_names_that_windows_refuses_are_not_used(subject: str) -> None:
    name = folder_names([subject])[subject]
    assert name
    assert name.partition(".")[0].lower() not in {"con", "aux", "com1"}
    assert name[-1] not in ". "
    assert name[0] != "."
    assert not set(name) & set('<>:"/\\|?*')


@pytest.mark.slow
@given(st.sets(st.text(), max_size=8))
def test_each_subject_has_a_folder_of_its_own(subjects: set[str]) -> None:
    subjects = {each for each in subjects if each.isprintable()}
    found = folder_names(subjects)
    assert len({name.casefold() for name in found.values()}) == len(subjects)
