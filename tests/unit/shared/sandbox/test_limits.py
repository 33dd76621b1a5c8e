"""Limits that a sandbox puts on itself."""

import subprocess
import sys

HARD_SECONDS = 1000
PROGRAM = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({HARD_SECONDS}, {HARD_SECONDS}))
from sluicegate.shared.sandbox.limits import Limits, Restraint
Restraint(Limits()).start()
print(*resource.getrlimit(resource.RLIMIT_CPU))
"""


def test_a_hard_limit_of_the_machine_stays() -> None:
    """To raise it fails in an unprivileged process, and looked like a crash of the check."""
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, text=True, timeout=60)
    soft, hard = map(int, found.stdout.split())

    assert 0 < soft < hard == HARD_SECONDS
