"""The bait records each access: otherwise, the other tests would prove nothing."""

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.hostile.conftest import laid


@pytest.fixture
def notes_reads(tmp_path: Path) -> None:
    """Skips where a file system does not note when a file was read."""
    probe = tmp_path / "probe"
    probe.write_text("probe")
    os.utime(probe, (0, 1))
    probe.read_text()
    if probe.stat().st_atime == 0:
        pytest.skip("this file system does not note when a file was read")


@pytest.mark.usefixtures("notes_reads")
def test_a_read_of_the_file_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="read the file"), laid(tmp_path) as bait:
        bait.file.read_text()


def test_a_connection_is_noticed(tmp_path: Path) -> None:
    def connect(url: str) -> None:
        address = urlsplit(url)
        socket.create_connection((str(address.hostname), int(address.port or 0))).close()

    with pytest.raises(AssertionError, match="connected"), laid(tmp_path) as bait:
        connect(bait.url)


def test_who_touches_nothing_is_not_noticed(tmp_path: Path) -> None:
    with laid(tmp_path) as bait:
        assert bait.file.is_file()
