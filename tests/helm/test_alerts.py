"""Alert rules fire when they should, on series that the programs export.

Each alert has a page entry.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from sluicegate.registry_api.metrics import Metrics as RegistryMetrics
from sluicegate.registry_api.metrics import PoolState
from sluicegate.validator.telemetry.fleet import FleetMetrics
from sluicegate.validator.telemetry.metrics import Metrics as ValidatorMetrics
from tests.fixtures.debian import ProgramMissing, debian_program
from tests.helm.chart import CHART

CASES = Path(__file__).parent / "alerts"
PROGRAMS = ("registry", "validators")
PAGE = CHART.parents[1] / "docs" / "how-to" / "alerts.md"
_SERIES = re.compile(r"^(\w+)\{(.*)\}$")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_ADDED_BY_PROMETHEUS = {"namespace", "pod", "job"}


@pytest.fixture(scope="module")
def promtool() -> Path:
    """Prometheus' own checker. Where it cannot be downloaded, the test is skipped and says why."""
    try:
        return debian_program("promtool", "prometheus").path
    except ProgramMissing as missing:
        pytest.skip(f"no promtool: {missing}")


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of one rule file."""
    loaded: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))["tests"]
    return loaded


def alerts(name: str) -> set[str]:
    """The alerts of one rule file."""
    groups = yaml.safe_load((CHART / "rules" / f"{name}.yaml").read_text(encoding="utf-8"))["groups"]
    return {rule["alert"] for group in groups for rule in group["rules"]}


def run_cases(promtool: Path, name: str, rules: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the cases of one rule file against these rules."""
    (folder / f"{name}.rules.yaml").write_text(rules, encoding="utf-8")
    shutil.copy(CASES / f"{name}.yaml", folder)
    command = [str(promtool), "test", "rules", f"{name}.yaml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def exported() -> Iterator[bytes]:
    """The answers of `/metrics` with one series of each metric."""
    registry = RegistryMetrics()
    registry.requests.labels("native", "/schemas", "GET", "2xx").inc()
    registry.seconds.labels("native", "/schemas", "GET").observe(0.01)
    registry.registrations.labels("json", "added").inc()
    registry.hot_reads.labels("hit").inc()
    registry.trials.labels("answered").inc()
    registry.set_pool(PoolState(size=4, idle=2, waiting=0))
    yield registry.exposition()
    yield ValidatorMetrics().exposition()
    yield FleetMetrics().exposition()


@pytest.mark.parametrize("name", PROGRAMS)
def test_alerts_fire_in_their_cases_alone(promtool: Path, name: str, tmp_path: Path) -> None:
    rules = (CHART / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
    done = run_cases(promtool, name, rules, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_cases_notice_another_threshold(promtool: Path, name: str, tmp_path: Path) -> None:
    rules = (CHART / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
    done = run_cases(promtool, name, re.sub(r"> [0-9.]+\n", "> 1e9\n", rules), tmp_path)
    assert done.returncode != 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_alert_has_a_case_that_fires_and_one_that_does_not(name: str) -> None:
    checks = [check for case in cases(name) for check in case["alert_rule_test"]]
    assert {check["alertname"] for check in checks if check["exp_alerts"]} == alerts(name)
    assert {check["alertname"] for check in checks if not check["exp_alerts"]} >= alerts(name)


@pytest.mark.parametrize("name", PROGRAMS)
def test_cases_use_series_that_the_programs_export(name: str) -> None:
    known = {
        (sample.name, label)
        for answer in exported()
        for family in text_string_to_metric_families(answer.decode())
        for sample in family.samples
        for label in ("", *sample.labels)
    }
    for case in cases(name):
        for given in case["input_series"]:
            match = _SERIES.match(given["series"])
            assert match is not None, given
            metric, labels = match[1], {label for label, _ in _LABEL.findall(match[2])} - _ADDED_BY_PROMETHEUS
            assert {(metric, label) for label in ("", *labels)} <= known, given


def test_metrics_follow_the_conventions_of_prometheus(promtool: Path) -> None:
    for answer in exported():
        done = subprocess.run([str(promtool), "check", "metrics"], input=answer, capture_output=True, timeout=60)
        complaints = [
            line for line in done.stderr.decode().splitlines() if line.startswith(("sluicegate_", "schema_registry_"))
        ]
        # The names that begin with schema_registry_ are those of Dataphos, which uses milliseconds.
        assert [line for line in complaints if "milliseconds" not in line] == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_alert_has_a_section_on_the_page(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {alert for alert in alerts(name) if f"\n### {alert}\n" not in page} == set()


@pytest.mark.parametrize("name", PROGRAMS)
def test_label_values_of_the_cases_exist(name: str) -> None:
    codes = {
        value
        for answer in exported()
        for family in text_string_to_metric_families(answer.decode())
        for sample in family.samples
        for label, value in sample.labels.items()
        if label in {"code", "cause", "outcome"}
    }
    closed = {"busy", *codes}  # the registry makes a series of `outcome` when it occurs
    used = {
        value
        for case in cases(name)
        for given in case["input_series"]
        for label, value in _LABEL.findall(given["series"])
        if label in {"code", "cause", "outcome"}
    }
    assert used <= closed


@pytest.mark.parametrize("file", [*CHART.glob("dashboards/*.json")], ids=lambda file: file.name)
def test_queries_of_dashboards_parse_and_name_exported_series(promtool: Path, file: Path, tmp_path: Path) -> None:
    panels = json.loads(file.read_text(encoding="utf-8"))["panels"]
    queries = [target["expr"] for panel in panels for target in panel["targets"]]
    known = {
        sample.name
        for answer in exported()
        for family in text_string_to_metric_families(answer.decode())
        for sample in family.samples
    }
    assert {name for query in queries for name in re.findall(r"\bsluicegate_\w+", query)} <= known
    rules = [
        {"record": f"panel:query{n}", "expr": query.replace("$__rate_interval", "5m").replace("$namespace", "schemas")}
        for n, query in enumerate(queries)
    ]
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    done = subprocess.run([str(promtool), "check", "rules", "rules.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
