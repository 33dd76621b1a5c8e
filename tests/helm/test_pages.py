"""Values in the documentation render, and rules and dashboards name metrics that there are."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import rows, section
from tests.helm.chart import CHART, merged, render, value_set

ROOT = CHART.parents[1]
PAGES = (CHART / "README.md", ROOT / "docs" / "how-to" / "deploy-on-kubernetes.md")
_YAML = re.compile(r"^```yaml$(.*?)^```$", re.MULTILINE | re.DOTALL)
_METRIC = re.compile(r"\b(?:sluicegate|schema_registry)_\w+")
_SUFFIX = re.compile(r"_(?:bucket|count|sum)$")
NOT_SHOWN = {
    # the names of Dataphos, for dashboards of its users: our own names show the same
    "schema_registry_nack_messages_total",
    "schema_registry_nack_processed_bytes_total",
    "schema_registry_nack_processing_times_milliseconds",
    "schema_registry_processed_bytes_total",
    "schema_registry_processed_dead_letter_bytes_total",
    "schema_registry_processing_dead_letter_times_milliseconds",
    "schema_registry_processing_times_milliseconds",
    "schema_registry_published_dead_letter_messages_total",
    "schema_registry_published_messages_total",
    "schema_registry_schemas_cache_hits_total",
    # an alert has it, or it explains what a panel shows
    "sluicegate_registry_hot_cache_bytes",
    "sluicegate_registry_trial_seconds",
    "sluicegate_validator_batch_messages",
    "sluicegate_validator_batch_seconds",
    "sluicegate_validator_messages_settled_total",
    "sluicegate_validator_messages_valid_total",
    "sluicegate_validator_received_bytes_total",
    "sluicegate_validator_registry_failures_total",
    "sluicegate_validator_registry_refused",
    "sluicegate_validator_registry_request_seconds",
    "sluicegate_validator_schema_cache_hits_total",
    "sluicegate_validator_schema_cache_misses_total",
    "sluicegate_validator_schema_deprecated_lookups_total",
    "sluicegate_validator_source_assigned",
    "sluicegate_validator_source_gaps_total",
}
EXAMPLES = [(page.name, text) for page in PAGES for text in _YAML.findall(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "text"), EXAMPLES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(EXAMPLES)])
def test_example_of_values_renders(page: str, text: str) -> None:
    given = yaml.safe_load(text)
    base = value_set("kafka")
    if "database" in given:  # the page's own one; an example with a registry, too, is whole
        del base["database"]
        base = {} if "registry" in given else base
    assert render(merged(base, given)), page


@pytest.mark.parametrize(
    "file", [*CHART.glob("rules/*.yaml"), *CHART.glob("dashboards/*.json")], ids=lambda file: file.name
)
def test_queries_name_documented_metrics(file: Path) -> None:
    documented = set(_METRIC.findall((ROOT / "docs" / "reference" / "metrics.md").read_text(encoding="utf-8")))
    text = file.read_text(encoding="utf-8")
    parsed = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    named = set(_METRIC.findall(json.dumps(parsed)))
    assert named
    assert {name for name in named if name not in documented and _SUFFIX.sub("", name) not in documented} == set()


def test_each_metric_is_in_a_panel_or_known_as_not_shown() -> None:
    texts = [file.read_text(encoding="utf-8") for file in CHART.glob("dashboards/*.json")]
    shown = {_SUFFIX.sub("", name) for text in texts for name in _METRIC.findall(text)}
    metrics = {
        name
        for heading in ("Registry", "Validator", "Validator processes")
        for name in rows(section("metrics.md", heading))
    }
    assert metrics - shown == NOT_SHOWN
