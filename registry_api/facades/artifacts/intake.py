"""Reading of requests: a body is a schema or a JSON object under any `Content-Type`.

Clients of this API send it so.
"""

from typing import Any

from flask import Request
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from sluicegate.registry_api.facades.allowance import BodyAllowance
from sluicegate.registry_api.facades.artifacts.faults import RequestUnusable
from sluicegate.registry_api.facades.artifacts.wire import Document
from sluicegate.registry_api.facades.intake import json_fault, loaded, read_query, sentence
from sluicegate.registry_api.facades.operation import Model


class ArtifactIntake:
    """`Intake` of this facade."""

    def admit(self, request: Request, *, bodied: bool) -> None:
        """Admit every request: media types have no meaning here."""

    def body(self, request: Request, model: type[Model], allowed: BodyAllowance) -> Model:
        """The bytes of a `Document`, or a JSON object.

        Raises `RequestUnusable`, and HTTP's own 413.
        """
        data = request.get_data(cache=False)
        if len(data) > allowed.bytes:
            raise RequestEntityTooLarge
        given: Any = {"data": data} if issubclass(model, Document) else _object(data, allowed.depth)
        try:
            return model.model_validate(given)
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            path = ".".join(str(part) for part in detail["loc"])
            raise RequestUnusable(f"Bad request: {sentence(path, detail)}") from None

    def query(self, request: Request, model: type[Model]) -> Model:
        """See `read_query`."""
        return read_query(request, model)


def _object(data: bytes, depth: int) -> dict[str, Any]:
    try:
        body = loaded(data, depth)
    except ValueError as error:
        raise RequestUnusable(json_fault(error)) from None
    if not isinstance(body, dict):
        raise RequestUnusable("The body is not a JSON object.")
    return body
