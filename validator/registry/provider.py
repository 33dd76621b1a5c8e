"""Schemas from a registry over HTTP, kept as long as they may be."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from shared.clock import Clock
from shared.logs import logger
from shared.model import GlobalId, SchemaId, VersionNumber
from validator.metrics import Metrics
from validator.model import Lookup, NotFound, SchemaRef, StoredSchema, Unavailable
from validator.pipeline.limits import Backoff, BackoffTimes
from validator.registry.client import RegistryClient, RegistryUnavailable
from validator.registry.contents import ContentReader
from validator.registry.reading import VersionReader


@dataclass(frozen=True, slots=True)
class CacheTimes:
    """How long answers count, in seconds, and how many schemas are kept. A version never changes, so it counts for ever."""

    latest: float = 2.0
    missing: float = 1.0
    capacity: int = 1_000
    retry: BackoffTimes = BackoffTimes(first=0.2, longest=5.0)  # noqa: RUF009 - a frozen value


@dataclass(frozen=True, slots=True)
class _Answer:
    lookup: Lookup
    until: float


T = TypeVar("T")

_Asked = tuple[SchemaId, VersionNumber | None] | GlobalId | UUID


class CachedSchemas:
    """A `SchemaProvider` over one registry.

    A version that was read once is known for as long as the process lives. `latest`, and that something is missing, is asked again after
    a moment: a wrong answer to either could dead-letter what is right. When the registry does not answer, nothing more is asked
    until the back-off is over.
    """

    def __init__(self, client: RegistryClient, times: CacheTimes, clock: Clock, metrics: Metrics) -> None:
        """Nothing is asked yet."""
        self._versions = VersionReader(client, times.capacity)
        self._contents = ContentReader(client, times.capacity)
        self._times = times
        self._clock = clock
        self._metrics = metrics
        self._answers: dict[_Asked, _Answer] = {}
        self._subjects: dict[GlobalId, tuple[frozenset[str], float]] = {}
        self._backoff = Backoff(times.retry)
        self._silent_until = 0.0
        self._silence = ""
        self._lock = threading.RLock()  # one question at a time: many askers, one request

    @property
    def available(self) -> bool:
        """Whether the last question had an answer."""
        return not self._silence

    def find(self, ref: SchemaRef) -> Lookup:
        """The schema of a reference."""
        if ref.version is not None and (known := self._versions.known(ref.schema_id, ref.version)) is not None:
            self._metrics.cache_hit()
            return known
        return self._find((ref.schema_id, ref.version), lambda: self._versions.read(ref.schema_id, ref.version))

    def content(self, global_id: GlobalId) -> Lookup:
        """The text with a global id."""
        known = self._contents.known(global_id)
        if known is not None:
            self._metrics.cache_hit()
            return known
        return self._find(global_id, lambda: self._contents.read(global_id))

    def content_by_guid(self, guid: UUID) -> Lookup:
        """The text with a GUID."""
        global_id = self._contents.id_of(guid)
        if global_id is not None:
            return self.content(global_id)
        return self._find(guid, lambda: self._contents.read_by_guid(guid))

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable:
        """Whether a subject has a version with a global id. That it has stays so; that it has not is asked again after a moment."""
        with self._lock:
            subjects, until = self._subjects.get(global_id, (frozenset(), 0.0))
            if subject in subjects or self._clock.monotonic() < until:
                return subject in subjects
            found = self._asked(lambda: self._contents.subjects(global_id))
            if isinstance(found, Unavailable):
                return found
            if len(self._subjects) >= self._times.capacity:
                self._subjects.clear()
            self._subjects[global_id] = (found, self._clock.monotonic() + self._times.missing)
            return subject in found

    def _find(self, asked: _Asked, read: Callable[[], StoredSchema | NotFound]) -> Lookup:
        with self._lock:
            answer = self._answers.get(asked)
            if answer is not None and self._clock.monotonic() < answer.until:
                self._metrics.cache_hit()
                return answer.lookup
            return self._ask(asked, read)

    def _ask(self, asked: _Asked, read: Callable[[], StoredSchema | NotFound]) -> Lookup:
        lookup = self._asked(read)
        if not isinstance(lookup, Unavailable):
            self._remember(asked, lookup)
        return lookup

    def _asked(self, read: Callable[[], T]) -> T | Unavailable:
        """What the registry says, unless it was silent just now."""
        if self._silence and self._clock.monotonic() < self._silent_until:
            return Unavailable(self._silence)
        self._metrics.cache_misses.inc()
        try:
            found = read()
        except RegistryUnavailable as error:
            return self._unavailable(error.message)
        self._answered()
        return found

    def _remember(self, asked: _Asked, lookup: Lookup) -> None:
        now = self._clock.monotonic()
        if isinstance(lookup, NotFound):
            seconds = self._times.missing
        elif isinstance(asked, tuple) and asked[1] is None:
            seconds = self._times.latest
        else:
            self._answers.pop(asked, None)
            return  # it never changes, and is kept where it was read
        if len(self._answers) >= self._times.capacity:
            self._answers = {key: answer for key, answer in self._answers.items() if answer.until > now}
        if len(self._answers) < self._times.capacity:
            self._answers[asked] = _Answer(lookup, now + seconds)

    def _unavailable(self, detail: str) -> Unavailable:
        if not self._silence:
            logger().warning("the registry does not answer", detail=detail)
        self._metrics.registry_failures.inc()
        self._silence = detail
        self._silent_until = self._clock.monotonic() + self._backoff.pause()
        return Unavailable(detail)

    def _answered(self) -> None:
        if self._silence:
            logger().info("the registry answers again")
        self._silence = ""
        self._backoff.reset()
