"""Refusals of this facade itself, before the core is called or in its own words."""

from http import HTTPStatus

from sluicegate.registry_api.core.errors import RegistryError, SchemaInvalid
from sluicegate.shared.errors import SchemaError
from sluicegate.shared.model import SchemaFormat


class TypeUnknown(RegistryError):
    """A `schemaType` that there is not."""

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(f"Invalid schema type {name[:80]}")


class SchemaRefused(RegistryError):
    """A schema that its format's engine refuses."""

    def __init__(self, schema_format: SchemaFormat, error: SchemaInvalid | SchemaError) -> None:
        """Say why in one line."""
        reasons = "; ".join(f"{each.path}: {each.message}" if each.path else each.message for each in error.violations)
        super().__init__(f"Invalid schema of type {schema_format.value.upper()}, details: {reasons or error.message}")


class VersionUnreadable(RegistryError):
    """A version that is neither a number nor `latest`."""

    def __init__(self, text: str) -> None:
        """Name it, as it was sent."""
        super().__init__(
            f"The specified version '{text[:80]}' is not a valid version id. "
            'Allowed values are between [1, 2^31-1] and the string "latest"'
        )


class LevelUnknown(RegistryError):
    """A compatibility level that there is not."""

    def __init__(self) -> None:
        """Name those that there are."""
        super().__init__(
            "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive, "
            "forward_transitive, and full_transitive"
        )


class PolicyUnknown(RegistryError):
    """Invalid compatibility policy. Valid values are strict, lenient, and logical"""


class ModeUnknown(RegistryError):
    """Invalid mode. Valid values are READWRITE, READONLY, and IMPORT."""


class BodyUnusable(RegistryError):
    """A body is unreadable (400), or has unknown fields (422)."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        """Keep the status, which is the code, too."""
        super().__init__(message)
        self.status = status


class RestartForbidden(RegistryError):
    """The endpoint is disabled. Set confluent_restart = true to allow it."""
