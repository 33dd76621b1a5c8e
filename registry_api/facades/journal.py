"""Notes every answer: in the metrics, and as a line of the log."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from flask import Response, g, request

from sluicegate.registry_api.metrics import Metrics
from sluicegate.shared.logs import logger

UNMATCHED = "unmatched"
_trace = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}.*").fullmatch
"""The header `traceparent` of W3C Trace Context, section 3.2."""
_QUIET = frozenset({"/health", "/ready", "/metrics"})


class Journal:
    """Log lines and metrics of one application.

    Logger and series of each route are looked up once, not for each request.
    """

    def __init__(self, metrics: Metrics, paths: Mapping[str, str]) -> None:
        """Take the metrics, and the path of each endpoint."""
        self._paths = paths
        self._log = logger()
        self._series = cache(lambda *labels: _series(metrics, *labels))

    def note(self, facade: str, response: Response, seconds: float) -> None:
        """Note the answer to the present request."""
        endpoint, method, status = request.endpoint, request.method, response.status_code
        route = self._paths.get(endpoint or "", UNMATCHED)
        count, observe = self._series(facade, route, method if endpoint else UNMATCHED, f"{status // 100}xx")
        count()
        observe(seconds)
        path = request.path
        note = self._log.debug if path in _QUIET else self._log.info
        note(
            "request answered",
            request_id=g.request_id,
            method=method,
            path=path,
            status=status,
            duration_ms=round(seconds * 1000, 3),
            **_context(request.headers.get("traceparent")),
        )


def _context(traceparent: str | None) -> dict[str, str]:
    """Return the fields of the caller's trace, for searches in the log."""
    match = _trace(traceparent) if traceparent else None
    return {"trace_id": match[1]} if match else {}


def _series(
    metrics: Metrics, facade: str, route: str, method: str, status: str
) -> tuple[Callable[[], None], Callable[[float], None]]:
    return metrics.requests.labels(facade, route, method, status).inc, metrics.seconds.labels(
        facade, route, method
    ).observe
