"""The keys of a quickstart are made once, and are for one user."""

from pathlib import Path

import pytest

from sluicegate.shared.key_text import parsed
from sluicegate.shared.quickstart.errors import DataDirUnusable, KeyUnusable
from sluicegate.shared.quickstart.folder import DataFolder
from sluicegate.shared.quickstart.keys import kept_keys


def test_keys_are_made_once_for_this_user_alone(tmp_path: Path) -> None:
    made = kept_keys(DataFolder(tmp_path))
    assert parsed(made.manager) is not None
    assert made.manager != made.validator_file.read_text().strip()
    assert sorted((file.name, file.stat().st_mode & 0o777) for file in tmp_path.iterdir()) == [
        ("manager.key", 0o600),
        ("validator.key", 0o600),
    ]
    assert kept_keys(DataFolder(tmp_path)) == made


@pytest.mark.parametrize("content", [b"", b"secret", b"\xff"])
def test_file_without_a_key_is_named_with_its_remedy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manager.key").write_bytes(content)
    with pytest.raises(KeyUnusable, match=r"manager\.key holds no key. Remove it"):
        kept_keys(DataFolder(tmp_path))


def test_half_a_key_of_a_killed_run_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "manager.partial").write_text("sg_half")
    assert parsed(kept_keys(DataFolder(tmp_path)).manager) is not None


def test_folder_that_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "validator.key").mkdir()
    with pytest.raises(DataDirUnusable, match=r"validator\.key"):
        kept_keys(DataFolder(tmp_path))
