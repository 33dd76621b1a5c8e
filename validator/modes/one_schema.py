"""The mode in which a worker is bound to one schema."""

from collections.abc import Callable, Hashable

from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.validator.model import (
    Code,
    Lookup,
    NotFound,
    Retry,
    SchemaRef,
    StoredSchema,
    Unavailable,
    Unprocessable,
    Unreadable,
    Valid,
    Verdict,
)
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Always, Checks, Decision
from sluicegate.validator.pipeline.envelope import Attributes, Named
from sluicegate.validator.ports import SchemaProvider


class OneSchema:
    """Every message is of one schema; it may name a version of it.

    A message that names none is checked against the version that is held: the one that is pinned,
    or else the latest when this began. When none is pinned and the message does not fit, the latest
    is asked for and checked against, too; if that fits, it is held from then on.
    """

    def __init__(
        self, provider: SchemaProvider, checks: Checks, schema_id: SchemaId, pinned: VersionNumber | None
    ) -> None:
        """Nothing is asked yet."""
        self._provider = provider
        self._checks = checks
        self._schema_id = schema_id
        self._pinned = pinned
        self._held = pinned
        self.likeness: Callable[[Attributes], Hashable] = envelope.naming

    def decide(self, attributes: Attributes) -> Decision:
        """By the version that the message names, or by the one that is held.

        A message of another schema is not for this worker.
        """
        named = envelope.read_named(attributes)
        if isinstance(named, Unprocessable):
            return Always(named)
        if named.schema_id not in {None, self._schema_id}:
            reason = (
                f"The message names schema {named.schema_id}, and this worker checks schema {self._schema_id} alone"
            )
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, reason))
        if named.version is not None or named.latest:
            return self._decided(named, named.version)
        return self._by_held(named)

    def _by_held(self, named: Named) -> Decision:
        if self._held is None:
            found = self._latest()
            if not isinstance(found, StoredSchema):
                return Always(_unknown(found))
            self._held = found.version
        held, version = self._decided(named, self._held, by_message=False), self._held
        if self._pinned is not None:
            return held
        return _Held(held, lambda payload, first: self._again(named, version, payload, first))

    def _again(self, named: Named, checked: VersionNumber, payload: bytes, first: Verdict) -> Verdict:
        """The verdict of the latest version, when it is newer than the one that `first` is about."""
        found = self._latest()
        if isinstance(found, Unavailable | Unreadable):
            return _unknown(found)
        if isinstance(found, NotFound) or found.version <= checked:
            return first
        newer = self._decided(named, found.version, by_message=False)
        verdict = Valid() if newer.accepts(payload) else newer.verdict(payload)
        if isinstance(verdict, Valid):
            self._held = found.version
        return verdict

    def _latest(self) -> Lookup:
        return self._provider.find(SchemaRef(self._schema_id, None, None))

    def _decided(self, named: Named, version: VersionNumber | None, *, by_message: bool = True) -> Decision:
        ref = SchemaRef(self._schema_id, version, named.format, named.message_type)
        return self._checks.decide(ref, named=by_message)


class _Held:
    """Decides by the held version; a payload that does not fit it leads to a new request."""

    __slots__ = ("_again", "_decision", "accepts", "format")

    def __init__(self, decision: Decision, again: Callable[[bytes, Verdict], Verdict]) -> None:
        self._decision = decision
        self._again = again
        self.accepts = decision.accepts
        self.format = decision.format

    def verdict(self, payload: bytes) -> Verdict:
        first = self._decision.verdict(payload)
        return first if isinstance(first, Valid | Retry) else self._again(payload, first)


def _unknown(found: NotFound | Unavailable | Unreadable) -> Unprocessable | Retry:
    """Return the verdict when the schema that the settings name cannot be read.

    Messages wait: none is to blame.
    """
    return Unprocessable(Code.SCHEMA_NOT_FOUND, found.detail) if isinstance(found, NotFound) else Retry(found.detail)
