"""Schemas from a registry over HTTP, kept as long as they may be."""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from uuid import UUID

from sluicegate.shared.clock import Clock
from sluicegate.shared.logs import logger
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber
from sluicegate.validator.model import Lookup, NotFound, SchemaRef, StoredSchema, Unavailable, Unreadable
from sluicegate.validator.pipeline.limits import Backoff, BackoffTimes
from sluicegate.validator.registry.client import RegistryClient, RegistryUnavailable
from sluicegate.validator.registry.contents import ContentReader
from sluicegate.validator.registry.control import Blame, Control, Question
from sluicegate.validator.registry.reading import VersionReader
from sluicegate.validator.registry.suspects import Suspects
from sluicegate.validator.telemetry.metrics import Metrics


@dataclass(frozen=True, slots=True)
class CacheTimes:
    """How long answers count, in seconds, and how many schemas are kept.

    A version never changes, so after `known` seconds it is only compared with the registry's
    answer: a database that was restored from a backup may have given its number to another text.
    """

    known: float = 300.0
    latest: float = 2.0
    missing: float = 1.0
    unreadable: float = 30.0
    capacity: int = 1_000
    retry: BackoffTimes = BackoffTimes(first=0.2, longest=5.0)  # noqa: RUF009 - a frozen value


@dataclass(frozen=True, slots=True)
class _Answer:
    lookup: Lookup
    until: float


T = TypeVar("T")

_Asked = tuple[SchemaId, VersionNumber | None] | GlobalId | UUID


@dataclass(frozen=True, slots=True)
class _Subjects:
    """The question which subjects have a global id."""

    global_id: GlobalId


_Question = _Asked | _Subjects


