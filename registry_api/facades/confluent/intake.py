"""How requests are read: JSON under any of four media types, and queries as Java reads them."""

import json
from http import HTTPStatus
from typing import Any

from flask import Request
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import NotAcceptable, NotFound, RequestEntityTooLarge, UnsupportedMediaType

from sluicegate.registry_api.facades.allowance import BodyAllowance
from sluicegate.registry_api.facades.confluent.faults import BodyUnusable
from sluicegate.registry_api.facades.confluent.media import READ, accepted
from sluicegate.registry_api.facades.confluent.wire.queries import LARGEST
from sluicegate.registry_api.facades.intake import json_fault, loaded, sentence
from sluicegate.registry_api.facades.operation import Model

LENIENT = "Confluent-Accept-Unknown-Properties"
"""Header of Confluent's clients: unknown properties may be ignored."""


_OUT_OF_RANGE = frozenset({"greater_than_equal", "less_than_equal", "int_parsing_size"})


class ConfluentIntake:
    """`Intake` of this facade."""

    def admit(self, request: Request, *, bodied: bool) -> None:
        """Refuse with 415 and 406."""
        if bodied and request.mimetype not in READ:
            raise UnsupportedMediaType
        if accepted(request.headers.get("Accept", "")) is None:
            raise NotAcceptable

    def body(self, request: Request, model: type[Model], allowed: BodyAllowance) -> Model:
        """A JSON object. Raises `BodyUnusable`, and HTTP's own 413."""
        data = request.get_data(cache=False)
        if len(data) > allowed.bytes:
            raise RequestEntityTooLarge
        lenient = request.headers.get(LENIENT, "").lower() == "true"
        try:
            return model.model_validate(_object(data, allowed.depth), extra="ignore" if lenient else None)
        except ValidationError as error:
            raise _worded(error.errors(include_url=False)[0]) from None

    def query(self, request: Request, model: type[Model]) -> Model:
        """Read the query parameters; the first of repeated ones.

        A text instead of a number is an unknown address: 404.
        """
        given: dict[str, Any] = {}
        for name, field in model.model_fields.items():
            values = request.args.getlist(field.alias or name)
            if values:
                given[field.alias or name] = values if field.default == () else values[0]
        try:
            return model.model_validate(given)
        except ValidationError:
            raise NotFound from None


def _object(data: bytes, depth: int) -> dict[str, Any]:
    try:
        body = loaded(_utf8(data), depth) if data.strip() else None
    except ValueError as error:
        raise BodyUnusable(HTTPStatus.BAD_REQUEST, json_fault(error)) from None
    if body is None:
        raise BodyUnusable(HTTPStatus.UNPROCESSABLE_ENTITY, "The request body must not be null")
    if not isinstance(body, dict):
        raise BodyUnusable(HTTPStatus.BAD_REQUEST, "The body is not a JSON object")
    return body


def _utf8(data: bytes) -> bytes | str:
    """Return JSON in the one encoding that the parser reads.

    RFC 4627, section 3: the first bytes tell UTF-16 and UTF-32 from UTF-8. Jackson, Confluent's
    parser, goes by them and not by the charset of the media type; a byte order mark is skipped.
    """
    encoding = json.detect_encoding(data)
    return data if encoding == "utf-8" else data.decode(encoding)


def _worded(detail: ErrorDetails) -> BodyUnusable:
    if detail["type"] == "extra_forbidden":
        return BodyUnusable(HTTPStatus.UNPROCESSABLE_ENTITY, f"Unrecognized field: {detail['loc'][-1]}")
    path = ".".join(str(part) for part in detail["loc"])
    if detail["type"] in _OUT_OF_RANGE:
        message = f"{path} is out of the range of an integer of 32 bits ({-LARGEST - 1} to {LARGEST})"
        return BodyUnusable(HTTPStatus.UNPROCESSABLE_ENTITY, message)
    return BodyUnusable(HTTPStatus.BAD_REQUEST, sentence(path, detail))
