"""Standard streams that are full or closed, or whose reader has ended."""

import errno
import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import TextIO

import pytest

from sluicegate.shared.console import documents, layout
from sluicegate.shared.console.command import Surroundings
from sluicegate.shared.console.errors import InputUnusable
from sluicegate.shared.console.schema import schema
from sluicegate.shared.console.streams import is_terminal
from tests.fakes.native_registry import FakeRegistry


class Full(io.StringIO):
    """A stream to a disk that is full."""

    def write(self, _: str) -> int:
        """Never."""
        raise OSError(errno.ENOSPC, "No space left on device")


def listing(stdout: TextIO) -> tuple[object, str]:
    """Exit code and standard error of `sluicegate schema list`."""
    registry = FakeRegistry()
    registry.add("{}")
    with redirect_stdout(stdout), redirect_stderr(io.StringIO()) as stderr, pytest.raises(SystemExit) as ended:
        schema.main(["list"], obj=Surroundings(registry.transport()))
    return ended.value.code, stderr.getvalue()


def test_output_to_a_full_disk_ends_clearly() -> None:
    assert listing(Full()) == (2, "Error: The output cannot be written: No space left on device.\n")


def test_a_reader_who_has_had_enough_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as pipe:
        assert listing(pipe)[1] == ""


def test_standard_input_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not is_terminal("stdin")
    with pytest.raises(InputUnusable, match="standard input cannot be read: it is closed"):
        documents.read("-")


def test_standard_output_may_be_closed() -> None:
    shown = io.StringIO()
    with redirect_stdout(None), redirect_stderr(shown):
        layout.show("nowhere")
    assert shown.getvalue() == ""