class CachedSchemas:
    """A `SchemaProvider` over one registry.

    A version is cached for the lifetime of the process. `latest`, and missing schemas, are asked
    again after a short time: a wrong answer to either could dead-letter valid messages. If the
    registry does not answer, no request is sent until the back-off ends. A question that fails
    while the registry answers others is a suspect: it has its own pauses, and is `Unreadable` after
    a bounded time.
    """

    def __init__(self, client: RegistryClient, times: CacheTimes, clock: Clock, metrics: Metrics) -> None:
        """Nothing is asked yet."""
        self._versions = VersionReader(client, times.capacity)
        self._contents = ContentReader(client, times.capacity)
        self._times = times
        self._clock = clock
        self._metrics = metrics
        self._answers: dict[_Asked, _Answer] = {}
        self._compared: dict[_Asked, float] = {}  # when a known schema was last read
        self._subjects: dict[GlobalId, tuple[frozenset[str], float]] = {}
        self._doubted = -math.inf  # when a restored registry was noticed
        self._suspects = Suspects(times.unreadable, clock)
        self._control = Control(client, clock)
        self._client = client
        self._backoff = Backoff(times.retry)
        self._silent_until = 0.0
        self._silence = ""
        self._refusing = False
        self._lock = threading.RLock()  # one question at a time: many askers, one request

    @property
    def available(self) -> bool:
        """Whether the last question had an answer."""
        return not self._silence

    def find(self, ref: SchemaRef) -> Lookup:
        """The schema of a reference."""
        schema_id, version = ref.schema_id, ref.version
        return self._noted(
            self._known_or_found(
                (schema_id, version),
                lambda: None if version is None else self._versions.known(schema_id, version),
                lambda: self._versions.read(schema_id, version),
            )
        )

    def content(self, global_id: GlobalId) -> Lookup:
        """The text with a global id."""
        return self._noted(
            self._known_or_found(
                global_id, lambda: self._contents.known(global_id), lambda: self._contents.read(global_id)
            )
        )

    def content_by_guid(self, guid: UUID) -> Lookup:
        """The text with a GUID."""
        return self._noted(
            self._known_or_found(
                guid, lambda: self._contents.known_by_guid(guid), lambda: self._contents.read_by_guid(guid)
            )
        )

    def registered(self, global_id: GlobalId, subject: str) -> bool | Unavailable | Unreadable:
        """Whether a subject has a version with a global id.

        That it has stays so; that it has not is asked again after a moment.
        """
        with self._lock:
            subjects, until = self._subjects.get(global_id, (frozenset(), 0.0))
            if subject in subjects or self._clock.monotonic() < until:
                return subject in subjects
            found = self._asked(_Subjects(global_id), lambda: self._contents.subjects(global_id))
            if isinstance(found, Unavailable | Unreadable):
                return found
            if len(self._subjects) >= self._times.capacity:
                self._subjects.clear()
            self._subjects[global_id] = (found, self._clock.monotonic() + self._times.missing)
            return subject in found

    def _noted(self, found: Lookup) -> Lookup:
        """Count a deprecated schema. No message is rejected for it."""
        if isinstance(found, StoredSchema) and found.deprecated:
            self._metrics.deprecated.inc()
        return found

    def _known_or_found(
        self, asked: _Asked, peek: Callable[[], StoredSchema | None], read: Callable[[], StoredSchema | NotFound]
    ) -> Lookup:
        """Return the cached schema, now and then compared with the registry; else ask the registry."""
        known = peek()
        if known is None:
            with self._lock:  # another thread may have read it meanwhile
                known = peek()
                return self._find(asked, read) if known is None else known
        now = self._clock.monotonic()
        if now - self._compared.setdefault(asked, now) < self._times.known:
            self._metrics.cache_hit()
            return known
        with self._lock:
            self._compared[asked] = now
            found = self._asked(asked, read)
        if not isinstance(found, StoredSchema):  # unavailable or deleted: the cached schema stays
            return known
        if found != known:
            logger().warning("schema changed in the registry: its number was given out again", schema=found.name)
            self._doubt_all(now)
        return found

    def _doubt_all(self, now: float) -> None:
        """Have everything that is kept compared at its next use: the registry was restored.

        A second difference soon after is of the same restoration.
        """
        if now - self._doubted < self._times.known:
            return
        with self._lock:
            self._doubted = now
            self._compared = dict.fromkeys(self._compared, -math.inf)
            self._subjects.clear()

    def _find(self, asked: _Asked, read: Callable[[], StoredSchema | NotFound]) -> Lookup:
        with self._lock:
            answer = self._answers.get(asked)
            if answer is not None and self._clock.monotonic() < answer.until:
                self._metrics.cache_hit()
                return answer.lookup
            return self._ask(asked, read)

    def _ask(self, asked: _Asked, read: Callable[[], StoredSchema | NotFound]) -> Lookup:
        lookup = self._asked(asked, read)
        if not isinstance(lookup, Unavailable | Unreadable):
            self._remember(asked, lookup)
        return lookup

    def _asked(self, question: _Question, read: Callable[[], T]) -> T | Unavailable | Unreadable:
        """Return the registry's answer, unless it or the question failed a moment ago."""
        if self._silence and self._clock.monotonic() < self._silent_until:
            return self._failed(question, self._silence)
        if (failed := self._suspects.waiting(question)) is not None:
            return self._failed(question, failed)
        self._metrics.cache_misses.inc()
        try:
            found = read()
        except RegistryUnavailable as error:
            self._metrics.registry_failures.inc()
            self._failed_with(question, error)
            return self._failed(question, error.message)
        self._answered()
        if self._suspects.acquit(question):
            self._metrics.unreadable.set(len(self._suspects))
        return found

    def _failed_with(self, question: _Question, error: RegistryUnavailable) -> None:
        """Record a failure where it belongs."""
        match self._control.blame(self._controlled(question), error):
            case Blame.QUESTION:
                self._answered()
                self._suspects.add(question, error.message, error.status)
            case Blame.CALLER:
                self._suspects.outage(question)
                self._refused(error.message)
            case Blame.REGISTRY:
                self._suspects.outage(question)
                self._silent(error.message)
            case Blame.UNKNOWN:
                self._silent(error.message)
        self._metrics.unreadable.set(len(self._suspects))

    def _failed(self, question: _Question, detail: str) -> Unavailable | Unreadable:
        return Unreadable(detail) if self._suspects.unreadable(question) else Unavailable(detail)

    def _controlled(self, question: _Question) -> Question:
        """Return a question with its control questions."""
        contents = self._contents
        match question:
            case (schema_id, _):
                return Question(question, "native", self._client.probe, lambda: self._client.example(schema_id))
            case UUID():
                return Question(question, "guid", contents.probe_guid, lambda: contents.example(None))
            case _Subjects():
                example = partial(contents.example, question.global_id)
                return Question(question, "subjects", contents.probe_subjects, example)
            case _:
                return Question(question, "id", contents.probe, lambda: contents.example(question))

    def _remember(self, asked: _Asked, lookup: Lookup) -> None:
        now = self._clock.monotonic()
        if isinstance(lookup, NotFound):
            seconds = self._times.missing
        elif isinstance(asked, tuple) and asked[1] is None:
            seconds = self._times.latest
        else:
            self._answers.pop(asked, None)
            if len(self._compared) >= 2 * self._times.capacity:
                self._compared.clear()
            self._compared[asked] = now
            return  # it never changes, and is kept where it was read
        if len(self._answers) >= self._times.capacity:
            self._answers = {key: answer for key, answer in self._answers.items() if answer.until > now}
        if len(self._answers) < self._times.capacity:
            self._answers[asked] = _Answer(lookup, now + seconds)

    def _refused(self, detail: str) -> None:
        """Record that this caller has no rights. Messages wait until the right is granted."""
        if not self._refusing:
            logger().error(
                "registry refuses the validator's credentials; grant the right to read schemas", detail=detail
            )
        self._silent(detail)
        self._refusing = True
        self._metrics.refused.set(1)

    def _silent(self, detail: str) -> None:
        if not self._silence:
            logger().warning("registry unavailable", detail=detail)
        self._silence = detail
        self._silent_until = self._clock.monotonic() + self._backoff.pause()

    def _answered(self) -> None:
        if self._silence:
            logger().info("registry available again")
        self._silence = ""
        self._refusing = False
        self._metrics.refused.set(0)
        self._backoff.reset()
