"""Values with a mistake are refused with a sentence about value and remedy."""

from typing import Any

import pytest
from helm_python import HelmError

from tests.helm.chart import Values, find, merged, render, texts, value_set


def kafka(**orders: Any) -> Values:
    """The Kafka set with changes of its validator."""
    return merged(value_set("kafka"), {"validators": {"orders": orders}})


def registry(**changes: Any) -> Values:
    """The default set with changes of the registry."""
    return merged(value_set("default"), {"registry": changes})


CASES: dict[str, tuple[Values, str]] = {
    "unknown value": (registry(replica=3), "at '/registry': additional properties 'replica' not allowed"),
    "wrong type": (registry(replicas="three"), "at '/registry/replicas': got string, want integer"),
    "name of a validator": ({"validators": {"Orders": {}}}, "'Orders' does not match pattern"),
    "list of validators": ({"validators": []}, "at '/validators': got array, want object"),
    "misspelt table": (kafka(sourc={}), "at '/validators/orders': additional properties 'sourc' not allowed"),
    "phase": ({"migrations": {"phase": "now"}}, "value must be one of 'upgrade', 'pre', 'all'"),
    "digest": ({"image": {"digest": "latest"}}, "at '/image/digest': 'latest' does not match pattern"),
    "no database": ({}, "database: the registry needs a Postgres. Set database.existingSecret.name"),
    "two databases": (
        merged(value_set("default"), {"database": {"url": "postgresql://host/name"}}),
        "database: database.existingSecret.name and database.url name more than one database. Keep one of them.",
    ),
    "no password": (
        {"database": {"host": "db"}},
        "database.passwordSecret.name: database.host needs the password of database.user.",
    ),
    "two direct servers": (
        merged(value_set("default"), {"database": {"direct": {"url": "postgresql://host/name", "host": "h"}}}),
        "database.direct: existingSecret.name, url and host name more than one server. Keep one of them.",
    ),
    "direct host without parts": (
        merged(value_set("default"), {"database": {"direct": {"host": "h"}}}),
        "database.direct.host: it takes name, user and password of database.host.",
    ),
    "bundled without password": (
        {"database": {"bundled": {"enabled": True}}},
        "database.bundled.password: the bundled Postgres needs a password.",
    ),
    "open registry": (
        registry(settings={"auth": {"mode": "none"}}),
        "Leave auth.mode out, or set registry.settings.auth.allow_open=true if that is what you want",
    ),
    "setting of the chart": (
        registry(settings={"port": 1}),
        "registry.settings.port: the chart sets it. Use registry.port.",
    ),
    "short grace": (
        registry(terminationGracePeriodSeconds=44),
        "registry.terminationGracePeriodSeconds: 44 is too short for preStopSeconds, settings.stop_timeout and 10 seconds",
    ),
    "ingress without host": (
        registry(ingress={"enabled": True}),
        "registry.ingress.hosts: the Ingress needs a host name.",
    ),
    "route without gateway": (
        registry(httpRoute={"enabled": True}),
        "registry.httpRoute.parentRefs: the HTTPRoute needs a Gateway.",
    ),
    "validators alone": ({"registry": {"enabled": False}}, "registryUrl: validators need a registry"),
    "no destination": (
        merged(value_set("default"), {"validators": {"one": {"source": {"topics": ["in"]}}}}),
        "validators.one.destination: the validator needs a destination.",
    ),
    "processes": (
        kafka(settings={"worker": {"processes": 3}}),
        "validators.orders.settings.worker.processes: set validators.orders.processes instead.",
    ),
    "source below settings": (
        kafka(settings={"source": {"group": "g"}}),
        "validators.orders.settings.source: set validators.orders.source instead.",
    ),
    "short drain": (
        kafka(terminationGracePeriodSeconds=15),
        "validators.orders.terminationGracePeriodSeconds: 15 is too short",
    ),
    "more pods than partitions": (
        kafka(autoscaling={"maxReplicas": 7}),
        "validators.orders.autoscaling.maxReplicas: 7 pods of 2 processes are more than 12 partitions",
    ),
    "short cooldown": (
        kafka(autoscaling={"cooldownPeriod": 15}),
        "validators.orders.autoscaling.cooldownPeriod: 15 is not longer than worker.drain_seconds + 5.",
    ),
    "transactions without partitions": (
        kafka(partitions=None, autoscaling={"minReplicas": 0, "transactionalSource": True}),
        "validators.orders.partitions: with transactions every partition keeps a lag of 1",
    ),
    "activation within markers": (
        kafka(autoscaling={"minReplicas": 0, "transactionalSource": True, "activationMessages": 12}),
        "Set more than 12.",
    ),
    "offset reset": (
        kafka(source={"config": {"auto.offset.reset": "error"}}),
        'KEDA cannot count messages with auto.offset.reset "error".',
    ),
    "sessions": (
        merged(value_set("servicebus"), {"validators": {"sessions": {"autoscaling": {"enabled": True}}}}),
        "validators.sessions.autoscaling: KEDA does not see messages of Service Bus sessions.",
    ),
    "fewest pods above most": (
        merged(
            value_set("default"),
            {"registry": {"autoscaling": {"enabled": True, "minReplicas": 9, "maxReplicas": 2}}},
        ),
        "registry.autoscaling.minReplicas: 9 is more than the 2 pods of maxReplicas.",
    ),
    "topics as a text": (
        kafka(source={"topics": "orders"}),
        "at '/validators/orders/source/topics': got string, want array",
    ),
    "no topics": (
        kafka(source={"topics": []}),
        "at '/validators/orders/source/topics': minItems: got 0, want 1",
    ),
    "long name": (
        {**kafka(), "fullnameOverride": "a" * 30, "validators": {"b" * 20: kafka()["validators"]["orders"]}},
        "is too long for Kubernetes. Shorten it, or set fullnameOverride.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_mistake_is_refused_with_a_sentence(case: str) -> None:
    values, sentence = CASES[case]
    with pytest.raises(HelmError) as refused:
        texts(values)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({"replicas": 2}, 3 * 1 * (4 + 1) + 1),
        ({"replicas": 16}, 17 * 1 * (4 + 1) + 1),
        ({"replicas": 2, "settings": {"workers": 6}}, 3 * 6 * (4 + 1) + 1),
        ({"replicas": 3, "settings": {"workers": 2, "pool": {"max_size": 9}}}, 4 * 2 * (9 + 1) + 1),
        ({"autoscaling": {"enabled": True, "maxReplicas": 17}}, 18 * 1 * (4 + 1) + 1),
    ],
)
def test_connection_budget_counts_what_the_registry_may_hold(changes: dict[str, Any], needed: int) -> None:
    values = merged(value_set("default"), {"registry": changes})
    assert render(merged(values, {"database": {"maxConnections": needed + 10}}))
    with pytest.raises(HelmError, match=rf"database\.maxConnections: the registry may hold {needed} connections"):
        texts(merged(values, {"database": {"maxConnections": needed + 9}}))


def test_bundled_postgres_allows_the_budget() -> None:
    values = merged(value_set("bundled"), {"database": {"maxConnections": 60}})
    (container,) = find(render(values), "StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert container["args"] == ["-c", "max_connections=60"]
