"""Histories as tables: a step is a method, a path, a body, and the expected answer."""

from dataclasses import dataclass
from typing import Any

from tests.conformance.confluent.api import Api

Step = tuple[Any, ...]
"""(method, path, expected) or (method, path, body, expected). Expected: the code of a refusal (400
and above), `OK`, or the whole body.
"""


@dataclass(frozen=True)
class _Anything:
    """Any answer but a refusal."""


OK = _Anything()


def take(api: Api, steps: list[Step]) -> None:
    """One step after the other."""
    for index, (method, path, *rest) in enumerate(steps):
        body, expected = rest if len(rest) == 2 else (None, rest[0])
        answer = api.ask(method, path, body)
        where = f"step {index}: {method} {path} {body or ''}: {answer.status} {answer.text}"
        if expected is OK:
            assert answer.status in {200, 204}, where
        elif isinstance(expected, int) and not isinstance(expected, bool) and expected >= 400:
            assert answer.code == expected, where
        else:
            assert (answer.status, answer.body) == (200, expected), where
