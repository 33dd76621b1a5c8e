"""Immediate checks, and checks that are delegated."""

from collections.abc import Sequence
from typing import cast

import pytest

from sluicegate.registry_api.core.errors import SchemaInvalid
from sluicegate.registry_api.core.model import Content, Incompatibility, NumberedSource
from sluicegate.registry_api.metrics import Metrics
from sluicegate.registry_api.trial.examiner import TrialExaminer
from sluicegate.registry_api.trial.triage import Triage
from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, ValidityMode, VersionNumber

PLAIN = SchemaSource('{"type": "object", "properties": {"a": {"type": "string"}}}')
DOUBTFUL = SchemaSource('{"pattern": "^(a+)+$"}')

CIRCLE = SchemaSource('{"type": "record", "name": "A", "fields": [{"name": "next", "type": ["null", "A"]}]}')
RECORD = SchemaSource('{"type": "record", "name": "A", "fields": [{"name": "a", "type": "int"}]}')
OTHER = SchemaSource('{"type": "record", "name": "A", "fields": [{"name": "a", "type": "string"}]}')


class Asked(Exception):
    """A trial process would have been asked."""


class Trials:
    """Trial processes that must not be called."""

    def __init__(self) -> None:
        self.closed = False

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        raise Asked

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
        policy: Policy | None = None,
    ) -> tuple[Incompatibility, ...]:
        raise Asked

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def trials() -> Trials:
    return Trials()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def triage(trials: Trials, metrics: Metrics) -> Triage:
    return Triage(cast("TrialExaminer", trials), catalog.engine, metrics)


def test_a_plain_schema_asks_no_other_process(triage: Triage, metrics: Metrics) -> None:
    content = triage.content(SchemaFormat.JSON, PLAIN, ValidityMode.FULL)

    assert (content.text, content.attributes) == (PLAIN.text, ("a",))
    assert 'sluicegate_registry_trials_total{outcome="spared"} 1.0' in metrics.exposition().decode()


def test_a_plain_schema_is_held_to_the_same_rules(triage: Triage) -> None:
    with pytest.raises(SchemaInvalid):
        triage.content(SchemaFormat.JSON, SchemaSource('{"type": "strin"}'), ValidityMode.FULL)


@pytest.mark.parametrize(("schema_format", "source"), [(SchemaFormat.JSON, DOUBTFUL), (SchemaFormat.AVRO, CIRCLE)])
def test_what_may_be_dear_is_handed_on(
    triage: Triage, metrics: Metrics, schema_format: SchemaFormat, source: SchemaSource
) -> None:
    with pytest.raises(Asked):
        triage.content(schema_format, source, ValidityMode.FULL)
    assert 'outcome="spared"} 1.0' not in metrics.exposition().decode()


def versions(*sources: SchemaSource) -> list[NumberedSource]:
    return [NumberedSource(VersionNumber(number), source) for number, source in enumerate(sources, 1)]


def test_small_avro_schemas_are_compared_here(triage: Triage) -> None:
    found = triage.incompatibilities(SchemaFormat.AVRO, CompatibilityMode.BACKWARD, RECORD, versions(OTHER))
    assert [(each.number, each.finding.code) for each in found] == [(1, "TYPE_MISMATCH")]


@pytest.mark.parametrize(
    ("candidate", "history"),
    [(CIRCLE, versions(RECORD)), (RECORD, versions(RECORD, CIRCLE)), (RECORD, versions(*[RECORD] * 100))],
)
def test_long_comparisons_are_handed_on(triage: Triage, candidate: SchemaSource, history: list[NumberedSource]) -> None:
    with pytest.raises(Asked):
        triage.incompatibilities(SchemaFormat.AVRO, CompatibilityMode.BACKWARD, candidate, history)


def test_comparisons_of_other_formats_are_handed_on(triage: Triage) -> None:
    with pytest.raises(Asked):
        triage.incompatibilities(SchemaFormat.JSON, CompatibilityMode.FULL, PLAIN, ())


def test_closing_it_ends_the_processes(triage: Triage, trials: Trials) -> None:
    triage.close()
    assert trials.closed
