"""The first keys of the chart: made once in a cluster, kept by upgrades, read by all programs."""

import base64
import shutil
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from helm_python import Chart
from pydantic import SecretStr

from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.shared.key_text import parsed
from tests.helm.chart import CHART, RELEASE, Manifest, Values, environment, find, merged, render, settings_file, texts
from tests.helm.chart import value_set as values_of

NAME = "demo-sluicegate-registry-keys"
LIST, ONE = 'lookup "v1" "Secret" .Release.Namespace ""', '(lookup "v1" "Secret" .Release.Namespace $name).data'
Install = Callable[..., list[Manifest]]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Renders as in a cluster that has these keys. Helm's library renders without a cluster only."""

    def rendered(values: Values, kept: Mapping[str, str] | None = None) -> list[Manifest]:
        copy = tmp_path / "chart"
        shutil.copytree(CHART, copy, dirs_exist_ok=True)
        template = copy / "templates" / "registry" / "keys.yaml"
        text = template.read_text()
        assert (text.count(LIST), text.count(ONE)) == (1, 1)
        entries = " ".join(f'"{name}" "{value}"' for name, value in (kept or {}).items())
        template.write_text(text.replace(LIST, 'dict "kind" "SecretList"').replace(ONE, f"(dict {entries})"))
        with Chart.load(copy) as chart:
            pages = chart.render(values, name=RELEASE, namespace="schemas")
        every = (yaml.safe_load_all(text) for file, text in sorted(pages.items()) if file.endswith(".yaml"))
        return [document for page in every for document in page if document]

    return rendered


def data(manifests: list[Manifest]) -> dict[str, str]:
    found: dict[str, str] = find(manifests, "Secret", NAME)["data"]
    return found


def test_both_keys_are_keys_and_differ(install: Install) -> None:
    keys = {name: base64.b64decode(value).decode() for name, value in data(install(values_of("default"))).items()}
    assert keys.keys() == {"manager-key", "validator-key"}
    assert all(parsed(key) is not None for key in keys.values())
    assert len(set(keys.values())) == 2


def test_other_installation_has_other_keys(install: Install) -> None:
    assert data(install(values_of("default"))) != data(install(values_of("default")))


def test_upgrade_keeps_keys_and_adds_a_missing_one(install: Install) -> None:
    kept = data(install(values_of("default")))
    assert data(install(values_of("default"), kept)) == kept
    del kept["validator-key"]
    upgraded = data(install(values_of("default"), kept))
    assert upgraded["manager-key"] == kept["manager-key"]
    assert parsed(base64.b64decode(upgraded["validator-key"]).decode()) is not None


def test_no_random_key_is_rendered_without_a_cluster() -> None:
    assert [each for each in render(values_of("default")) if each["metadata"]["name"] == NAME] == []


@pytest.mark.parametrize(
    "change",
    [
        {"registry": {"keys": {"existingSecret": "mine"}}},
        {"registry": {"keys": {"create": False}}},
        {"registry": {"settings": {"auth": {"allow_open": True}}}},
    ],
)
def test_no_secret_is_made_where_none_is_needed(change: Values, install: Install) -> None:
    made = install(merged(values_of("default"), change))
    assert [each for each in made if each["kind"] == "Secret" and each["metadata"]["name"] == NAME] == []


def mounted(pod: Mapping[str, Any], path: str) -> tuple[str, set[str] | None]:
    """The Secret behind a path of the first container, and the keys of it that are mounted."""
    (name,) = [each["name"] for each in pod["containers"][0]["volumeMounts"] if each["mountPath"] == path]
    (volume,) = [each["secret"] for each in pod["volumes"] if each["name"] == name]
    assert volume["defaultMode"] == 0o440
    return volume["secretName"], {item["key"] for item in volume["items"]} if "items" in volume else None


