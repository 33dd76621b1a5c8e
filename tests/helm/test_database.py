"""The addresses of the database: registry and migration get the same ones, also behind a pooler."""

import pytest

from tests.helm.chart import Values, containers, environment, merged, render

OPEN: Values = {"registry": {"settings": {"auth": {"allow_open": True}}}}
POOLED = "SLUICEGATE_REGISTRY_DATABASE_URL"
DIRECT = "SLUICEGATE_REGISTRY_DATABASE_DIRECT_URL"


def addresses(database: Values) -> dict[str, dict[str, object]]:
    """Both variables of the registry and of the migration."""
    found = {}
    for path, container in containers(render(merged(OPEN, {"database": database}))):
        if path.startswith(("Job/", "Deployment/")):
            variables = environment(container)
            found[path.split("/")[0]] = {
                name: variables[name].get("value") or variables[name]["valueFrom"]["secretKeyRef"]
                for name in (POOLED, DIRECT)
                if name in variables
            }
    return found


def test_pooler_and_server_share_name_user_and_options() -> None:
    parts = {"host": "pooler", "port": 6432, "options": "sslmode=require", "passwordSecret": {"name": "p"}}
    both = {
        POOLED: "postgresql://sluicegate@pooler:6432/sluicegate?sslmode=require",
        DIRECT: "postgresql://sluicegate@primary:5432/sluicegate?sslmode=require",
    }
    assert addresses({**parts, "direct": {"host": "primary"}}) == {"Deployment": both, "Job": both}


def test_both_addresses_may_be_in_existing_secrets() -> None:
    both = {POOLED: {"name": "a", "key": "url"}, DIRECT: {"name": "b", "key": "server"}}
    found = addresses({"existingSecret": {"name": "a"}, "direct": {"existingSecret": {"name": "b", "key": "server"}}})
    assert found == {"Deployment": both, "Job": both}


@pytest.mark.parametrize("pooler", [{"url": "postgresql://u:p@pooler/n"}, {"existingSecret": {"name": "a"}}])
def test_given_address_of_the_server_is_in_secrets_of_the_chart(pooler: Values) -> None:
    database = {**pooler, "direct": {"url": "postgresql://u:p@primary/n"}}
    kept = {
        each["metadata"]["name"]: each["stringData"]["database_direct_url"]
        for each in render(merged(OPEN, {"database": database}))
        if each["kind"] == "Secret"
    }
    assert kept == dict.fromkeys(
        ("demo-sluicegate-registry", "demo-sluicegate-migration"), "postgresql://u:p@primary/n"
    )
    for kind, secret in (("Deployment", "demo-sluicegate-registry"), ("Job", "demo-sluicegate-migration")):
        assert addresses(database)[kind][DIRECT] == {"name": secret, "key": "database_direct_url"}


def test_without_a_pooler_there_is_one_address() -> None:
    found = addresses({"existingSecret": {"name": "a"}})
    assert all(DIRECT not in variables for variables in found.values())
