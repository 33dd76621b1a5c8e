"""Which endings of a process blame its question."""

import signal

import pytest

from sluicegate.shared.sandbox.ending import Cause, ending_of


@pytest.mark.parametrize("number", [signal.SIGPROF, signal.SIGXCPU, signal.SIGXFSZ])
def test_own_limits_condemn_the_question(number: int) -> None:
    assert ending_of(-number).cause is Cause.LIMIT
    assert ending_of(-number).condemns


@pytest.mark.parametrize("code", [-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE, 1])
def test_crashes_condemn_the_question(code: int) -> None:
    assert ending_of(code).cause is Cause.CRASH
    assert ending_of(code).condemns


@pytest.mark.parametrize("code", [0, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT, -64])
def test_ends_from_outside_condemn_nothing(code: int) -> None:
    assert ending_of(code).cause is Cause.OUTSIDE
    assert not ending_of(code).condemns


def test_endings_have_names() -> None:
    assert [str(ending_of(code)) for code in (-9, -11, 3, -200)] == ["SIGKILL", "SIGSEGV", "exit code 3", "signal 200"]
