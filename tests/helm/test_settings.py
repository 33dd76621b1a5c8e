"""The chart's settings are the programs': all are reachable and known, and secrets are separate."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from helm_python import HelmError
from pydantic import SecretStr

from sluicegate.registry_api import settings as registry_settings
from sluicegate.registry_api.settings import RegistrySettings
from sluicegate.validator.brokers.catalog import catalog
from sluicegate.validator.settings import validator as validator_settings
from sluicegate.validator.settings.validator import ValidatorSettings
from tests.docs.test_configuration import leaves
from tests.helm.chart import (
    SETS,
    Values,
    containers,
    environment,
    find,
    merged,
    render,
    settings_file,
    texts,
    value_set,
)

OWN = {"host", "port", "database_url", "database_direct_url", "migrate"}
"""The registry's settings that the chart makes of other values."""
OWN_OF_VALIDATORS = {"health.enabled", "health.host", "health.port", "worker.processes"}
LIBRARIES = {"GOOGLE_APPLICATION_CREDENTIALS", "PGPASSWORD"}
"""Variables that are read by the libraries of Google and Postgres."""
KEYS = ("manager-key", "validator-key", "manager.key", "validator.key")
PREFIXES = {"registry": "SLUICEGATE_REGISTRY_", "validator": "SLUICEGATE_VALIDATOR_"}
SHOP = "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=a2V5"


def is_secret(annotation: object) -> bool:
    """Whether a setting's type is a secret."""
    return annotation is SecretStr or SecretStr in get_args(annotation)


def registry_leaves(secret: bool) -> list[str]:
    """The registry's settings, but for those that the chart makes itself."""
    every = leaves(RegistrySettings)
    return sorted(name for name, field in every if is_secret(field.annotation) is secret and name not in OWN)


def validator_leaves(secret: bool) -> list[tuple[str, str]]:
    """Broker and setting; the settings that have nothing to do with brokers stand with Kafka."""
    found = set()
    for name, broker in catalog().items():
        every = [*leaves(broker.source, "source."), *leaves(broker.destination, "destination.")]
        found |= {(name, setting) for setting, field in every if is_secret(field.annotation) is secret}
    for setting, field in leaves(ValidatorSettings):
        if setting.partition(".")[0] not in {"source", "destination"} and is_secret(field.annotation) is secret:
            found.add(("kafka", setting))
    return sorted(each for each in found if each[1] not in OWN_OF_VALIDATORS and each[0] != "memory")


def nested(path: str, value: Any) -> Values:
    """A value below its dotted path."""
    first, _, rest = path.partition(".")
    return {first: nested(rest, value) if rest else value}


def at(values: Any, path: str) -> Any:
    """The value at a dotted path."""
    for part in path.split("."):
        values = values[part]
    return values


def one_validator(path: str, value: Any) -> Values:
    """A release with a validator that has this setting."""
    table = path.partition(".")[0]
    inner = nested(path, value)
    own = inner if table in {"source", "destination"} else {"settings": inner}
    base: Values = {"source": {"topics": ["in"]}, "destination": {"valid": "out"}}
    return {"registry": {"enabled": False}, "registryUrl": "http://registry", "validators": {"one": merged(base, own)}}


@pytest.mark.parametrize("setting", registry_leaves(secret=False))
def test_each_registry_setting_can_be_reached(setting: str) -> None:
    # the chart computes with these
    value = 3 if setting in {"workers", "pool.max_size", "stop_timeout"} else "x"
    values = merged(value_set("default"), {"registry": {"settings": nested(setting, value)}})
    assert at(tomllib.loads(settings_file(render(values), "registry")), setting) == value


@pytest.mark.parametrize("setting", registry_leaves(secret=True))
def test_each_secret_registry_setting_can_be_reached(setting: str) -> None:
    variable = setting.replace(".", "__")
    values = merged(value_set("default"), {"registry": {"secrets": {variable: {"secretName": "s", "key": "k"}}}})
    (container,) = find(render(values), "Deployment")["spec"]["template"]["spec"]["containers"]
    entry = environment(container)[f"SLUICEGATE_REGISTRY_{variable.upper()}"]
    assert entry["valueFrom"] == {"secretKeyRef": {"name": "s", "key": "k"}}


@pytest.mark.parametrize(("broker", "setting"), validator_leaves(secret=False))
def test_each_validator_setting_can_be_reached(broker: str, setting: str) -> None:
    value: Any = {"some.option": 1} if setting.endswith(".config") else broker if setting.endswith("broker") else "x"
    if setting == "source.topics":
        value = ["x"]
    if setting == "worker.drain_seconds":
        value = 2.5
    text = settings_file(render(one_validator(setting, value)), "validator", "one")
    assert at(tomllib.loads(text), setting) == value


@pytest.mark.parametrize(("broker", "setting"), validator_leaves(secret=True))
def test_each_secret_validator_setting_can_be_reached(broker: str, setting: str) -> None:
    variable = setting.replace(".", "__")
    values = merged(
        one_validator("source.broker", broker), {"validators": {"one": {"secrets": {variable: {"value": "x"}}}}}
    )
    manifests = render(values)
    (container,) = find(manifests, "Deployment")["spec"]["template"]["spec"]["containers"]
    reference = environment(container)[f"SLUICEGATE_VALIDATOR_{variable.upper()}"]["valueFrom"]["secretKeyRef"]
    assert find(manifests, "Secret", reference["name"])["stringData"][reference["key"]] == "x"


