"""Answers for paths of no API: `{"error_code", "message"}`.

Clients of Confluent's API find their code, and people a helpful sentence.
"""

from typing import Final

import orjson
from flask import Response

from sluicegate.registry_api.facades.intake import PlainIntake
from sluicegate.registry_api.facades.operation import JSON, Facade
from sluicegate.registry_api.facades.refusal import Refusal, refusal

_EVERY_PATH: Final = ("",)
"""A prefix of every path, and shorter than those of all other facades."""


def unknown() -> Facade:
    """Return the facade without operations."""
    return Facade("unknown", _EVERY_PATH, (), lambda error: refusal({}, error), _write, PlainIntake(), stored=False)


def _write(refused: Refusal) -> Response:
    body = orjson.dumps({"error_code": refused.status, "message": refused.message})
    return Response(body, refused.status, list(refused.headers), content_type=JSON)
