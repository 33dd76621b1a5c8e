"""The control question: whether the registry answers others while it fails over one.

It is about a schema that does not exist, so that no cache of the registry has the answer, and a clear answer means
that the registry and its database work. If anything was read before, it is read again too: a registry that says 404
properly and fails over every schema that exists is out of order, and no message is to blame.
"""

from collections.abc import Callable, Hashable
from typing import Final

from sluicegate.shared.clock import Clock
from sluicegate.validator.registry.client import RegistryClient, RegistryUnavailable

FRESH_SECONDS: Final = 1.0
"""How long a clear answer counts."""

_NEVER_THE_QUESTION: Final = frozenset({401, 407, 429})
"""Answers about the caller or its pace, whatever was asked."""
_FORBIDDEN: Final = 403


class Control:
    """Tells failures of one question from failures of the registry. Not thread-safe."""

    def __init__(self, client: RegistryClient, clock: Clock) -> None:
        """Ask through a client."""
        self._client = client
        self._clock = clock
        self._clear_until: dict[object, float] = {}
        self._unanswered: Hashable = None

    def clears(
        self, question: Hashable, failure: RegistryUnavailable, nothing: Callable[[], object], kind: object
    ) -> bool:
        """Return whether a failure is the question's own.

        `nothing` asks about what does not exist, in the API of the question, which is `kind`; it raises
        `RegistryUnavailable`.
        """
        known = self._client.last_found
        if not self._may_be_own(question, failure) or (failure.status == _FORBIDDEN and known is None):
            return False
        now = self._clock.monotonic()
        if now >= self._clear_until.get(kind, 0.0):
            if not self._answers(nothing, known):
                return False
            self._clear_until[kind] = self._clock.monotonic() + FRESH_SECONDS
        return True

    def _may_be_own(self, question: Hashable, failure: RegistryUnavailable) -> bool:
        """A question without any answer is to blame only when it has none twice: asking again takes a timeout."""
        if failure.status or not failure.reached:
            return failure.reached and failure.status not in _NEVER_THE_QUESTION
        again, self._unanswered = question == self._unanswered, question
        return again

    def _answers(self, nothing: Callable[[], object], known: str | None) -> bool:
        try:
            nothing()
            if known is not None:
                self._client.ask(known)  # a 404 is clear: it may have been deleted since
        except RegistryUnavailable:
            return False
        return True
