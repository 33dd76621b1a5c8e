"""Body and query of a request, parsed into a declared model, or refused with all faults."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import orjson
from flask import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from sluicegate.registry_api.core.errors import InputInvalid
from sluicegate.registry_api.facades.allowance import BodyAllowance
from sluicegate.shared.model import Violation

Model = TypeVar("Model", bound=BaseModel)
_SHOWN = 60


class PlainIntake:
    """`Intake` of facades with JSON only, for every `Accept`."""

    def admit(self, request: Request, *, bodied: bool) -> None:
        """Admit every request; `body` checks the content type."""

    def body(self, request: Request, model: type[Model], allowed: BodyAllowance) -> Model:
        """See `read_body`."""
        return read_body(request, model, allowed)

    def query(self, request: Request, model: type[Model]) -> Model:
        """See `read_query`."""
        return read_query(request, model)


def read_body(request: Request, model: type[Model], allowed: BodyAllowance) -> Model:
    """The JSON object in a request. Raises `InputInvalid`, and HTTP's own 413 and 415."""
    kind = request.mimetype
    if kind and kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMediaType(
            f"Content-Type {kind[:_SHOWN]!r} is not supported. Send the body as JSON, with 'Content-Type: application/json'"
        )
    data = request.get_data(cache=False)
    if len(data) > allowed.bytes:
        raise RequestEntityTooLarge
    if not data:
        raise _malformed("The body is empty. Send a JSON object")
    try:
        body = loaded(data, allowed.depth)
    except ValueError as error:
        raise _malformed(json_fault(error)) from None
    if not isinstance(body, dict):
        raise _malformed("The body is not a JSON object")
    return _valid(model, body, "is missing")


_OWN_LIMIT = ("Recursion limit reached", "depth limit exceeded")
"""The parser's words, by release, for more than its own 1024 levels."""


class TooDeep(ValueError):
    """JSON with more levels than are allowed."""


def loaded(data: bytes | str, most: int) -> Any:
    """Read JSON with at most so many levels of objects and lists.

    Raises `ValueError`, whose sentence `json_fault` has.
    """
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if str(error).startswith(_OWN_LIMIT):
            raise _too_deep(most) from None
        raise
    level = [body]
    for _ in range(most):
        level = [inner for each in level for inner in _inner(each) if isinstance(inner, (dict, list))]
        if not level:
            return body
    raise _too_deep(most)


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep(most: int) -> TooDeep:
    return TooDeep(
        f"The body nests more than {most} levels of objects and lists. Send fewer levels, or raise the setting body_depth"
    )


def json_fault(error: ValueError) -> str:
    """Return a sentence about a body that cannot be read; the parser's own words for some name Python's types."""
    if isinstance(error, TooDeep):
        return str(error)
    place = str(error).partition("is not valid UTF-8")
    if isinstance(error, UnicodeDecodeError) or place[1]:
        return "The body is not valid JSON: its text is not valid UTF-8. Send UTF-8"
    return f"The body is not valid JSON: {error}"


def read_query(request: Request, model: type[Model]) -> Model:
    """The query of a request; a parameter without a value counts as not given.

    Raises `InputInvalid`.
    """
    repeated = [
        Violation(name, "repeated", f"{name} must be given once")
        for name, values in request.args.lists()
        if len(values) > 1 and name in _names(model)
    ]
    if repeated:
        raise _refused(repeated)
    return _valid(model, {name: value for name, value in request.args.items() if value}, "is missing")


def _names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def _valid(model: type[Model], values: Mapping[str, Any], missing: str) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refused(list(_violations(error))) from None


def _malformed(message: str) -> InputInvalid:
    return InputInvalid([Violation("", "malformed", message)], f"Bad request: {message}")


def _refused(violations: list[Violation]) -> InputInvalid:
    return InputInvalid(violations, f"Bad request: {'; '.join(violation.message for violation in violations)}")


def _violations(error: ValidationError) -> Iterator[Violation]:
    for detail in error.errors(include_url=False):
        path = ".".join(str(part) for part in detail["loc"])
        yield Violation(path, detail["type"], sentence(path, detail))


def sentence(path: str, detail: ErrorDetails) -> str:
    """Return one sentence about a field; pydantic's own words name Python's types and never leave the registry."""
    given = _shown(detail["input"])
    context = detail.get("ctx", {})
    if detail["type"] == "enum":
        return f"unknown {_VALUE_OF.get(path, path + ' value')}: {path} {given} is none of {context['expected']}"
    template = _SENTENCES.get(detail["type"])
    return (
        f"{path} has no usable value: {given}"
        if template is None
        else template.format(path=path, given=given, **context)
    )


_SENTENCES: Mapping[str, str] = {
    "missing": "{path} is missing",
    "string_type": "{path} must be a string",
    "bool_type": "{path} must be true or false",
    "bool_parsing": "{path} must be true or false",
    "int_type": "{path} must be an integer",
    "int_from_float": "{path} must be an integer",
    "int_parsing": "{path} must be an integer",
    "int_parsing_size": "{path} must be an integer of at most 32 bits",
    "tuple_type": "{path} must be a list",
    "list_type": "{path} must be a list",
    "mapping_type": "{path} must be an object",
    "dict_type": "{path} must be an object",
    "model_type": "{path} must be an object",
    "extra_forbidden": "{path} is not a field of this request",
    "string_pattern_mismatch": "{path} must be a number, not {given}",
    "string_too_short": "{path} must not be empty",
    "string_too_long": "{path} must have at most {max_length} characters",
    "too_long": "{path} must have at most {max_length} entries",
    "greater_than_equal": "{path} must be at least {ge}",
    "less_than_equal": "{path} must be at most {le}",
    "value_error": "{path} {error}",
}
"""pydantic's type of an error -> sentence, with its details filled in."""

_VALUE_OF = {
    "schema_type": "format value",
    "orderBy": "value for orderBy",
    "sort": "value for sort",
    "type": "value for type",
}


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
