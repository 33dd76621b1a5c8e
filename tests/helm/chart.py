"""The chart, rendered by Helm itself."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from helm_python import Chart

CHART = Path(__file__).parents[2] / "helm" / "sluicegate"
SETS = sorted(file.name.removesuffix("-values.yaml") for file in (CHART / "ci").glob("*-values.yaml"))
RELEASE = "demo"

Values = dict[str, Any]
Manifest = dict[str, Any]


def value_set(name: str) -> Values:
    """One of the value sets in `ci`."""
    values: Values = yaml.safe_load((CHART / "ci" / f"{name}-values.yaml").read_text(encoding="utf-8"))
    return values


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> Values:
    """Values with a change, as `helm --set` would make it."""
    result = copy.deepcopy(dict(base))
    for key, value in change.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def texts(values: Values, name: str = RELEASE) -> dict[str, str]:
    """Return template -> rendered text. Raises Helm's error for refused values."""
    with Chart.load(CHART) as chart:
        return chart.render(values, name=name, namespace="schemas")


def render(values: Values, name: str = RELEASE) -> list[Manifest]:
    """All manifests, in no particular order."""
    pages = (text for file, text in sorted(texts(values, name).items()) if file.endswith(".yaml"))
    return [document for text in pages for document in yaml.safe_load_all(text) if document]


def find(manifests: Sequence[Manifest], kind: str, name: str = "") -> Manifest:
    """The only manifest of this kind whose name has this end."""
    found = [each for each in manifests if each["kind"] == kind and each["metadata"]["name"].endswith(name)]
    assert len(found) == 1, [each["metadata"]["name"] for each in found]
    return found[0]


def pods(manifests: Sequence[Manifest]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name -> pod template, of everything that runs."""
    for each in manifests:
        name = f"{each['kind']}/{each['metadata']['name']}"
        if each["kind"] == "Pod":
            yield name, {"metadata": each["metadata"], "spec": each["spec"]}
        elif "template" in each.get("spec", {}):
            yield name, each["spec"]["template"]


def containers(manifests: Sequence[Manifest]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name -> container, of everything that runs."""
    for name, pod in pods(manifests):
        for container in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]):
            yield f"{name}/{container['name']}", container


def environment(container: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Variable -> its entry."""
    return {entry["name"]: entry for entry in container.get("env") or ()}


def settings_file(manifests: Sequence[Manifest], program: str, name: str = "") -> str:
    """The TOML file of the settings of the `registry`, or of a `validator` with this name."""
    config = find(manifests, "ConfigMap", f"-{program}-{name}" if name else f"-{program}")
    text: str = config["data"][f"{program}.toml"]
    return text
