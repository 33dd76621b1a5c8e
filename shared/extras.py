"""The extras of the distribution, and the sentence for a library that is not installed."""

import re
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec

DISTRIBUTIONS = {
    "google.cloud.pubsub_v1": "google-cloud-pubsub",
    "google.protobuf": "protobuf",
    "google.pubsub_v1": "google-cloud-pubsub",
    "grpc": "google-cloud-pubsub",
    "kafka": "kafka-python",
    "opentelemetry": "opentelemetry-sdk",
    "re2": "google-re2",
    "werkzeug": "flask",
}
"""Module -> distribution, where the names differ."""

COLLECTIONS = frozenset({"all", "dev", "quickstart"})
"""Extras that collect others: the sentence names the smallest extra."""

_REQUIREMENT = re.compile(r"""^(?P<name>[A-Za-z0-9._-]+).*;\s*extra\s*==\s*["'](?P<extra>[a-z]+)["']""")


def installed(module: str) -> bool:
    """Whether a module can be imported, without the import."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def absence(module: str, program: str = "") -> str:
    """Return the message for a missing module: its distribution, and the extra to install.

    Of several extras, the one with the name of the program comes first.
    """
    distribution = _distribution(module)
    extras = _extras().get(distribution, [])
    if not extras:
        return f"The library {distribution} is not installed, though Sluicegate needs it. Install Sluicegate again"
    extra = program if program in extras else extras[0]
    return (
        f"The library {distribution} is not installed. Install Sluicegate with the extra {extra}: sluicegate[{extra}]"
    )


def _distribution(module: str) -> str:
    parts = module.split(".")
    names = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
    extras = _extras()
    for name in names:
        distribution = DISTRIBUTIONS.get(name, name.replace(".", "-").replace("_", "-"))
        if distribution in extras:
            return distribution
    return parts[0]


def _extras() -> dict[str, list[str]]:
    """Distribution -> the extras that install it."""
    try:
        requirements = requires("sluicegate") or []
    except PackageNotFoundError:
        return {}
    found: dict[str, list[str]] = {}
    for match in filter(None, map(_REQUIREMENT.match, requirements)):
        if match["extra"] not in COLLECTIONS:
            found.setdefault(match["name"].lower(), []).append(match["extra"])
    return found
