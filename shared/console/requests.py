"""Requests made from command-line input."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sluicegate.shared.console.errors import InputUnusable

P = ParamSpec("P")
R = TypeVar("R")


def built(shape: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Build a request.

    Raises `InputUnusable` that names a broken limit (a name that is too long, a NUL character).
    """
    try:
        return shape(*args, **kwargs)
    except ValidationError as error:
        raise InputUnusable(". ".join(_sentence(mistake) for mistake in error.errors()) + ".") from error


def _sentence(mistake: ErrorDetails) -> str:
    what = str(mistake["loc"][0])
    match mistake["type"], mistake.get("ctx", {}):
        case "too_short" | "string_too_short", _:
            return f"The {what} must not be empty"
        case "too_long", {"max_length": limit}:
            return f"The {what} must have at most {limit} entries"
        case "string_too_long", {"max_length": limit}:
            return f"The {what} must have at most {limit} characters"
        case _, {"error": error}:
            return f"The {what} {error}"
    return f"The {what} is not right: {mistake['msg']}"
