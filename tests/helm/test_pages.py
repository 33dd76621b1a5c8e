"""Values in the documentation render, and rules and dashboards name metrics that there are."""

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.helm.chart import CHART, merged, render, value_set

ROOT = CHART.parents[1]
PAGES = (CHART / "README.md", ROOT / "docs" / "how-to" / "deploy-on-kubernetes.md")
_YAML = re.compile(r"^```yaml$(.*?)^```$", re.MULTILINE | re.DOTALL)
_METRIC = re.compile(r"\b(?:sluicegate|schema_registry)_\w+")
_SUFFIX = re.compile(r"_(?:bucket|count|sum)$")
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
