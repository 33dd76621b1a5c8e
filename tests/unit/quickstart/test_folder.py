import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.errors import AlreadyRunning, DataDirUnusable
from sluicegate.shared.quickstart.folder import DataFolder, FolderLock
from tests.fakes.clock import FakeClock


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    prepared = DataFolder(tmp_path / "new" / "data")
    prepared.prepare()
    return prepared


def test_preparing_makes_the_folder_and_is_harmless_when_it_is_there(folder: DataFolder) -> None:
    folder.prepare()
    assert folder.log("registry").parent.is_dir()


def test_a_folder_that_is_a_file_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirUnusable, match=r"The data folder .*/data cannot be used: .*--data-dir"):
        DataFolder(tmp_path / "data").prepare()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataDirUnusable, match="Permission denied"):
        DataFolder(tmp_path / "data").prepare()


def test_a_second_run_on_a_folder_is_told_who_has_it(folder: DataFolder) -> None:
    with FolderLock(folder, SystemClock()), pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"):
        FolderLock(folder, SystemClock()).__enter__()


def test_a_folder_is_free_again_after_a_run(folder: DataFolder) -> None:
    with FolderLock(folder, SystemClock()):
        pass
    with FolderLock(folder, SystemClock()) as lock:
        assert lock.descriptor > 0


def test_a_run_waits_for_the_processes_that_a_killed_one_left(folder: DataFolder) -> None:
    """A child of the dead run holds its lock until it has finished."""
    with FolderLock(folder, SystemClock()) as first:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(first.descriptor,))
    assert child.stdin is not None
    child.stdin.close()  # the child ends in a moment
    with FolderLock(folder, SystemClock()):
        assert child.wait(10) != 0  # EOFError: it had ended when the lock was given


def test_processes_of_a_killed_run_that_never_end_are_told_of(folder: DataFolder) -> None:
    with folder.parts_lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AlreadyRunning, match="a process of a killed quickstart"):
            FolderLock(folder, FakeClock()).__enter__()


def test_a_lock_that_could_not_be_had_leaves_nothing_locked(folder: DataFolder) -> None:
    with folder.parts_lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AlreadyRunning):
            FolderLock(folder, FakeClock()).__enter__()
    with FolderLock(folder, FakeClock()) as lock:
        assert lock.descriptor > 0


def test_folder_is_closed_to_other_users(folder: DataFolder) -> None:
    assert folder.path.stat().st_mode & 0o066 == 0
    assert (folder.path / "logs").stat().st_mode & 0o077 == 0
