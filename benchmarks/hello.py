"""The limit of a WSGI server: an application that does nothing."""

from collections.abc import Callable, Iterable
from typing import Any

BODY = b"x" * 1500
"""As long as the answer that the registry gives in the same run."""


def app(environ: dict[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]) -> Iterable[bytes]:
    """Answer."""
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))])
    return (BODY,)
