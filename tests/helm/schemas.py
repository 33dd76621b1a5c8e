"""Checks of an API server for manifests.

Built-in kinds from kubernetes-validate, others from the vectors.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import jsonschema  # type: ignore[import-untyped]  # ships no types
import kubernetes_validate  # type: ignore[import-untyped]  # ships no types
import pytest

VECTORS: Final = Path(__file__).parents[3] / "shared" / "vectors" / "kubernetes"
VERSIONS: Final = ("1.30", "1.37")
"""The oldest Kubernetes that the chart allows, and the newest that there are schemas of."""

_CUSTOM: Final = ("keda.sh", "monitoring.coreos.com", "gateway.networking.k8s.io")


def require_vectors() -> None:
    """Skip the test where the schemas of custom resources are not there."""
    if not VECTORS.is_dir():
        pytest.skip(f"schemas of custom resources are not there: {VECTORS}")


def is_custom(manifest: Mapping[str, Any]) -> bool:
    """Whether Kubernetes itself does not know the kind."""
    return manifest["apiVersion"].partition("/")[0] in _CUSTOM


def complaints(manifest: dict[str, Any], version: str) -> Iterator[str]:
    """Yield the faults of a manifest, with unknown fields."""
    name = f"{manifest['kind']}/{manifest['metadata']['name']}"
    if is_custom(manifest):
        for error in jsonschema.Draft202012Validator(_custom_schema(manifest)).iter_errors(manifest):
            yield f"{name}: {error.json_path}: {error.message}"
        return
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as error:
        yield f"{name}: {error.message}"


def triggers() -> dict[str, dict[str, dict[str, Any]]]:
    """Return trigger -> parameter -> KEDA's description."""
    found = json.loads((VECTORS / "keda_triggers.json").read_text(encoding="utf-8"))
    return {
        scaler["type"]: {parameter["name"]: parameter for parameter in scaler["parameters"]}
        for scaler in found["scalers"]
    }


def _custom_schema(manifest: Mapping[str, Any]) -> dict[str, Any]:
    version = manifest["apiVersion"].rpartition("/")[2]
    file = VECTORS / f"{manifest['kind'].lower()}_{version}.json"
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["schema"]
    schema["properties"]["metadata"] = {"type": "object"}
    strict: dict[str, Any] = _strict(copy.deepcopy(schema))
    return strict


def _strict(schema: Any) -> Any:
    """The schema without room for unknown fields, as `kubectl apply` has it."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _strict(value) for key, value in schema.items()}
    if isinstance(result.get("properties"), dict) and not result.get("x-kubernetes-preserve-unknown-fields"):
        result.setdefault("additionalProperties", False)
    return result
