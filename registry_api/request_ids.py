"""The id of a request: the caller's own where it is sane, else one made here.

Answers, log lines and the audit trail carry it.
"""

import itertools
import re
import secrets
from collections.abc import MutableMapping
from typing import Any

HEADER = "X-Request-Id"
_ENVIRON_KEY = "sluicegate.request_id"
_SENT = "HTTP_X_REQUEST_ID"
_sane = re.compile(r"[A-Za-z0-9._:/+=@~-]{1,128}").fullmatch


class RequestIds:
    """Gives each request its id, once.

    Cheap: random for the process, counted within it. Create one in each process.
    """

    def __init__(self) -> None:
        """Draw the random part that distinguishes this process."""
        self._prefix = secrets.token_hex(8)
        self._count = itertools.count(1)

    def of(self, environ: MutableMapping[str, Any]) -> str:
        """The id of the request that a WSGI environment describes; the same each time it is asked."""
        known: str | None = environ.get(_ENVIRON_KEY)
        if known is None:
            known = environ[_ENVIRON_KEY] = self.given(environ.get(_SENT))
        return known

    def given(self, sent: str | None) -> str:
        """Return the id that the caller sent, if it is sane, else a new one."""
        return sent if sent and _sane(sent) else f"{self._prefix}-{next(self._count)}"
