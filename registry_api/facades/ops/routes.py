"""Routes for operators and monitoring: health, readiness, metrics, API description."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType

import orjson
from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from sluicegate.registry_api.core import errors
from sluicegate.registry_api.core.ports import Readiness
from sluicegate.registry_api.facades.intake import PlainIntake
from sluicegate.registry_api.facades.openapi.yaml import dumped
from sluicegate.registry_api.facades.operation import JSON, Call, Facade, Operation, Reply, Source
from sluicegate.registry_api.facades.ops.browsers import WELCOME, BrowserRoutes, browsing
from sluicegate.registry_api.facades.refusal import INTERNAL, Refusal, Table, refusal, unavailable
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.wire import Report

YAML = "application/yaml"

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
        self.exposition = exposition
        self.document: bytes = b""
        self.yaml: bytes = b""

    def health(self, _: Call) -> Response:
        """`GET /health`."""
        return Response(Health(status="ok").model_dump_json(), content_type=JSON)

    def ready(self, _: Call) -> Response:
        """`GET /ready`."""
        self._readiness.ping()
        return Response(Health(status="ready").model_dump_json(), content_type=JSON)

    def metrics(self, _: Call) -> Response:
        """`GET /metrics`."""
        assert self.exposition is not None, "the route is there only when metrics are"
        return Response(self.exposition(), content_type=CONTENT_TYPE_LATEST)

    def openapi(self, _: Call) -> Response:
        """`GET /openapi.json`."""
        return Response(self.document, content_type=JSON)

    def openapi_yaml(self, _: Call) -> Response:
        """`GET /openapi.yaml`."""
        return Response(self.yaml, content_type=YAML)

    def publish(self, document: Mapping[str, object]) -> None:
        """Take the document to be served, which can be made only when all routes are known."""
        self.document = orjson.dumps(document)
        self.yaml = dumped(document).encode()


def ops(routes: OpsRoutes, browsers: BrowserRoutes) -> Facade:
    """The facade over these routes."""
    operations = [
        Operation(
            "GET",
            "/health",
            "health",
            "Whether the server is up; asks nothing else",
            routes.health,
            {200: Reply("It is", Health), 500: _FAULT},
            source=Source.NOTHING,
        ),
        Operation(
            "GET",
            "/ready",
            "ready",
            "Whether the database answers and has the tables of this release",
            routes.ready,
            {
                200: Reply("It does", Health),
                500: _FAULT,
                503: Reply("It does not; the message says what is missing", Report, headers=("Retry-After",)),
            },
            source=Source.PROBE,
        ),
        Operation(
            "GET",
            "/openapi.json",
            "openapi",
            "This document",
            routes.openapi,
            {200: Reply("OpenAPI 3.1", dict[str, object]), 500: _FAULT},
            source=Source.NOTHING,
        ),
        Operation(
            "GET",
            "/openapi.yaml",
            "openapiYaml",
            "This document in YAML",
            routes.openapi_yaml,
            {200: Reply("OpenAPI 3.1", dict[str, object], (YAML,)), 500: _FAULT},
            source=Source.NOTHING,
        ),
    ]
    if routes.exposition is not None:
        media = (CONTENT_TYPE_LATEST.partition(";")[0],)
        operations.append(
            Operation(
                "GET",
                "/metrics",
                "metrics",
                "Metrics for Prometheus",
                routes.metrics,
                {200: Reply("Prometheus' text format", str, media), 500: _FAULT},
                source=Source.NOTHING,
            ),
        )
    operations += browsing(browsers)
    prefixes = ("/health", "/ready", "/metrics", "/openapi.json", "/openapi.yaml", "/docs", WELCOME)
    return Facade(
        "ops", prefixes, tuple(operations), lambda error: refusal(TABLE, error), _write, PlainIntake(), stored=False
    )


def _write(refused: Refusal) -> Response:
    report = Report(message=refused.message)
    return Response(
        report.model_dump_json(exclude_none=True), HTTPStatus(refused.status), list(refused.headers), content_type=JSON
    )