@pytest.mark.parametrize(
    ("change", "secret", "manager", "reader"),
    [
        ({}, NAME, "manager-key", "validator-key"),
        (
            {"registry": {"keys": {"existingSecret": "mine", "managerKey": "m.key", "validatorKey": "v.key"}}},
            "mine",
            "m.key",
            "v.key",
        ),
    ],
)
def test_each_program_reads_its_key_from_a_file(change: Values, secret: str, manager: str, reader: str) -> None:
    manifests = render(merged(values_of("kafka"), change))
    auth = tomllib.loads(settings_file(manifests, "registry"))["auth"]
    assert auth == {
        "mode": "keys",
        "bootstrap_key_file": f"/etc/sluicegate/keys/{manager}",
        "bootstrap_reader_key_file": f"/etc/sluicegate/keys/{reader}",
    }
    registry = find(manifests, "Deployment", "-registry")["spec"]["template"]["spec"]
    assert mounted(registry, "/etc/sluicegate/keys") == (secret, None)
    validator = find(manifests, "Deployment", "-orders")["spec"]["template"]["spec"]
    assert mounted(validator, "/etc/sluicegate/registry-key") == (secret, {reader})
    file = tomllib.loads(settings_file(manifests, "validator", "orders"))["registry"]["api_key_file"]
    assert file == "/etc/sluicegate/registry-key/key"
    trial = find(manifests, "Pod", "-test")["spec"]
    assert mounted(trial, "/etc/sluicegate/keys") == (secret, {reader})
    (container,) = trial["containers"]
    assert environment(container)["SLUICEGATE_API_KEY_FILE"]["value"] == f"/etc/sluicegate/keys/{reader}"


@pytest.mark.parametrize(
    "own",
    [
        {"secrets": {"registry__api_key": {"secretName": "s", "key": "k"}}},
        {"settings": {"registry": {"token_file": "/var/run/token"}}},
        {"settings": {"registry": {"client_credentials": {"issuer": "https://login.example.com", "client_id": "v"}}}},
    ],
)
def test_validator_with_credentials_of_its_own_gets_no_key(own: Values) -> None:
    manifests = render(merged(values_of("kafka"), {"validators": {"orders": own}}))
    assert "registry-key" not in str(find(manifests, "Deployment", "-orders"))
    assert "api_key_file" not in tomllib.loads(settings_file(manifests, "validator", "orders"))["registry"]


def test_validator_of_another_release_takes_the_named_key() -> None:
    values = merged(values_of("pubsub"), {"registryKey": {"secretName": "theirs", "key": "reader"}})
    pod = find(render(values), "Deployment", "-orders")["spec"]["template"]["spec"]
    assert mounted(pod, "/etc/sluicegate/registry-key") == ("theirs", {"reader"})


def test_validator_of_an_unknown_registry_gets_no_key_of_this_one() -> None:
    manifests = render(merged(values_of("kafka"), {"registryUrl": "https://elsewhere.example.com"}))
    assert "registry-key" not in str(find(manifests, "Deployment", "-orders"))


def test_notes_tell_the_command_for_the_key_and_not_the_key() -> None:
    (notes,) = [text for file, text in texts(values_of("default")).items() if file.endswith("NOTES.txt")]
    assert f"kubectl -n schemas get secret {NAME} -o jsonpath='{{.data.manager-key}}' | base64 -d" in notes
    (notes,) = [text for file, text in texts(values_of("full")).items() if file.endswith("NOTES.txt")]
    assert "get secret registry-keys -o jsonpath='{.data.manager\\.key}'" in notes


def test_open_registry_stays_open_and_says_so() -> None:
    values = values_of("bundled")
    assert tomllib.loads(settings_file(render(values), "registry"))["auth"] == {"allow_open": True, "mode": "none"}
    (notes,) = [text for file, text in texts(values).items() if file.endswith("NOTES.txt")]
    assert "The registry has no access control" in notes
    assert "get secret" not in notes


def test_issuers_and_their_grants_are_the_settings_of_the_registry() -> None:
    """A list of tables is written in TOML's own signs."""
    text = settings_file(render(values_of("full")), "registry")
    auth = tomllib.loads(text)["auth"]
    given = values_of("full")["registry"]["settings"]["auth"]
    assert {name: auth[name] for name in given} == given
    del auth["bootstrap_key_file"], auth["bootstrap_reader_key_file"]
    (issuer,) = RegistrySettings(database_url=SecretStr("postgresql://db"), auth=auth).auth.oidc
    assert issuer.grants['team "orders"'][0].prefix == "orders-"
