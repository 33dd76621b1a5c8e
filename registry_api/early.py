"""Requests that the server refuses before the application reads them.

The application words the refusal.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

REFUSED: Final = "sluicegate.refused"
"""In a WSGI environment: the `EarlyRefusal` of this request, where there is one."""


@dataclass(frozen=True, slots=True)
class EarlyRefusal:
    """A status and a sentence. 503 has a `Retry-After`."""

    status: HTTPStatus
    message: str


HOST_MISSING: Final = EarlyRefusal(HTTPStatus.BAD_REQUEST, "Bad request: send exactly one Host header")
CREDENTIALS_REPEATED: Final = EarlyRefusal(
    HTTPStatus.BAD_REQUEST, "Bad request: send each header with credentials once"
)
BODY_TOO_LARGE: Final = EarlyRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "")
BODY_CROWDED_OUT: Final = EarlyRefusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "The registry is receiving too many large bodies at once. Try again"
)
TOO_BUSY: Final = EarlyRefusal(HTTPStatus.SERVICE_UNAVAILABLE, "The registry is too busy to answer in time. Try again")
STOPPING: Final = EarlyRefusal(HTTPStatus.SERVICE_UNAVAILABLE, "This registry process is stopping. Try again")


def body_late(seconds: float) -> EarlyRefusal:
    """The body did not arrive within its deadline."""
    return EarlyRefusal(HTTPStatus.REQUEST_TIMEOUT, f"The body did not arrive within {seconds:g} seconds")
