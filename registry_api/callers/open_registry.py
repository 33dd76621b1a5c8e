"""`Identity` of a registry without access control, which says so to callers that send credentials."""

import threading
from typing import Final

from sluicegate.registry_api.core.access.identity import Header
from sluicegate.registry_api.core.access.principals import ANONYMOUS, Principal
from sluicegate.shared.logs import logger

NOTICE: Final = ("Warning", '299 Sluicegate "credentials ignored: this registry is open"')
"""The header of each answer to a request with credentials: they protect nothing here."""


def notices(header: Header, _peer: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that an open registry adds to the answer to a request."""
    return (NOTICE,) if has_credentials(header) else ()


class OpenRegistry:
    """Every caller may do everything.

    The first credentials write a line to the log: they protect nothing here.
    """

    def __init__(self) -> None:
        """Start without having warned."""
        self._lock = threading.Lock()
        self._warned = False

    def identify(self, header: Header, source: str) -> Principal:
        """Return the anonymous principal."""
        if not self._warned and has_credentials(header):
            with self._lock:
                first, self._warned = not self._warned, True
            if first:
                logger().warning("credentials ignored: the registry is open", setting="auth.mode", source=source)
        return ANONYMOUS

    def recall(self, header: Header, source: str) -> Principal | None:
        """Return the anonymous principal; None for the first caller with credentials, whose warning is logged elsewhere."""
        if not self._warned and has_credentials(header):
            return None
        return ANONYMOUS


def has_credentials(header: Header) -> bool:
    """Whether a request has credentials."""
    return header("authorization") is not None or header("x-api-key") is not None
