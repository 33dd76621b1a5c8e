import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sluicegate.shared.clock import SystemClock
from sluicegate.shared.quickstart.process import ChildProcess, Command, last_lines
from sluicegate.shared.quickstart.readiness import until

Run = Callable[..., ChildProcess]

SLEEPS = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


@pytest.fixture
def run(tmp_path: Path, lock: int) -> Iterator[Run]:
    children = []

    def start(code: str, stop_seconds: float = 10.0) -> ChildProcess:
        command = Command((sys.executable, "-c", code), {"GREETING": "hello"}, tmp_path / "child.log")
        child = ChildProcess(command, lock, stop_seconds)
        children.append(child)
        child.start()
        return child

    yield start
    for child in children:
        child.stop()


def said(tmp_path: Path, line: str) -> bool:
    return until(lambda: line in last_lines(tmp_path / "child.log"), 10, SystemClock(), lambda: None)


def test_a_child_writes_to_its_log_and_has_the_environment_that_it_is_given(run: Run, tmp_path: Path) -> None:
    child = run("import os; print(os.environ['GREETING'], 'HOME' in os.environ)")
    assert said(tmp_path, "hello False")
    assert until(lambda: not child.running, 10, SystemClock(), lambda: None)
    assert child.exit_code == 0


def test_a_log_begins_anew_with_each_start(run: Run, tmp_path: Path) -> None:
    (tmp_path / "child.log").write_text("old\n")
    run("print('new')")
    assert said(tmp_path, "new")
    assert "old" not in last_lines(tmp_path / "child.log")


def test_stopping_asks_first(run: Run, tmp_path: Path) -> None:
    child = run(f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); {SLEEPS}")
    assert said(tmp_path, "up")
    child.stop()
    assert child.exit_code == 7


def test_stopping_kills_what_does_not_listen(run: Run, tmp_path: Path) -> None:
    child = run(STUBBORN, stop_seconds=0.1)
    assert said(tmp_path, "up")
    child.stop()
    assert not child.running


def test_what_a_child_started_ends_with_it(run: Run, tmp_path: Path) -> None:
    child = run(f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]).pid, flush=True)")
    assert until(lambda: len(last_lines(tmp_path / "child.log")) == 2, 10, SystemClock(), lambda: None)
    grandchild = next(int(line) for line in last_lines(tmp_path / "child.log") if line.isdecimal())
    child.stop()
    assert until(lambda: _gone(grandchild), 10, SystemClock(), lambda: None)


def test_stopping_twice_and_before_the_start_is_harmless(run: Run, tmp_path: Path, lock: int) -> None:
    child = run(SLEEPS)
    child.stop()
    child.stop()
    ChildProcess(Command((), {}, tmp_path / "never.log"), lock).stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    parent = f"""
import os, pathlib
from sluicegate.shared.quickstart.process import ChildProcess, Command
child = ChildProcess(Command(({sys.executable!r}, "-c", {SLEEPS!r}), {{}}, pathlib.Path({str(log)!r})), os.open("/", os.O_RDONLY))
child.start()
print(child.pid, flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert said(tmp_path, "up")
        process.kill()
    assert until(lambda: _gone(pid), 10, SystemClock(), lambda: None)


def test_the_end_of_a_long_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "long.log"
    log.write_text("".join(f"line {number}\n" for number in range(100_000)))
    assert last_lines(log, 2) == ("line 99998", "line 99999")


def test_a_log_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none.log") == ()


def _gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"  # a zombie
