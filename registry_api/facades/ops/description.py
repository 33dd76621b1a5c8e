"""The description of the API, as it is served: OpenAPI in JSON and in YAML."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

import orjson
from flask import Response

from sluicegate.registry_api.facades.openapi.yaml import dumped
from sluicegate.registry_api.facades.operation import JSON, Call, Operation, Reply, Source
from sluicegate.shared.wire import Report

YAML: Final = "application/yaml"
_FAULT: Final = Reply("The fault is ours; the log tells more under the answer's request id", Report)


class Description:
    """The two documents.

    They are made when they are first asked for: they take longer than all else at the start of a
    worker, and few workers are ever asked.
    """

    def __init__(self, document: Callable[[], Mapping[str, Any]]) -> None:
        """`document` is called later, since all operations must be known by then."""
        self._document = document

    @cached_property
    def json(self) -> bytes:
        """OpenAPI 3.1 in JSON."""
        return orjson.dumps(self._document())

    @cached_property
    def yaml(self) -> bytes:
        """The same in YAML."""
        return dumped(self._document()).encode()

    def operations(self) -> tuple[Operation, ...]:
        """The operations that serve it."""
        return (
            Operation(
                "GET", "/openapi.json", "openapi", "This document", self._openapi,
                {200: Reply("OpenAPI 3.1", dict[str, object]), 500: _FAULT}, source=Source.NOTHING,
            ),
            Operation(
                "GET", "/openapi.yaml", "openapiYaml", "This document in YAML", self._openapi_yaml,
                {200: Reply("OpenAPI 3.1", dict[str, object], (YAML,)), 500: _FAULT}, source=Source.NOTHING,
            ),
        )  # fmt: skip

    def _openapi(self, _: Call) -> Response:
        return Response(self.json, content_type=JSON)

    def _openapi_yaml(self, _: Call) -> Response:
        return Response(self.yaml, content_type=YAML)
