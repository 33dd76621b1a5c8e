import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.commands import SluicegateCommands
from sluicegate.shared.quickstart.folder import DataFolder
from sluicegate.shared.quickstart.interrupts import Interrupts, RunInterrupted
from sluicegate.shared.quickstart.stack import RunPlan, Stack

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def nobody_hangs_up_in_vain() -> Iterator[None]:
    """The tests themselves may run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("signum", SIGNALS)
def test_the_first_signal_is_raised_where_the_run_is(signum: signal.Signals) -> None:
    with Interrupts(), pytest.raises(RunInterrupted) as caught:
        signal.raise_signal(signum)
    assert caught.value.signum == signum


def test_a_second_signal_changes_nothing() -> None:
    with Interrupts():
        with pytest.raises(RunInterrupted):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)


def test_a_signal_waits_until_held_steps_are_done() -> None:
    done = []

    def steps(interrupts: Interrupts) -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)
            done.append("step")

    with Interrupts() as interrupts, pytest.raises(RunInterrupted):
        steps(interrupts)
    assert done == ["step"]


def test_an_error_in_held_steps_after_a_signal_is_taken_for_its_doing() -> None:
    def steps(interrupts: Interrupts) -> None:
        with interrupts.held():
            signal.raise_signal(signal.SIGTERM)
            raise ValueError("broken")

    with Interrupts() as interrupts, pytest.raises(RunInterrupted):
        steps(interrupts)


def test_an_error_in_held_steps_comes_through_when_there_was_no_signal() -> None:
    with Interrupts() as interrupts, pytest.raises(ValueError, match="broken"), interrupts.held():
        raise ValueError("broken")


def test_a_signal_whose_interruption_was_dropped_ends_the_run_at_its_next_check(tmp_path: Path) -> None:
    """As Python does with errors of a finalizer, or of a callback of the import system."""
    folder = DataFolder(tmp_path)
    with Interrupts() as interrupts:
        stack = Stack(
            RunPlan(folder), SluicegateCommands(folder), interrupts, SystemClock(), 0, lambda part, where: None
        )
        stack.check()
        with suppress(RunInterrupted):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(RunInterrupted):
            stack.check()


def test_nothing_is_raised_once_the_run_ends() -> None:
    with Interrupts() as interrupts:
        interrupts.refuse()
        signal.raise_signal(signal.SIGINT)
        interrupts.check()


def test_signals_are_given_back() -> None:
    before = [signal.getsignal(each) for each in SIGNALS]
    with Interrupts():
        pass
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_nohup_is_respected() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
