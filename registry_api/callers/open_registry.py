"""`Identity` of a registry without access control, which says so to callers that send credentials."""

import threading

from sluicegate.registry_api.core.access.identity import Header
from sluicegate.registry_api.core.access.principals import ANONYMOUS, Principal
from sluicegate.shared.logs import logger


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
