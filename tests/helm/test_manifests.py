"""Every value set in `ci` renders, and Kubernetes takes every manifest."""

from typing import Any

import helm_python
import pytest

from tests.helm.chart import CHART, SETS, containers, environment, pods, render, texts, value_set
from tests.helm.schemas import VERSIONS, complaints, is_custom, require_vectors, triggers

each_set = pytest.mark.parametrize("name", SETS)


@each_set
def test_value_set_passes_lint(name: str) -> None:
    report = helm_python.lint(CHART, value_set(name), strict=True)
    assert report["errors"] == []
    assert [message for message in report["messages"] if message["severity"] > 1] == []


@each_set
@pytest.mark.parametrize("version", VERSIONS)
def test_built_in_manifests_are_valid(name: str, version: str) -> None:
    manifests = [each for each in render(value_set(name)) if not is_custom(each)]
    assert manifests
    assert [complaint for each in manifests for complaint in complaints(each, version)] == []


@each_set
def test_custom_manifests_are_valid(name: str) -> None:
    require_vectors()
    manifests = [each for each in render(value_set(name)) if is_custom(each)]
    assert [complaint for each in manifests for complaint in complaints(each, VERSIONS[0])] == []


def test_full_set_renders_every_template() -> None:
    rendered = {file for name in SETS for file, text in texts(value_set(name)).items() if text.strip()}
    files = {f"sluicegate/{file.relative_to(CHART)}" for file in (CHART / "templates").rglob("*.yaml")}
    # the first keys are made in a cluster only: test_keys.py
    assert files - rendered == {"sluicegate/templates/checks.yaml", "sluicegate/templates/registry/keys.yaml"}


@each_set
def test_rendering_is_deterministic(name: str) -> None:
    assert texts(value_set(name)) == texts(value_set(name))


@each_set
def test_names_are_unique_and_in_the_release(name: str) -> None:
    manifests = render(value_set(name))
    names = [(each["kind"], each["metadata"]["name"]) for each in manifests]
    assert len(names) == len(set(names))
    assert [each for each in manifests if "namespace" in each["metadata"]] == []
    assert [each for _, each in names if not each.startswith("demo-sluicegate")] == []


@each_set
def test_names_fit_a_long_release_name(name: str) -> None:
    manifests = render(value_set(name), "r" * 53)
    assert [each["metadata"]["name"] for each in manifests if len(each["metadata"]["name"]) > 63] == []


@each_set
def test_trigger_parameters_are_those_of_keda(name: str) -> None:
    require_vectors()
    known = triggers()
    for each in render(value_set(name)):
        for trigger in each["spec"]["triggers"] if each["kind"] == "ScaledObject" else ():
            parameters = known[trigger["type"]]
            assert set(trigger["metadata"]) <= set(parameters)
            for parameter, value in trigger["metadata"].items():
                assert isinstance(value, str)
                assert value in parameters[parameter].get("allowedValue", [value])


@each_set
def test_trigger_authentication_parameters_are_those_of_keda(name: str) -> None:
    require_vectors()
    known = {parameter: told for each in triggers().values() for parameter, told in each.items()}
    for each in render(value_set(name)):
        for reference in each["spec"].get("secretTargetRef", ()) if each["kind"] == "TriggerAuthentication" else ():
            parameter = reference["parameter"]
            # Google's scalers read it from any authentication; the list has the parameters of
            # triggers alone.
            if parameter != "GoogleApplicationCredentials":
                assert known[parameter]["triggerAuthenticationVariableReadable"]


@each_set
def test_selectors_match_their_pods_and_no_others(name: str) -> None:
    manifests = render(value_set(name))
    labels = {pod: template["metadata"]["labels"] for pod, template in pods(manifests)}
    for each in manifests:
        selector = _selector(each)
        if selector:
            matched = {pod for pod, found in labels.items() if selector.items() <= found.items()}
            assert matched, each["metadata"]["name"]
            if each["kind"] in {"Deployment", "StatefulSet"}:
                assert matched == {f"{each['kind']}/{each['metadata']['name']}"}


@each_set
def test_secrets_and_configmaps_exist_or_are_named_by_values(name: str) -> None:
    """Every reference of a pod is rendered, or comes from the values."""
    values = value_set(name)
    manifests = render(values)
    made = {each["metadata"]["name"] for each in manifests if each["kind"] in {"Secret", "ConfigMap"}}
    made.add("demo-sluicegate-registry-keys")  # made in a cluster only: test_keys.py
    given = str(values)
    for _, pod in pods(manifests):
        for reference in _references(pod):
            assert reference in made or f"'{reference}'" in given, reference


@each_set
def test_probe_and_service_ports_are_ports_of_the_container(name: str) -> None:
    for _, container in containers(render(value_set(name))):
        ports = {port["name"] for port in container.get("ports", ())}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            request = container.get(probe, {}).get("httpGet")
            assert request is None or request["port"] in ports


def test_exactly_once_workers_have_lasting_names() -> None:
    manifests = render(value_set("full"))
    kinds = {each["metadata"]["name"]: each["kind"] for each in manifests if each["kind"].endswith("Set")}
    assert kinds == {"demo-sluicegate-validator-orders": "StatefulSet"}
    assert "SLUICEGATE_VALIDATOR_WORKER__NAME" not in {
        variable for _, container in containers(manifests) for variable in environment(container)
    }


def _selector(manifest: dict[str, Any]) -> dict[str, str]:
    spec = manifest.get("spec", {})
    selector = spec.get("selector") or spec.get("podSelector") or {}
    found: dict[str, str] = selector.get("matchLabels", selector if manifest["kind"] == "Service" else {})
    return found


def _references(value: Any) -> set[str]:
    """Names of Secrets and ConfigMaps in a pod."""
    if isinstance(value, list):
        return {name for each in value for name in _references(each)}
    if not isinstance(value, dict):
        return set()
    found = {name for each in value.values() for name in _references(each)}
    if "secretName" in value:
        found.add(value["secretName"])
    for key in ("secretKeyRef", "configMapKeyRef", "configMap"):
        if isinstance(value.get(key), dict):
            found.add(value[key]["name"])
    return found
