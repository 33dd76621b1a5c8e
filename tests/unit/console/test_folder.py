"""An export takes the place of an earlier one only when it is complete."""

from pathlib import Path

import pytest

from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.transfer import folder as files
from sluicegate.shared.console.transfer.model import Holdings, MovedVersion, Place, ScopeState


def holdings(*subjects: str, text: str = '"string"') -> Holdings:
    """A registry with one version in each subject."""
    places = [Place(subject, 1) for subject in subjects]
    return Holdings({place: MovedVersion(place, at, "AVRO", text) for at, place in enumerate(places, 1)})


def broken(*subjects: str) -> Holdings:
    """A registry whose last subject cannot be written."""
    found = holdings(*subjects)
    last = Place(subjects[-1], 1)
    return Holdings({**found.versions, last: MovedVersion(last, 9, "AVRO", "\ud800")})


def test_failed_export_leaves_the_earlier_one(tmp_path: Path) -> None:
    files.write(tmp_path / "export", holdings("a", "b"))
    with pytest.raises(UnicodeEncodeError):
        files.write(tmp_path / "export", broken("c", "d"))
    assert files.read(tmp_path / "export") == holdings("a", "b")


def test_export_after_a_failed_one_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    with pytest.raises(UnicodeEncodeError):
        files.write(folder, broken("c", "d"))
    with pytest.raises(InputUnusable, match="holds no export"):
        files.read(folder)
    files.write(folder, holdings("a"))
    assert files.read(folder) == holdings("a")
    assert sorted(each.name for each in folder.iterdir()) == ["registry.json", "subjects"]


def test_export_removes_subjects_that_are_gone(tmp_path: Path) -> None:
    files.write(tmp_path, holdings("a", "b"))
    files.write(tmp_path, holdings("b", text='"bytes"'))
    assert files.read(tmp_path) == holdings("b", text='"bytes"')


def test_folder_interrupted_in_the_swap_is_not_read(tmp_path: Path) -> None:
    """A folder without subjects would have `apply --prune` delete everything."""
    files.write(tmp_path, holdings("a"))
    (tmp_path / "subjects").rename(tmp_path / ".export-old")
    with pytest.raises(InputUnusable, match="interrupted"):
        files.read(tmp_path)
    files.write(tmp_path, holdings("a"))
    assert files.read(tmp_path) == holdings("a")


def test_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InputUnusable, match="holds no export"):
        files.write(tmp_path, Holdings(scopes={"": ScopeState(mode="READWRITE")}))
    assert (tmp_path / "notes.txt").read_text() == "mine"
