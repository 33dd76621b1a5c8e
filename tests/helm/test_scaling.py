"""KEDA's pitfalls are avoided by default, and pods get the time that they need to end."""

import tomllib
from typing import Any

import pytest

from tests.helm.chart import SETS, Manifest, Values, environment, find, merged, render, settings_file, value_set


def scaled(**orders: Any) -> list[Manifest]:
    """The Kafka set with changes of its validator."""
    return render(merged(value_set("kafka"), {"validators": {"orders": orders}}))


def metadata(manifests: list[Manifest]) -> dict[str, str]:
    """The parameters of the only trigger."""
    (trigger,) = find(manifests, "ScaledObject")["spec"]["triggers"]
    found: dict[str, str] = trigger["metadata"]
    return found


@pytest.mark.parametrize("name", SETS)
def test_at_least_one_pod_runs_unless_values_say_otherwise(name: str) -> None:
    values = value_set(name)
    for each in render(values):
        if each["kind"] == "ScaledObject":
            validator = values["validators"][each["metadata"]["name"].rpartition("-")[2]]
            assert each["spec"]["minReplicaCount"] == validator["autoscaling"].get("minReplicas", 1)
            assert each["spec"]["fallback"]["replicas"] >= 1


@pytest.mark.parametrize(
    ("option", "policy"),
    [
        ({}, "earliest"),
        ({"auto.offset.reset": "earliest"}, "earliest"),
        ({"auto.offset.reset": "smallest"}, "earliest"),
        ({"auto.offset.reset": "latest"}, "latest"),
        ({"auto.offset.reset": "largest"}, "latest"),
        ({"auto_offset_reset": "latest"}, "latest"),
    ],
)
def test_offset_reset_policy_is_the_validators(option: dict[str, str], policy: str) -> None:
    assert metadata(scaled(source={"config": option}))["offsetResetPolicy"] == policy


@pytest.mark.parametrize(
    ("partitions", "processes", "most"), [(12, 1, 12), (12, 2, 6), (12, 5, 2), (1, 4, 1), (None, 2, 10)]
)
def test_most_pods_have_a_partition_for_each_process(partitions: int | None, processes: int, most: int) -> None:
    manifests = scaled(partitions=partitions, processes=processes)
    assert find(manifests, "ScaledObject")["spec"]["maxReplicaCount"] == most


@pytest.mark.parametrize(
    "change", [{"settings": {"delivery": "exactly_once"}}, {"autoscaling": {"transactionalSource": True}}]
)
def test_markers_of_transactions_start_no_pod(change: Values) -> None:
    manifests = scaled(**merged(change, {"autoscaling": {"minReplicas": 0}}))
    assert int(metadata(manifests)["activationLagThreshold"]) > 12


def test_each_topic_has_a_trigger() -> None:
    manifests = scaled(source={"topics": ["orders", "returns"]})
    triggers = find(manifests, "ScaledObject")["spec"]["triggers"]
    assert [trigger["metadata"]["topic"] for trigger in triggers] == ["orders", "returns"]
    assert {trigger["metadata"]["consumerGroup"] for trigger in triggers} == {"sluicegate-orders"}


def test_keda_reads_the_validators_credentials() -> None:
    manifests = scaled()
    references = find(manifests, "TriggerAuthentication")["spec"]["secretTargetRef"]
    found = {each["parameter"]: (each["name"], each["key"]) for each in references}
    (container,) = find(manifests, "Deployment", "-orders")["spec"]["template"]["spec"]["containers"]
    own = environment(container)["SLUICEGATE_VALIDATOR_SOURCE__SASL__PASSWORD"]["valueFrom"]["secretKeyRef"]
    assert found["password"] == (own["name"], own["key"])
    assert found["ca"] == ("kafka-ca", "ca.crt")
    name, key = found["username"]
    assert find(manifests, "Secret", name)["stringData"][key] == "sluicegate"
    assert (metadata(manifests)["sasl"], metadata(manifests)["tls"]) == ("scram_sha512", "enable")


