"""The HTTP client of the registry, for services, the command line and the quickstart.

Public: the names below. `docs/reference/python-client.md` documents them.
"""

from sluicegate.shared.client.errors import (
    AccessRefused,
    AnswerUnintelligible,
    ClientError,
    EnvironmentUnusable,
    RegistryFailing,
    RegistryRefused,
    RegistryUnreachable,
)
from sluicegate.shared.client.registry import Listing, Registration, RegistryClient, VersionChoice, specification

__all__ = [
    "AccessRefused",
    "AnswerUnintelligible",
    "ClientError",
    "EnvironmentUnusable",
    "Listing",
    "Registration",
    "RegistryClient",
    "RegistryFailing",
    "RegistryRefused",
    "RegistryUnreachable",
    "VersionChoice",
    "specification",
]
