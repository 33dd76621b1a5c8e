"""Random payloads through the libraries of the worker's own process: none ends it."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from sluicegate.shared.model import SchemaFormat

ROOT = Path(__file__).parents[2]


def survives(schema_format: SchemaFormat, seed: int, count: int, note: Path) -> None:
    arguments = (schema_format.value, str(seed), str(count), str(note))
    found = subprocess.run(
        [sys.executable, "-m", "tests.hostile.native_fuzz", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    written = note.read_bytes() if note.exists() else bytes(4)
    payload = written[4 : 4 + int.from_bytes(written[:4], "big")]
    assert found.returncode == 0, f"seed {seed}, payload {payload.hex()}: {found.returncode} {found.stderr[-2000:]}"


@pytest.mark.parametrize("schema_format", list(SchemaFormat))
def test_random_payloads_crash_no_checker(schema_format: SchemaFormat, tmp_path: Path) -> None:
    survives(schema_format, 1, 1_500, tmp_path / "payload")


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize("schema_format", list(SchemaFormat))
def test_many_random_payloads_crash_no_checker(schema_format: SchemaFormat, tmp_path: Path) -> None:
    survives(schema_format, random.randrange(2**32), 100_000, tmp_path / "payload")