def test_oauth_of_kafka_reaches_keda() -> None:
    sasl = {
        "mechanism": "OAUTHBEARER",
        "username": None,
        "client_id": "validator",
        "token_url": "https://tokens.example.com",
        "scope": "kafka",
    }
    secrets = {"source__sasl__password": None, "source__sasl__client_secret": {"value": "x"}}
    manifests = scaled(source={"sasl": sasl}, secrets=secrets)
    references = find(manifests, "TriggerAuthentication")["spec"]["secretTargetRef"]
    assert {each["parameter"] for each in references} == {
        "username",
        "password",
        "oauthTokenEndpointUri",
        "scopes",
        "ca",
    }
    assert metadata(manifests)["sasl"] == "oauthbearer"


def test_pubsub_trigger_has_todays_form_and_the_full_name() -> None:
    manifests = render(value_set("pubsub"))
    (trigger,) = find(manifests, "ScaledObject", "-orders")["spec"]["triggers"]
    assert trigger["metadata"] == {
        "subscriptionName": "projects/shop/subscriptions/orders-validator",
        "mode": "SubscriptionSize",
        "value": "1000",
        "activationValue": "0",
    }
    assert find(manifests, "TriggerAuthentication", "-orders")["spec"] == {"podIdentity": {"provider": "gcp"}}


def test_service_bus_trigger_has_an_identity_or_a_connection() -> None:
    manifests = render(value_set("servicebus"))
    by_identity, by_string = (
        find(manifests, "ScaledObject", name)["spec"]["triggers"][0] for name in ("-orders", "-payments")
    )
    assert by_identity["metadata"]["namespace"] == "shop"
    assert by_string["metadata"].items() >= {"topicName": "payments", "subscriptionName": "validator"}.items()
    (reference,) = find(manifests, "TriggerAuthentication", "-payments")["spec"]["secretTargetRef"]
    assert reference["parameter"] == "connection"
    assert find(manifests, "Secret", reference["name"])["stringData"][reference["key"]].startswith(
        "Endpoint=sb://bank."
    )


def test_parameters_of_values_count_before_the_charts() -> None:
    manifests = scaled(autoscaling={"metadata": {"lagThreshold": "5", "limitToPartitionsWithLag": "true"}})
    assert metadata(manifests).items() >= {"lagThreshold": "5", "limitToPartitionsWithLag": "true"}.items()


@pytest.mark.parametrize("name", SETS)
def test_pods_get_more_time_than_their_drain(name: str) -> None:
    manifests = render(value_set(name))
    for each in manifests:
        workload = each["metadata"]["name"]
        if each["kind"] in {"Deployment", "StatefulSet"} and "-validator-" in workload:
            settings = tomllib.loads(settings_file(manifests, "validator", workload.rpartition("-")[2]))
            drain = settings["worker"].get("drain_seconds", 10)
            assert each["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > drain + 5
            scalers = [other for other in manifests if other["kind"] == "ScaledObject"]
            assert all(other["spec"]["cooldownPeriod"] > drain + 5 for other in scalers)


def test_registry_gets_time_for_its_service_and_its_requests() -> None:
    values = merged(value_set("default"), {"registry": {"preStopSeconds": 7, "settings": {"stop_timeout": 40}}})
    pod = find(render(values), "Deployment")["spec"]["template"]["spec"]
    assert pod["containers"][0]["lifecycle"] == {"preStop": {"sleep": {"seconds": 7}}}
    assert pod["terminationGracePeriodSeconds"] > 7 + 40


def test_sessions_of_service_bus_get_time_to_end() -> None:
    manifests = render(value_set("servicebus"))
    graces = {
        name: find(manifests, "Deployment", name)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        for name in ("-orders", "-sessions")
    }
    assert graces["-sessions"] == graces["-orders"] + 10
