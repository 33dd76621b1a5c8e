"""Refusals as problem details (RFC 9457): the shape of the operations that no other registry has.

`message` and `errors` are extension members with the words of the native API's refusals, so that a
client reads both shapes in one way.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from flask import Response

from sluicegate.registry_api.facades.operation import Operation, Reply
from sluicegate.registry_api.facades.refusal import Refusal
from sluicegate.shared.wire import Detail, Report

PROBLEM_JSON: Final = "application/problem+json"
_UNTYPED: Final = "about:blank"
"""The type of a problem that its status says all about (RFC 9457, section 4.2.1)."""


class ProblemBody(Report):
    """A refusal: the status and its name, a sentence, and everything that is wrong."""

    type: str
    title: str
    status: int
    detail: str


def problems(replies: Mapping[int, Reply]) -> Mapping[int, Reply]:
    """Return the replies of an operation whose refusals are problems."""
    return {status: _as_problem(status, reply) if reply.shape is Report else reply for status, reply in replies.items()}


def has_problems(operation: Operation) -> bool:
    """Whether the refusals of an operation are problems."""
    return any(PROBLEM_JSON in reply.media for reply in operation.replies.values())


def write(refused: Refusal) -> Response:
    """Return a refusal as a problem."""
    body = _problem(refused)
    return Response(
        body.model_dump_json(exclude_none=True), refused.status, list(refused.headers), content_type=PROBLEM_JSON
    )


def _as_problem(status: int, reply: Reply) -> Reply:
    example = _problem(Refusal(status, reply.description)).model_dump(exclude_none=True)
    return replace(reply, shape=ProblemBody, media=(PROBLEM_JSON,), example=example)


def _problem(refused: Refusal) -> ProblemBody:
    errors = tuple(Detail(path=each.path, code=each.code, message=each.message) for each in refused.violations)
    return ProblemBody(
        type=_UNTYPED,
        title=HTTPStatus(refused.status).phrase,
        status=refused.status,
        detail=refused.message,
        message=refused.message,
        errors=errors or None,
    )
