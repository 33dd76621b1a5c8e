"""Schemas that skip the sandbox: the costliest of them stays far below the limit of a trial."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import product
from typing import cast

import pytest

from sluicegate.registry_api.core.model import NumberedSource
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.registry_api.trial.triage import Triage
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource, is_plain
from sluicegate.shared.model import SchemaFormat, ValidityMode, VersionNumber
from tests.hostile import plain_avro_schemas
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
    asked = {(each["format"], each["validity"]) for each in worst}
    assert asked == {*product(("json", "avro"), ValidityMode), ("avro", "compared")}
    assert [each for each in worst if each["ratio"] > MAX_RATIO] == []


@pytest.mark.parametrize(
    ("schema_format", "every"), [(SchemaFormat.JSON, texts), (SchemaFormat.AVRO, plain_avro_schemas.texts)]
)
def test_most_hostile_texts_pass_for_plain(schema_format: SchemaFormat, every: Callable[[], Iterator[str]]) -> None:
    found = [is_plain(catalog.engine(schema_format), SchemaSource(text)) for text in every()]
    assert found.count(True) > 0.9 * len(found)


def test_most_hostile_pairs_are_compared_without_the_sandbox() -> None:
    triage = Triage(cast("TrialExaminer", None), catalog.engine)
    pairs = list(plain_avro_schemas.pairs([plain_avro_schemas.ORDINARY]))
    found = [
        triage.soon_compared(
            SchemaFormat.AVRO, SchemaSource(new), [NumberedSource(VersionNumber(1), SchemaSource(old))]
        )
        for new, old in pairs
    ]
    assert all(found)