@pytest.mark.parametrize("setting", registry_leaves(secret=True))
def test_secret_registry_setting_in_the_open_is_refused(setting: str) -> None:
    values = merged(value_set("default"), {"registry": {"settings": nested(setting, "x")}})
    with pytest.raises(
        HelmError, match=rf"registry\.settings\.{re.escape(setting)} is secret.*{setting.replace('.', '__')}"
    ):
        texts(values)


@pytest.mark.parametrize(("broker", "setting"), validator_leaves(secret=True))
def test_secret_validator_setting_in_the_open_is_refused(broker: str, setting: str) -> None:
    variable = setting.replace(".", "__")
    with pytest.raises(
        HelmError, match=rf"{re.escape(setting)} is secret.*Move it to validators\.one\.secrets\.{variable}"
    ):
        texts(one_validator(setting, "x"))


@pytest.mark.parametrize("option", ["sasl.password", "ssl.key.password", "ssl.key.pem", "sasl.oauthbearer.config"])
def test_secret_client_option_in_the_open_is_refused(option: str) -> None:
    with pytest.raises(HelmError, match=r"is secret.*validators\.one\.secrets\.source__config"):
        texts(one_validator("source", {"config": {option: "x"}}))


def test_password_in_an_address_is_refused() -> None:
    with pytest.raises(HelmError, match=r"registry\.url: the address holds a password"):
        texts(one_validator("registry.url", "http://user:password@registry"))


@pytest.mark.parametrize("name", SETS)
def test_values_given_as_secret_are_in_secrets_only(name: str) -> None:
    values = value_set(name)
    given = set(_given_secrets(values))
    for each in render(values):
        if each["kind"] != "Secret":
            text = json.dumps(each)
            assert [secret for secret in given if json.dumps(secret)[1:-1] in text] == []


@pytest.mark.parametrize("name", SETS)
def test_each_variable_is_a_setting(name: str, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs read the rendered settings, and know every variable."""
    values = value_set(name)
    manifests = render(values)
    extra = {entry["name"] for entry in values.get("registry", {}).get("extraEnv", ())}
    for path, container in containers(manifests):
        if container.get("command") != ["sluicegate"] or "/test" in path:
            continue
        program = container["args"][0]
        with monkeypatch.context() as patch:
            for variable, entry in environment(container).items():
                assert variable.startswith(PREFIXES[program]) or variable in LIBRARIES | extra
                patch.setenv(variable, entry.get("value", _secret(variable)))
            config = find(manifests, "ConfigMap", _settings_volume(manifests, path))
            file = files / "settings.toml"
            file.write_text(_here(config["data"][f"{program}.toml"], files))
            read = registry_settings.read if program == "registry" else validator_settings.read
            assert read(file)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The files that the value sets mount."""
    for name in ("kafka/ca.crt", "kafka-user/user.crt", "kafka-user/user.key", "tls/tls.crt", "tls/tls.key", *KEYS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


def _here(settings: str, files: Path) -> str:
    """The settings with the mounts of this machine."""
    for mount in ("/etc/sluicegate/files", "/etc/sluicegate/keys"):
        settings = settings.replace(mount, str(files))
    return settings


def _secret(variable: str) -> str:
    if variable.endswith("CONNECTION_STRING"):
        return SHOP
    if variable.endswith("DATABASE_URL"):
        return "postgresql://user@host/name"
    return "0123456789abcdef"


def _settings_volume(manifests: list[dict[str, Any]], path: str) -> str:
    kind, name, _ = path.split("/")
    volumes = find(manifests, kind, name)["spec"]["template"]["spec"]["volumes"]
    found: str = next(volume["configMap"]["name"] for volume in volumes if volume["name"] == "settings")
    return found


def _given_secrets(values: Any) -> Iterator[str]:
    """Values of secrets, and passwords in the database's address."""
    if isinstance(values, list):
        for each in values:
            yield from _given_secrets(each)
    if isinstance(values, dict):
        for key, value in values.items():
            if key == "secrets":
                yield from (entry["value"] for entry in value.values() if "value" in entry)
            elif key == "database" and value.get("url"):
                yield value["url"]
            else:
                yield from _given_secrets(value)


def test_numbers_and_texts_keep_their_types() -> None:
    settings = yaml.safe_load('{body_limit: 10485760, queue_timeout: 2.5, log_level: "info", confluent_restart: true}')
    text = settings_file(render(merged(value_set("default"), {"registry": {"settings": settings}})), "registry")
    assert settings.items() <= tomllib.loads(text).items()


@pytest.mark.parametrize("given", ['a "quote"', "a\\b", "line\nbreak", "<&>", "ü€", "{{ .Values }}", "# no comment"])
def test_text_comes_through_unchanged(given: str) -> None:
    text = settings_file(render(one_validator("source.group", given)), "validator", "one")
    assert at(tomllib.loads(text), "source.group") == given


def test_null_takes_back_a_setting_a_secret_and_a_file() -> None:
    """As in Helm: an overlay can remove a value of an earlier file with null."""
    own = {
        "source": {"sasl": None, "tls": None},
        "destination": {"sasl": None, "tls": None},
        "secrets": {"source__sasl__password": None, "destination__sasl__password": None},
        "files": {"kafka": None},
        "autoscaling": {"enabled": False},
    }
    manifests = render(merged(value_set("kafka"), {"validators": {"orders": own}}))
    pod = find(manifests, "Deployment", "-orders")["spec"]["template"]["spec"]
    assert not pod["containers"][0].get("env")
    assert [volume["name"] for volume in pod["volumes"]] == ["settings", "tmp", "registry-key", "snapshot"]
    settings = tomllib.loads(settings_file(manifests, "validator", "orders"))
    assert not {"tls", "sasl"} & (settings["source"].keys() | settings["destination"].keys())
