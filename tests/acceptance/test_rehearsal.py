"""`make rehearse` in short: a rolling upgrade and one failure of each kind, under load.

No request fails, no message is lost, and no client repeats a request during the upgrade. Latency is
reported but not checked: test machines are busy.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.rehearsal.__main__ import MISSING

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]
KINDS = ("kafka", "postgres", "registry", "validator")


@pytest.mark.timeout(900)  # a busy machine starts programs slowly
def test_upgrade_and_failures_lose_no_request_and_no_message() -> None:
    command = [sys.executable, "-m", "benchmarks.rehearsal", "--minutes", "0.3", "--rate", "200"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=880, check=False)
    print(done.stdout)
    if done.returncode == MISSING:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"requests: [1-9][\d,]* answered, 0 failed", done.stdout)
    assert re.search(r"messages: [1-9][\d,]* sent, 0 lost, 0 misplaced", done.stdout)
    for kind in KINDS:
        assert re.search(rf"{kind} [1-9]\d* times", done.stdout), kind


def test_unknown_release_is_named_in_one_line() -> None:
    command = [sys.executable, "-m", "benchmarks.rehearsal", "--from", "v0.0.0-unknown"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == MISSING
    assert done.stderr.startswith("rehearsal: not possible here: git rev-parse")
    assert "v0.0.0-unknown" in done.stderr
    assert "Traceback" not in done.stderr
