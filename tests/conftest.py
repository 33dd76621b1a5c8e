"""Begin of every test run: the tested code, and the shared fixtures."""

import os
from importlib.metadata import packages_distributions

import pytest

# gRPC prepares for forks, and aborts one in some hundred of the children that are about to become
# another program. Here these are the tests' brokers and databases, which then never start. It is
# read when gRPC is imported.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "0"  # noqa: TID251

pytest_plugins = [
    "tests.fixtures.agreement",
    "tests.fixtures.apache_kafka",
    "tests.fixtures.kafka",
    "tests.fixtures.postgres",
    "tests.fixtures.programs",
    "tests.fixtures.balancer",
    "tests.fixtures.pgbouncer",
    "tests.fixtures.postgres_node",
    "tests.fixtures.pubsub_emulator",
    "tests.fixtures.registry_process",
    "tests.fixtures.release",
    "tests.fixtures.scenarios",
    "tests.fixtures.servicebus",
    "tests.fixtures.ubl",
    "tests.fixtures.trials",
]

OURS = "sluicegate"


def pytest_configure() -> None:
    """Fail with one clear line if another distribution has the package and would be tested."""
    for distribution in sorted(set(packages_distributions().get(OURS, ())) - {OURS}):
        raise pytest.UsageError(
            f"the package {OURS!r} is also provided by the installed distribution {distribution!r}: "
            f"use a fresh virtual environment, or `pip uninstall {distribution}`"
        )
