"""The control question: whether the registry answers others while it fails over one.

It is about a schema that does not exist, so that no cache of the registry has the answer, and a
clear answer means that the registry and its database work. If anything was read before, it is read
again too: a registry that says 404 properly and fails over every schema that exists is out of
order, and no message is to blame.

Before anything was read, the registry is asked for an example: some other schema that it lists for
this caller. If it gives one, credentials and registry work. 403 without an example is about the
caller, who may lack every right, so that the worker waits; so is any failure if the registry lists
other schemas and gives none of them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.validator.registry.client import Example, RegistryClient, RegistryUnavailable

FRESH_SECONDS: Final = 1.0
"""How long a clear answer counts."""
MAX_UNANSWERED: Final = 1_000
"""Questions without any answer that are remembered; the oldest go first."""

_NEVER_THE_QUESTION: Final = frozenset({401, 407, 429})
"""Statuses about the caller or its rate, independent of the question."""
_CREDENTIALS: Final = frozenset({401, 407})
_FORBIDDEN: Final = 403


class Blame(Enum):
    """The cause of a failure: its question, the caller, the registry, or unknown until a repetition."""

    QUESTION = auto()
    CALLER = auto()
    REGISTRY = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Question:
    """A question that failed: `nothing` asks the same about what does not exist, `example` for another schema.

    `kind`: questions that have both in common. `nothing` raises `RegistryUnavailable`.
    """

    asked: Hashable
    kind: str
    nothing: Callable[[], object]
    example: Callable[[], Example]


class Control:
    """Tells failures of one question from failures of the registry. Not thread-safe."""

    def __init__(self, client: RegistryClient, clock: Clock) -> None:
        """Ask through a client."""
        self._client = client
        self._clock = clock
        self._clear_until: dict[object, float] = {}
        self._unanswered: dict[Hashable, None] = {}

    def blame(self, question: Question, failure: RegistryUnavailable) -> Blame:
        """Return the cause of a failure."""
        if not failure.reached or failure.status in _NEVER_THE_QUESTION:
            return Blame.CALLER if failure.status in _CREDENTIALS else Blame.REGISTRY
        if not failure.status and not self._unanswered_before(question.asked):
            return Blame.UNKNOWN
        if self._clock.monotonic() < self._clear_until.get(question.kind, 0.0):
            return Blame.QUESTION
        blame = self._controlled(question, failure)
        if blame is Blame.QUESTION:
            self._clear_until[question.kind] = self._clock.monotonic() + FRESH_SECONDS
        return blame

    def _controlled(self, question: Question, failure: RegistryUnavailable) -> Blame:
        known = self._client.last_found
        if not self._answers(question.nothing, known):
            return Blame.CALLER if failure.status == _FORBIDDEN and known is None else Blame.REGISTRY
        example = Example.READ if known is not None else question.example()
        if example is Example.READ:
            return Blame.QUESTION
        if failure.status == _FORBIDDEN:
            return Blame.CALLER
        return Blame.REGISTRY if example is Example.FAILED else Blame.QUESTION

    def _unanswered_before(self, question: Hashable) -> bool:
        """Return whether a question has had no answer before.

        The first time it gets no control: that may take a timeout.
        """
        if question in self._unanswered:
            return True
        full = len(self._unanswered) >= MAX_UNANSWERED
        if full:
            del self._unanswered[next(iter(self._unanswered))]
        self._unanswered[question] = None
        # it may be a forgotten one: with more than the limit in memory, each of them would be
        return full

    def _answers(self, nothing: Callable[[], object], known: str | None) -> bool:
        try:
            nothing()
            if known is not None:
                self._client.ask(known)  # a 404 is clear: it may have been deleted since
        except RegistryUnavailable:
            return False
        return True
