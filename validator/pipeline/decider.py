"""Attributes of a message -> decision about its payload.

The port that the modes implement, and the default decider.
"""

from collections.abc import Hashable
from typing import Protocol

from sluicegate.validator.model import Unprocessable
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Always, Checks, Decision
from sluicegate.validator.pipeline.envelope import Attributes


class Decider(Protocol):
    """One mode of the worker. A mode that modifies another one contains it."""

    def likeness(self, attributes: Attributes) -> Hashable:
        """All that `decide` looks at: messages that agree in it are decided alike.

        Asked for most messages, so it must be cheap.
        """
        ...

    def decide(self, attributes: Attributes) -> Decision:
        """Return the decision for payloads with these attributes. May call the registry.

        Do not keep the decision for longer than a batch: it gets old.
        """
        ...


class ByAttributes:
    """Each message names its schema."""

    def __init__(self, checks: Checks) -> None:
        """Take the decisions from here."""
        self._checks = checks
        self.likeness = envelope.naming

    def decide(self, attributes: Attributes) -> Decision:
        """As the schema that is named."""
        ref = envelope.read(attributes)
        return Always(ref) if isinstance(ref, Unprocessable) else self._checks.decide(ref)


class LatestVersion:
    """Decides by the latest version of the schema that a message names, whichever version it names."""

    def __init__(self, inner: Decider) -> None:
        """Pass attributes on to `inner`, with another version."""
        self._inner = inner

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return the likeness of attributes that name the latest version."""
        return self._inner.likeness(_latest(attributes))

    def decide(self, attributes: Attributes) -> Decision:
        """Decide as for attributes that name the latest version."""
        return self._inner.decide(_latest(attributes))


def _latest(attributes: Attributes) -> Attributes:
    others = {name: value for name, value in attributes.items() if name not in envelope.VERSION}
    return {**others, envelope.VERSION[0]: envelope.LATEST.encode()}
