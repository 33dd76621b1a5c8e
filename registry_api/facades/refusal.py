"""From an error to a refusal.

Each facade has its own table and its own form of refusals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import HTTPException

from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.model import Violation

RETRY_AFTER = "2"
"""Seconds after which a caller may ask again when the database does not answer, or no schema can be
judged.
"""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, a sentence, and everything that is wrong, before it takes a facade's shape.

    `code`: the facade's own number; 0: none.
    """

    status: int
    message: str
    violations: tuple[Violation, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    code: int = 0


# The argument of each row is its error class; a mapping cannot express that.
Table = Mapping[type[SluicegateError], Callable[[Any], Refusal]]

INTERNAL = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error")


def refusal(table: Table, error: Exception) -> Refusal:
    """Return the refusal of an error's class or its nearest ancestor; `INTERNAL` without one."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    row = next((table[kind] for kind in type(error).__mro__ if kind in table), None)
    return INTERNAL if row is None else row(error)


def unavailable(error: SluicegateError) -> Refusal:
    """Return the refusal for a temporary failure: try again."""
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, error.message, headers=(("Retry-After", RETRY_AFTER),))


def _of_http(error: HTTPException) -> Refusal:
    """Return the refusal of a routing or body error: 404, 405, 413, 415 and others.

    Of the headers, only the list of methods is kept.
    """
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    methods = getattr(error, "valid_methods", None)
    allow = (("Allow", ", ".join(sorted(methods))),) if methods else ()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return INTERNAL
    return Refusal(status, error.description or HTTPStatus(status).phrase, headers=allow)
