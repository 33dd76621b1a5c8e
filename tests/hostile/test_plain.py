"""JSON schemas that skip the sandbox: the costliest of them stays far below the limit of a trial."""

import json
import subprocess
import sys

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource, is_plain
from sluicegate.shared.model import SchemaFormat, ValidityMode
from tests.hostile.plain_schemas import texts

MAX_RATIO = 1_000
"""Examinations of an ordinary schema, at 0.2 ms of processor time each; a trial may take 2 s."""


def test_plain_schema_cost_is_bounded() -> None:
    """In a separate process, against a yardstick there.

    This process's heap says nothing about schemas.
    """
    found = subprocess.run(
        [sys.executable, "-m", "tests.hostile.plain_schemas"], check=True, capture_output=True, text=True
    )
    worst = [json.loads(line) for line in found.stdout.splitlines()]
    assert {each["validity"] for each in worst} == set(ValidityMode)
    assert [each for each in worst if each["ratio"] > MAX_RATIO] == []


def test_most_hostile_texts_pass_for_plain() -> None:
    found = [is_plain(catalog.engine(SchemaFormat.JSON), SchemaSource(text)) for text in texts()]
    assert found.count(True) > 0.9 * len(found)
