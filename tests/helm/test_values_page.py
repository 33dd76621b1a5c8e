"""The chart's README, values.yaml and values.schema.json say the same."""

import json
import tomllib
from collections.abc import Iterator
from typing import Any

import yaml

from tests.helm.chart import CHART
from tests.helm.values_page import README, SCHEMA, described, documented, page, undocumented


def test_readme_has_every_value() -> None:
    text = README.read_text(encoding="utf-8")
    assert page(text) == text, "run: python -m tests.helm.values_page"


def test_every_value_is_described() -> None:
    assert undocumented() == []


def test_schema_has_no_other_values() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    known = [value.path for value in documented()]
    unknown = [
        path for path in _properties(schema, schema, "") if not any(f"{path}.".startswith(f"{each}.") for each in known)
    ]
    assert unknown == ["global"]


def test_schema_describes_values_as_the_file_does() -> None:
    text = SCHEMA.read_text(encoding="utf-8")
    assert described(json.loads(text)) == json.loads(text), "run: python -m tests.helm.values_page"


def test_chart_version_is_that_of_the_program() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    project = tomllib.loads((CHART.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert chart["appVersion"] == project["version"]
    images = yaml.safe_load(chart["annotations"]["artifacthub.io/images"])
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert [image["image"] for image in images] == [
        f"{values['image']['repository']}:{chart['appVersion']}",
        values["database"]["bundled"]["image"],
    ]


def _resolved(schema: Any, root: Any) -> Any:
    reference = schema.get("$ref")
    return root["$defs"][reference.rpartition("/")[2]] if reference else schema


def _properties(schema: Any, root: Any, path: str) -> Iterator[str]:
    below = _resolved(schema, root).get("properties")
    if not below:
        yield path
        return
    for key, each in below.items():
        yield from _properties(each, root, f"{path}.{key}" if path else key)
