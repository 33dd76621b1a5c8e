"""The one-line installation scripts, with a Helm that only records its arguments."""

import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.helm.chart import CHART, Values, render, settings_file

SCRIPTS = CHART.parent / "scripts"
HELM = '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/arguments"\ncat > "$(dirname "$0")/values.yaml"\n'
STRING = "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=it's"

CALLS: dict[str, tuple[list[str], str]] = {
    "install-registry.sh": (["schemas", "it's: a #secret"], "registry"),
    "install-validator-kafka.sh": (["schemas", "orders", "kafka:9092", "in", "out", "dead"], "orders"),
    "install-validator-pubsub.sh": (["schemas", "orders", "shop", "in", "out", "dead"], "orders"),
    "install-validator-servicebus.sh": (["schemas", "orders", "in", "out", "dead"], "orders"),
    "install-validator-kafka-to-pubsub.sh": (
        ["schemas", "orders", "kafka:9092", "in", "shop", "out", "dead"],
        "orders",
    ),
}


def run(folder: Path, script: str, arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a script with the Helm that writes down."""
    helm = folder / "helm"
    helm.write_text(HELM)
    helm.chmod(helm.stat().st_mode | stat.S_IXUSR)
    path = os.environ["PATH"]  # noqa: TID251 - the scripts find other tools there
    environment = {"PATH": f"{folder}:{path}", "SERVICEBUS_CONNECTION_STRING": STRING}
    command = ["bash", str(SCRIPTS / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def installed(folder: Path, script: str, *more: str) -> tuple[list[str], Values]:
    """The arguments and the values that Helm received."""
    done = run(folder, script, [*CALLS[script][0], *more])
    assert done.returncode == 0, done.stderr
    values: Any = yaml.safe_load((folder / "values.yaml").read_text())
    return (folder / "arguments").read_text().splitlines(), values


def test_each_script_is_tested() -> None:
    assert {file.name for file in SCRIPTS.glob("install-*.sh")} == set(CALLS)


@pytest.mark.parametrize("script", CALLS)
def test_script_installs_a_release(script: str, tmp_path: Path) -> None:
    arguments, values = installed(tmp_path, script, "--set", "image.tag=1")
    assert arguments[:2] == ["upgrade", "--install"]
    assert arguments[3:] == [
        str(CHART),
        "--namespace",
        "schemas",
        "--create-namespace",
        "--values",
        "-",
        "--set",
        "image.tag=1",
    ]
    manifests = render(values, arguments[2])
    name = CALLS[script][1]
    assert settings_file(manifests, *(("registry",) if name == "registry" else ("validator", name)))


@pytest.mark.parametrize("script", CALLS)
def test_script_tells_how_it_is_called(script: str, tmp_path: Path) -> None:
    done = run(tmp_path, script, ["schemas"])
    assert done.returncode == 2
    assert f"{script} NAMESPACE" in done.stderr
    assert not (tmp_path / "arguments").exists()


def test_secrets_are_no_arguments(tmp_path: Path) -> None:
    arguments, values = installed(tmp_path, "install-registry.sh")
    assert values["database"]["bundled"]["password"] == "it's: a #secret"
    assert "secret" not in " ".join(arguments)
    arguments, values = installed(tmp_path, "install-validator-servicebus.sh")
    assert values["validators"]["orders"]["secrets"]["source__connection_string"] == {"value": STRING}
    assert "Endpoint" not in " ".join(arguments)


def test_validators_ask_the_registry_of_the_first_script(tmp_path: Path) -> None:
    arguments, values = installed(tmp_path, "install-registry.sh")
    services = [each["metadata"]["name"] for each in render(values, arguments[2]) if each["kind"] == "Service"]
    _, values = installed(tmp_path, "install-validator-kafka.sh")
    assert values["registryKey"] == {"secretName": f"{arguments[2]}-registry-keys"}
    assert values["registryUrl"].removeprefix("http://").removesuffix(":8080") in services
