"""The faults of the charts of Dataphos, a test for each."""

import tomllib

import pytest
import yaml

from tests.helm.chart import (
    CHART,
    SETS,
    containers,
    environment,
    find,
    merged,
    pods,
    render,
    settings_file,
    texts,
    value_set,
)

each_set = pytest.mark.parametrize("name", SETS)


def test_validators_ask_a_service_that_exists() -> None:
    """There, the settings named `csv-validator-svc` and the Service was `validator-csv-svc`."""
    manifests = render(value_set("kafka"))
    url = tomllib.loads(settings_file(manifests, "validator", "orders"))["registry"]["url"]
    services = {
        f"http://{each['metadata']['name']}:{port['port']}"
        for each in manifests
        if each["kind"] == "Service"
        for port in each["spec"]["ports"]
    }
    assert url in services


def test_connection_strings_are_in_secrets() -> None:
    """There, those of Service Bus were in a ConfigMap."""
    manifests = render(value_set("servicebus"))
    assert [each for each in manifests if each["kind"] == "ConfigMap" and "Endpoint=sb" in str(each)] == []
    secret = find(manifests, "Secret", "validator-payments")["stringData"]
    assert secret["source__connection_string"].startswith("Endpoint=sb://")


@each_set
def test_nothing_waits_for_a_fixed_time(name: str) -> None:
    """There, each pod began with a container that slept for 60 seconds."""
    manifests = render(value_set(name))
    assert [pod for pod, template in pods(manifests) if "initContainers" in template["spec"]] == []
    for _, container in containers(manifests):
        assert "sleep" not in " ".join([*container.get("command", ()), *map(str, container.get("args", ()))])


@each_set
def test_containers_have_no_privileges(name: str) -> None:
    """There, the one that made the tables was privileged."""
    manifests = render(value_set(name))
    for _, pod in pods(manifests):
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["spec"]["automountServiceAccountToken"] is False
    for _, container in containers(manifests):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        }


@each_set
def test_no_service_is_open_to_the_world(name: str) -> None:
    """There, every Service was a LoadBalancer, also those of metrics and of the checkers."""
    services = [each for each in render(value_set(name)) if each["kind"] == "Service"]
    assert {each["spec"].get("type", "ClusterIP") for each in services} <= {"ClusterIP"}


@each_set
def test_long_running_containers_have_probes_and_all_have_resources(name: str) -> None:
    """There, neither had any."""
    for path, container in containers(render(value_set(name))):
        assert container["resources"]["requests"].keys() == {"cpu", "memory"}
        assert container["resources"]["limits"]["memory"]
        if not path.startswith(("Job/", "Pod/")):
            assert {"startupProbe", "livenessProbe", "readinessProbe"} <= container.keys()


@each_set
def test_workloads_have_a_disruption_budget_and_a_network_policy(name: str) -> None:
    """There, there was neither."""
    manifests = render(value_set(name))
    covered = {
        (each["kind"], each["metadata"]["name"])
        for each in manifests
        if each["kind"] in {"PodDisruptionBudget", "NetworkPolicy"}
    }
    for each in manifests:
        workload = each["metadata"]["name"]
        if each["kind"] in {"Deployment", "StatefulSet"}:
            assert ("NetworkPolicy", workload) in covered
            assert workload.endswith("-postgres") or ("PodDisruptionBudget", workload) in covered


def test_no_password_has_a_default() -> None:
    """There, the default of the database's password was `POSTGRES_PASSWORD`."""
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    assert values["database"]["bundled"]["password"] == ""
    assert values["database"]["url"] == ""


def test_postgres_is_installed_only_when_asked_for() -> None:
    """There, it always was, and no other database could be named."""
    assert [text for file, text in texts(value_set("default")).items() if "postgres/" in file and text.strip()] == []
    assert find(render(value_set("bundled")), "StatefulSet")


def test_password_of_the_database_may_hold_any_character() -> None:
    """There, it went into the address as it was."""
    given = "p@ss:/w?rd#%"
    values = merged(value_set("bundled"), {"database": {"bundled": {"password": given}}})
    manifests = render(values)
    (container,) = find(manifests, "Deployment")["spec"]["template"]["spec"]["containers"]
    variables = environment(container)
    assert variables["SLUICEGATE_REGISTRY_DATABASE_URL"]["value"] == (
        "postgresql://sluicegate@demo-sluicegate-postgres:5432/sluicegate"
    )
    reference = variables["PGPASSWORD"]["valueFrom"]["secretKeyRef"]
    assert find(manifests, "Secret", reference["name"])["stringData"][reference["key"]] == given


def test_image_is_that_of_the_release() -> None:
    """There, it was 1.0.0 when the product was 1.3.0."""
    version = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"]
    images = {each["image"] for _, each in containers(render(value_set("default")))}
    assert images == {f"sluicegate:{version}"}


@each_set
def test_variables_of_services_are_off(name: str) -> None:
    """For such a Service, Kubernetes would set SLUICEGATE_REGISTRY_PORT=tcp://... in every pod.

    No pod would start.
    """
    assert [pod for pod, template in pods(render(value_set(name))) if template["spec"]["enableServiceLinks"]] == []


@each_set
def test_workload_scales_in_one_way_only(name: str) -> None:
    """There, nothing scaled.

    A HorizontalPodAutoscaler and a ScaledObject would pull at one workload.
    """
    manifests = render(value_set(name))
    targets = [
        (each["spec"]["scaleTargetRef"]["kind"], each["spec"]["scaleTargetRef"]["name"])
        for each in manifests
        if each["kind"] in {"HorizontalPodAutoscaler", "ScaledObject"}
    ]
    assert len(targets) == len(set(targets))
    for each in manifests:
        if each["kind"] in {"Deployment", "StatefulSet"}:
            scaled = (each["kind"], each["metadata"]["name"]) in targets
            assert scaled != ("replicas" in each["spec"])
