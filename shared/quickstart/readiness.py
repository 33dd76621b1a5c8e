"""Waiting until a part answers."""

import http.client
import threading
from collections.abc import Callable
from http import HTTPStatus

from sluicegate.shared.clock import Clock
from sluicegate.shared.quickstart.ports import HOST

_POLL_SECONDS = 0.03
_ANSWER_SECONDS = 2.0
_NEVER = threading.Event()


def until(done: Callable[[], bool], seconds: float, clock: Clock, check: Callable[[], None]) -> bool:
    """Wait until something is so; False when it is not within the time.

    `check` is called all along and may raise.
    """
    deadline = clock.monotonic() + seconds
    while not done():
        check()
        if clock.monotonic() > deadline:
            return False
        clock.wait(_POLL_SECONDS, _NEVER)
    return True


def answers(port: int, path: str = "/ready") -> bool:
    """Whether a server on loopback answers 200.

    The standard client: a better one takes longer to import than this has to wait.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
