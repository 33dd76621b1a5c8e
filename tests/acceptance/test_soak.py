"""`make soak` in short: no losses, bounded memory.

Latency is reported but not checked: test machines are busy.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.soak.__main__ import PARENT_MB

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="looks at memory in /proc"),
]

ROOT = Path(__file__).parents[2]
SHORT = ("--broker", "tansu", "--minutes", "0.2", "--rate", "4000", "--backlog", "150000", "--p99-ms", "0")


def soak(*more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "benchmarks.soak", *SHORT, *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)


def test_a_backlog_and_a_steady_rate_lose_nothing_and_take_little_memory() -> None:
    done = soak()
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "messages: 199,500 sent, 0 lost" in done.stdout
    assert re.search(r"latency: p50 \d+\.\d ms, p99 \d+\.\d ms", done.stdout)


def test_two_processes_with_transactions_lose_nothing_and_repeat_nothing() -> None:
    done = soak("--exactly-once", "--processes", "2", "--rate", "2000", "--backlog", "20000")
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "messages: 44,200 sent, 0 lost, 0 repeated, 0 misplaced, 0 out of order" in done.stdout


def test_what_is_over_a_limit_is_said_and_fails() -> None:
    done = soak("--minutes", "0.05", "--rate", "100", "--backlog", "100", "--memory-mb", "20")
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(rf"FAILED: the worker took \d+ MB, not under {20 + PARENT_MB}\n", done.stdout)


def test_tansu_is_not_asked_to_keep_what_memory_cannot_hold() -> None:
    done = soak("--minutes", "6000", "--rate", "100000")
    assert done.returncode == 1
    assert "--broker apache" in done.stderr
    assert "Traceback" not in done.stderr
