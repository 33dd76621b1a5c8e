"""Routes for operators and monitoring: health, readiness, metrics, API description."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from types import MappingProxyType

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from sluicegate.registry_api.core import errors
from sluicegate.registry_api.core.ports import Readiness
from sluicegate.registry_api.facades.intake import PlainIntake
from sluicegate.registry_api.facades.operation import JSON, Call, Facade, Operation, Reply, Source
from sluicegate.registry_api.facades.ops.browsers import WELCOME, BrowserRoutes, browsing
from sluicegate.registry_api.facades.ops.description import Description
from sluicegate.registry_api.facades.refusal import INTERNAL, Refusal, Table, refusal, unavailable
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.wire import Report

_FAULT = Reply("The fault is ours; the log tells more under the answer's request id", Report)

# These routes take no input and call nothing that may refuse, but for the question whether the
# database answers.
TABLE: Table = MappingProxyType(
    {
        SluicegateError: lambda _: INTERNAL,
        errors.Overloaded: unavailable,
        errors.StoreUnavailable: unavailable,
    }
)


class Health(BaseModel):
    """How the server is."""

    status: str


class OpsRoutes:
    """The views."""

    def __init__(self, readiness: Readiness, exposition: Callable[[], bytes] | None) -> None:
        """Use the readiness check, and the metrics unless they are off."""
        self._readiness = readiness
        self._exposition = exposition

    def operations(self) -> Iterator[Operation]:
        """Health and readiness."""
        yield Operation(
            "GET", "/health", "health", "Whether the server is up; asks nothing else", self._health,
            {200: Reply("It is", Health), 500: _FAULT}, source=Source.NOTHING,
        )  # fmt: skip
        missing = Reply("It does not; the message says what is missing", Report, headers=("Retry-After",))
        yield Operation(
            "GET", "/ready", "ready", "Whether the database answers and has the tables of this release", self._ready,
            {200: Reply("It does", Health), 500: _FAULT, 503: missing}, source=Source.PROBE,
        )  # fmt: skip

    def measuring(self) -> Iterator[Operation]:
        """The metrics, unless they are off."""
        if self._exposition is not None:
            media = (CONTENT_TYPE_LATEST.partition(";")[0],)
            yield Operation(
                "GET", "/metrics", "metrics", "Metrics for Prometheus", self._metrics,
                {200: Reply("Prometheus' text format", str, media), 500: _FAULT}, source=Source.NOTHING,
            )  # fmt: skip

    def _health(self, _: Call) -> Response:
        return Response(Health(status="ok").model_dump_json(), content_type=JSON)

    def _ready(self, _: Call) -> Response:
        self._readiness.ping()
        return Response(Health(status="ready").model_dump_json(), content_type=JSON)

    def _metrics(self, _: Call) -> Response:
        assert self._exposition is not None, "the route is there only when metrics are"
        return Response(self._exposition(), content_type=CONTENT_TYPE_LATEST)


def ops(routes: OpsRoutes, description: Description, browsers: BrowserRoutes) -> Facade:
    """The facade over these routes."""
    operations = (*routes.operations(), *description.operations(), *routes.measuring(), *browsing(browsers))
    prefixes = ("/health", "/ready", "/metrics", "/openapi.json", "/openapi.yaml", "/docs", WELCOME)
    return Facade("ops", prefixes, operations, lambda error: refusal(TABLE, error), _write, PlainIntake(), stored=False)


def _write(refused: Refusal) -> Response:
    report = Report(message=refused.message)
    return Response(
        report.model_dump_json(exclude_none=True), HTTPStatus(refused.status), list(refused.headers), content_type=JSON
    )
