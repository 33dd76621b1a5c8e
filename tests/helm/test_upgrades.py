"""An upgrade changes no immutable field, and the migration has its inputs before it runs."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from helm_python import Chart

from tests.helm.chart import (
    CHART,
    RELEASE,
    SETS,
    Manifest,
    Values,
    containers,
    environment,
    find,
    merged,
    render,
    value_set,
)
from tests.helm.immutable import LAST, changed, immutable

NEWER: Values = {
    "image": {"tag": "9.9.9"},
    "commonLabels": {"added": "later"},
    "registry": {"replicas": 3, "podLabels": {"added": "later"}, "resources": {"limits": {"memory": "3Gi"}}},
    "migrations": {"backoffLimit": 9},
    "database": {"maxConnections": 300},
    "validatorDefaults": {"processes": 1, "podLabels": {"added": "later"}},
}


@pytest.mark.parametrize("name", SETS)
def test_upgrade_from_the_last_release_touches_no_immutable_field(name: str) -> None:
    last = json.loads(LAST.read_text(encoding="utf-8"))
    assert changed(last[name], immutable(render(value_set(name)))) == []


@pytest.mark.parametrize("name", SETS)
def test_new_version_and_values_touch_no_immutable_field(name: str, newer_chart: Path) -> None:
    before, after = render(value_set(name)), render_of(newer_chart, merged(value_set(name), NEWER))
    assert before != after
    assert immutable(before)
    assert changed(immutable(before), immutable(after)) == []


def test_changed_job_of_the_bundled_database_has_another_name(newer_chart: Path) -> None:
    before, after = render(value_set("bundled")), render_of(newer_chart, value_set("bundled"))
    assert find(before, "Job")["metadata"]["name"] != find(after, "Job")["metadata"]["name"]
    assert "annotations" not in find(before, "Job")["metadata"]


@pytest.mark.parametrize("name", ["default", "kafka", "full"])
def test_hook_job_finds_its_secret_configmap_and_account(name: str) -> None:
    """A hook runs before the release: its inputs are hooks of lower weight, or existed before."""
    manifests = render(value_set(name))
    job = find(manifests, "Job")
    assert hook(job)[0] == "pre-install,pre-upgrade"
    earlier = {each["metadata"]["name"] for each in manifests if each["kind"] != "Job" and hook(each)[1] < hook(job)[1]}
    later = {each["metadata"]["name"] for each in manifests} - earlier - {job["metadata"]["name"]}
    assert mentioned(job["spec"]["template"]["spec"]) & later == set()
    assert job["spec"]["template"]["spec"]["serviceAccountName"] in earlier


def test_migration_finishes_the_last_release_and_prepares_this_one() -> None:
    containers_of = dict(containers(render(value_set("default"))))
    migrate = next(each for name, each in containers_of.items() if name.startswith("Job/"))
    assert migrate["args"][:2] == ["registry", "migrate"]
    assert migrate["args"][-2:] == ["--phase", "upgrade"]
    assert "SLUICEGATE_REGISTRY_DATABASE_URL" in environment(migrate)


def test_registry_restarts_for_new_settings_only() -> None:
    def template(change: Values) -> Any:
        return find(render(merged(value_set("default"), change)), "Deployment")["spec"]["template"]

    assert template({"registry": {"replicas": 5}}) == template({})
    assert template({"registry": {"settings": {"log_level": "debug"}}}) != template({})


def hook(manifest: Manifest) -> tuple[str, float]:
    """When a hook runs, and its weight; objects of the release come last."""
    annotations = manifest["metadata"].get("annotations", {})
    weight = annotations.get("helm.sh/hook-weight")
    return annotations.get("helm.sh/hook", ""), float("inf") if weight is None else int(weight)


def mentioned(value: Any) -> set[str]:
    """Every text in a value."""
    if isinstance(value, dict):
        return {text for each in value.values() for text in mentioned(each)}
    if isinstance(value, list):
        return {text for each in value for text in mentioned(each)}
    return {value} if isinstance(value, str) else set()


@pytest.fixture
def newer_chart(tmp_path: Path) -> Path:
    """The chart as its next release."""
    copy = tmp_path / "sluicegate"
    shutil.copytree(CHART, copy)
    text = yaml.safe_load((copy / "Chart.yaml").read_text())
    (copy / "Chart.yaml").write_text(yaml.safe_dump(text | {"version": "9.9.9", "appVersion": "9.9.9"}))
    return copy


def render_of(chart: Path, values: Values) -> list[Manifest]:
    """The manifests of another chart."""
    with Chart.load(chart) as loaded:
        pages = loaded.render(values, name=RELEASE, namespace="schemas", is_upgrade=True, revision=2)
    texts = (text for file, text in sorted(pages.items()) if file.endswith(".yaml"))
    return [document for text in texts for document in yaml.safe_load_all(text) if document]
