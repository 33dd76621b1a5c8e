"""Schemas from a registry over HTTP, kept as long as they may be."""

import threading
from dataclasses import dataclass

from shared.clock import Clock
from shared.logs import logger
from shared.model import SchemaId, VersionNumber
from validator.metrics import Metrics
from validator.model import Lookup, NotFound, SchemaRef, Unavailable
from validator.pipeline.limits import Backoff, BackoffTimes
from validator.registry.client import RegistryClient, RegistryUnavailable
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


_Asked = tuple[SchemaId, VersionNumber | None]


class CachedSchemas:
    """A `SchemaProvider` over one registry.

    A version that was read once is known for as long as the process lives. `latest`, and that something is missing, is asked again after
    a moment: a wrong answer to either could dead-letter what is right. When the registry does not answer, nothing more is asked
    until the back-off is over.
    """

    def __init__(self, client: RegistryClient, times: CacheTimes, clock: Clock, metrics: Metrics) -> None:
        """Nothing is asked yet."""
        self._versions = VersionReader(client, times.capacity)
        self._times = times
        self._clock = clock
        self._metrics = metrics
        self._answers: dict[_Asked, _Answer] = {}
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
            self._metrics.cache_hits.inc()
            return known
        with self._lock:
            asked = (ref.schema_id, ref.version)
            answer = self._answers.get(asked)
            if answer is not None and self._clock.monotonic() < answer.until:
                self._metrics.cache_hits.inc()
                return answer.lookup
            return self._ask(asked)

    def _ask(self, asked: _Asked) -> Lookup:
        if self._silence and self._clock.monotonic() < self._silent_until:
            return Unavailable(self._silence)
        self._metrics.cache_misses.inc()
        try:
            lookup = self._versions.read(*asked)
        except RegistryUnavailable as error:
            return self._unavailable(error.message)
        self._answered()
        self._remember(asked, lookup)
        return lookup

    def _remember(self, asked: _Asked, lookup: Lookup) -> None:
        now = self._clock.monotonic()
        if isinstance(lookup, NotFound):
            seconds = self._times.missing
        elif asked[1] is None:
            seconds = self._times.latest
        else:
            self._answers.pop(asked, None)
            return  # a version: it is among the versions, for ever
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
