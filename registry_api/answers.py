"""A cache of encoded answers that never change.

It drops the least recently used, is bounded by bytes, and is off while changes may be missed.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sluicegate.registry_api.core.names import SubjectName
from sluicegate.shared.model import SchemaId

KEPT = "sluicegate.kept"
"""Key in a WSGI environment: the `Holder` of an answer that may be kept until that holder changes."""

_STRIPES = 256
_OVERHEAD = 600
"""Bytes of an entry without its body: key, headers, the links of the map. Measured to the hundred."""

_HOLDER_BYTES = 200
"""Bytes of a further holder: its name, and its place in the index by schemas."""
_compressible = re.compile(r"(?:text/|application/(?:[\w.+-]*\+)?(?:json|xml|yaml)\b)", re.IGNORECASE).match

Headers = tuple[tuple[str, str], ...]


class Holder(NamedTuple):
    """A schema that an answer was found in.

    Its readers may have the answer, and its changes end it.
    """

    schema_id: SchemaId
    subject: SubjectName


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer with status 200, without the parts of a single request.

    `holders`: the schemas in which callers found it. There may be further ones.
    """

    holders: tuple[Holder, ...]
    route: str
    etag: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class Ticket:
    """The state of the cache at the start of a fetch.

    Invariant: a result that was fetched before an eviction must not be stored after it. `stripe`
    None: the schema is unknown.
    """

    gaps: int
    evictions: int
    stripe: int | None


class AnswerCache:
    """Path -> answer.

    Thread-safe. Holds nothing until `on_live`, which is the change feed's to say.
    """

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` bytes; 0 keeps nothing."""
        self._limit = limit
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._paths: dict[SchemaId, set[str]] = {}
        self._evictions = [0] * _STRIPES
        self._all_evictions = 0
        self._gaps = 0
        self._live = False
        self._bytes = 0

    @property
    def size(self) -> int:
        """The bytes that it holds."""
        return self._bytes

    def get(self, path: str) -> Answer | None:
        """The answer to a path, which is thereby the most recently used."""
        with self._lock:
            answer = self._answers.get(path)
            if answer is not None:
                self._answers.move_to_end(path)
            return answer

    def ticket(self, schema_id: SchemaId | None) -> Ticket | None:
        """To be drawn before an answer is fetched, of a schema or of one that only the answer will tell; None while nothing may be kept."""
        with self._lock:
            return (
                self._ticket(None if schema_id is None else schema_id % _STRIPES)
                if self._live and self._limit
                else None
            )

    def put(self, path: str, answer: Answer, ticket: Ticket) -> None:
        """Keep an answer, unless its schema changed or changes may have been missed since the ticket."""
        with self._lock:
            if not self._live or ticket != self._ticket(ticket.stripe) or _cost(answer) > self._limit:
                return
            kept = _joined(self._answers.get(path), answer)
            self._drop(path)
            self._answers[path] = kept
            for holder in kept.holders:
                self._paths.setdefault(holder.schema_id, set()).add(path)
            self._bytes += _cost(kept)
            while self._bytes > self._limit:
                self._drop(next(iter(self._answers)))

    def evict(self, schema_id: SchemaId) -> None:
        """Forget everything about a schema."""
        with self._lock:
            self._evictions[schema_id % _STRIPES] += 1
            self._all_evictions += 1
            for path in tuple(self._paths.get(schema_id, ())):
                self._drop(path)

    def on_gap(self) -> None:
        """Forget everything, and keep nothing until `on_live`."""
        with self._lock:
            self._live = False
            self._gaps += 1
            self._forget()

    def clear(self) -> None:
        """Forget everything, with the results of running fetches."""
        with self._lock:
            self._gaps += 1
            self._forget()

    def on_live(self) -> None:
        """Changes are seen from now on."""
        with self._lock:
            self._live = True

    def _ticket(self, stripe: int | None) -> Ticket:
        return Ticket(self._gaps, self._all_evictions if stripe is None else self._evictions[stripe], stripe)

    def _forget(self) -> None:
        self._answers.clear()
        self._paths.clear()
        self._bytes = 0

    def _drop(self, path: str) -> None:
        answer = self._answers.pop(path, None)
        if answer is None:
            return
        self._bytes -= _cost(answer)
        for holder in answer.holders:
            paths = self._paths[holder.schema_id]
            paths.discard(path)
            if not paths:
                del self._paths[holder.schema_id]


def _joined(before: Answer | None, answer: Answer) -> Answer:
    """The answer with the holders of an equal one that is kept already: contents are shared between subjects."""
    if before is None or (before.body, before.headers) != (answer.body, answer.headers):
        return answer
    return replace(answer, holders=tuple(dict.fromkeys((*before.holders, *answer.holders))))


def _cost(answer: Answer) -> int:
    return len(answer.body) + _OVERHEAD + _HOLDER_BYTES * (len(answer.holders) - 1)


def header(headers: Sequence[tuple[str, str]], name: str) -> str | None:
    """Return the value of a header, case-insensitively."""
    return next((value for key, value in headers if key.lower() == name), None)


def compressible(content_type: str | None) -> bool:
    """Whether answers of a media type are compressed for clients that ask for it."""
    return _compressible(content_type or "") is not None
