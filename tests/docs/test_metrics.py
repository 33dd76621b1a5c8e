"""docs/reference/metrics.md has every metric of both catalogues with its type and labels."""

import re
from collections.abc import Callable

import pytest
from prometheus_client.metrics import MetricWrapperBase

import sluicegate.registry_api.metrics
import sluicegate.validator.telemetry.fleet
import sluicegate.validator.telemetry.metrics
from tests.docs.pages import rows, section

_TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
CATALOGUES = [
    ("Registry", sluicegate.registry_api.metrics.Metrics),
    ("Validator", sluicegate.validator.telemetry.metrics.Metrics),
    ("Validator processes", sluicegate.validator.telemetry.fleet.FleetMetrics),
]


@pytest.mark.parametrize(("heading", "catalogue"), CATALOGUES)
def test_each_metric_is_documented_with_its_type(
    heading: str,
    catalogue: Callable[
        [],
        sluicegate.registry_api.metrics.Metrics
        | sluicegate.validator.telemetry.metrics.Metrics
        | sluicegate.validator.telemetry.fleet.FleetMetrics,
    ],
) -> None:
    served = {name: kind for name, kind in _TYPE.findall(catalogue().exposition().decode()) if name[-8:] != "_created"}
    documented = {name: cells[0] for name, cells in rows(section("metrics.md", heading)).items()}
    assert documented == served


@pytest.mark.parametrize(("heading", "catalogue"), CATALOGUES)
def test_each_label_is_documented(heading: str, catalogue: Callable[[], object]) -> None:
    documented = rows(section("metrics.md", heading))
    metrics = [metric for metric in vars(catalogue()).values() if isinstance(metric, MetricWrapperBase)]
    assert metrics
    for metric in metrics:
        name = next(iter(metric.describe())).name
        cells = documented.get(name) or documented[f"{name}_total"]
        assert re.findall(r"`(\w+)`", cells[1]) == list(metric._labelnames)
