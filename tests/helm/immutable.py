"""Immutable fields of Kubernetes. An upgrade that changes one fails.

`python -m tests.helm.immutable` records those of this chart at a release.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.helm.chart import SETS, Manifest, render, value_set

LAST: Final = Path(__file__).with_name("immutable.json")
"""The immutable fields of the last release, for each value set."""

_FIELDS: Final = {
    "Deployment": ("selector",),
    "StatefulSet": ("selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"),
    "Job": ("selector", "template", "completionMode"),
    "Service": ("clusterIP",),
}


def immutable(manifests: Sequence[Manifest]) -> dict[str, Any]:
    """Object and field -> value. Hooks are made anew each time, so theirs may change."""
    return {
        f"{each['kind']}/{each['metadata']['name']}.{field}": each["spec"].get(field)
        for each in manifests
        if "helm.sh/hook" not in each["metadata"].get("annotations", {})
        for field in _FIELDS.get(each["kind"], ())
    }


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The fields of objects that are in both, and differ."""
    return sorted(name for name in before.keys() & after.keys() if before[name] != after[name])


if __name__ == "__main__":
    every = {name: immutable(render(value_set(name))) for name in SETS}
    LAST.write_text(json.dumps(every, indent=1, sort_keys=True) + "\n", encoding="utf-8")
