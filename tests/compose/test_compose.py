"""compose.yaml is valid by the Compose Specification, and programs accept its settings.

compose-spec.json is the schema of github.com/compose-spec/compose-go v2.16.2 (Apache License 2.0).
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml

from sluicegate.shared.key_text import parsed
from tests.fixtures.programs import run_to_end

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"].startswith("sluicegate:")]
VALIDATORS = [name for name in OURS if name.startswith("validator-")]
SCHEMA = json.loads(Path(__file__).with_name("compose-spec.json").read_text(encoding="utf-8"))


def mounts() -> Iterator[tuple[str, str]]:
    """Each file or folder of the repository that a service mounts, with its service."""
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            if volume.startswith("./"):
                yield name, volume.split(":")[0]


def settings(validator: str) -> str:
    (file,) = [path for name, path in mounts() if name == validator]
    return str(ROOT / file)


def in_force(validator: str) -> str:
    return run_to_end(["validator", "check-config", "-f", settings(validator)], {})


def test_file_is_valid_by_the_specification() -> None:
    assert list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(COMPOSE)) == []


def test_misspelt_key_is_found_by_the_specification() -> None:
    wrong = {**COMPOSE, "services": {"registry": {**SERVICES["registry"], "comand": []}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(wrong)


@pytest.mark.parametrize(("service", "path"), list(mounts()))
def test_mounted_file_exists(service: str, path: str) -> None:
    assert (ROOT / path).exists(), f"{service} mounts {path}"


def test_ports_are_published_on_loopback_alone() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", OURS)
def test_own_container_is_read_only_and_has_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert run_to_end([*service["command"][:2], "--help"], {}).startswith("Usage: sluicegate ")


@pytest.mark.parametrize("name", VALIDATORS)
def test_settings_of_validator_are_accepted(name: str) -> None:
    text = in_force(name)
    assert "destination" in text
    assert "valid" in text
    assert "sluicegate:" not in text, text


def made_keys(folder: Path) -> dict[str, Path]:
    """Run the script of the keys. Return the files by the names of their secrets."""
    subprocess.run(["sh", str(ROOT / "helm/compose/keys.sh"), str(folder)], check=True, timeout=60)
    return {name: folder / Path(secret["file"]).name for name, secret in COMPOSE["secrets"].items()}


def test_script_makes_keys_once_in_a_closed_folder(tmp_path: Path) -> None:
    keys = {name: file.read_text() for name, file in made_keys(tmp_path / "keys").items()}
    assert all(parsed(key.strip()) is not None for key in keys.values())
    assert len(set(keys.values())) == 2
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert {name: file.read_text() for name, file in made_keys(tmp_path / "keys").items()} == keys


def test_script_writes_where_the_secrets_are(tmp_path: Path) -> None:
    subprocess.run(["sh", str(ROOT / "helm/compose/keys.sh")], cwd=tmp_path, check=True, timeout=60)
    assert all((tmp_path / secret["file"]).is_file() for secret in COMPOSE["secrets"].values())


def test_only_the_registry_has_the_key_of_the_manager() -> None:
    assert {name for name in OURS if "manager-key" in SERVICES[name].get("secrets", [])} == {"registry", "migrate"}
    assert all(SERVICES[name]["secrets"] == ["validator-key"] for name in VALIDATORS)
    assert all('api_key_file = "/run/secrets/validator-key"' in Path(settings(name)).read_text() for name in VALIDATORS)


def test_settings_of_registry_are_accepted(tmp_path: Path) -> None:
    environment = {
        name: re.sub(r"\$\{\w+:-(.+?)\}", r"\1", value) for name, value in SERVICES["registry"]["environment"].items()
    }
    for secret, file in made_keys(tmp_path).items():
        environment = {name: value.replace(f"/run/secrets/{secret}", str(file)) for name, value in environment.items()}
    text = run_to_end(["registry", "check-config"], environment)
    assert "0.0.0.0" in text, text


def test_topics_of_settings_are_created() -> None:
    folder = ROOT / "helm/compose"
    kafka = (folder / "kafka-topics.sh").read_text(encoding="utf-8")
    pubsub = (folder / "pubsub-topics.sh").read_text(encoding="utf-8")
    namespace = json.loads((folder / "servicebus.json").read_text(encoding="utf-8"))["UserConfig"]["Namespaces"][0]
    names = {"messages", "valid", "dead-letter"}
    for script in (kafka, pubsub):
        assert set(re.findall(r"for topic in (.+?);", script)[0].split()) == names
    assert {queue["Name"] for queue in namespace["Queues"]} == names
    assert "subscriptions/messages-validator" in pubsub
