"""The header for clients of a deprecated version (RFC 9745)."""

from flask import Response

from sluicegate.registry_api.core.model import Version, VersionState
from sluicegate.shared.wire import DEPRECATION_HEADER


def naming_deprecation(response: Response, version: Version) -> Response:
    """Add the time at which a version was deprecated, in seconds since 1970, to an answer about it."""
    if version.state is VersionState.DEPRECATED and version.deprecated_at is not None:
        response.headers[DEPRECATION_HEADER] = f"@{int(version.deprecated_at.timestamp())}"
    return response
