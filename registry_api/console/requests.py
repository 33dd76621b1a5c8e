"""Requests made from what a person typed."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from pydantic import ValidationError

from registry_api.console.errors import InputUnusable

P = ParamSpec("P")
R = TypeVar("R")


def built(shape: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """A request; what breaks its limits (a name too long, a NUL character) is named. Raises `InputUnusable`."""
    try:
        return shape(*args, **kwargs)
    except ValidationError as error:
        mistakes = (f"{'.'.join(map(str, mistake['loc']))}: {mistake['msg']}" for mistake in error.errors())
        raise InputUnusable("; ".join(mistakes)) from error
