"""Header validation: the other attributes, as a JSON object of strings, against a JSON schema."""

from collections.abc import Hashable
from dataclasses import dataclass

import orjson

from sluicegate.shared.model import SchemaFormat, SchemaId, VersionNumber
from sluicegate.validator.model import Code, Invalid, Retry, SchemaRef, Unprocessable, Valid, Verdict
from sluicegate.validator.pipeline import envelope
from sluicegate.validator.pipeline.check import Always, Checks, Decision
from sluicegate.validator.pipeline.decider import Decider
from sluicegate.validator.pipeline.envelope import Attributes

_OURS = frozenset(
    {
        envelope.VALIDATE_HEADER,
        envelope.FORMAT,
        *envelope.HEADER_SCHEMA_ID,
        *envelope.HEADER_VERSION,
        *envelope.SCHEMA_ID,
        *envelope.VERSION,
    }
)
"""Attributes without validation: the same as in the Dataphos validator."""

_YES, _NO = frozenset({"true", "1"}), frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class HeaderDefaults:
    """Defaults for messages without own attributes: whether to check the header, and the schema.

    `version` None is the latest.
    """

    validate: bool = False
    schema_id: SchemaId | None = None
    version: VersionNumber | None = None


class HeaderChecked:
    """Decides as another decider does, once the attributes are found to be good."""

    def __init__(self, inner: Decider, checks: Checks, defaults: HeaderDefaults) -> None:
        """`inner` decides about the payload."""
        self._inner = inner
        self._checks = checks
        self._defaults = defaults

    def likeness(self, attributes: Attributes) -> Hashable:
        """Return all attributes if they are checked; otherwise the likeness of the inner decider."""
        if self._defaults.validate or envelope.VALIDATE_HEADER in attributes:
            return tuple(attributes.items())
        return self._inner.likeness(attributes)

    def decide(self, attributes: Attributes) -> Decision:
        """Decide about the attributes first, then about the payload."""
        verdict = self._judge(attributes)
        return self._inner.decide(attributes) if isinstance(verdict, Valid) else Always(verdict)

    def _judge(self, attributes: Attributes) -> Valid | Unprocessable | Retry:
        wanted = self._wanted(attributes.get(envelope.VALIDATE_HEADER))
        if isinstance(wanted, Unprocessable):
            return wanted
        if not wanted:
            return Valid()
        ref = self._schema(attributes)
        return ref if isinstance(ref, Unprocessable) else self._fits(attributes, ref)

    def _wanted(self, said: bytes | None) -> bool | Unprocessable:
        text = (said or b"").decode(errors="replace").strip().lower()
        if said is None or text in _YES | _NO:
            return self._defaults.validate if said is None else text in _YES
        reason = f"The attribute {envelope.VALIDATE_HEADER!r} must be true or false: {text[:60]!r}"
        return Unprocessable(Code.ATTRIBUTE_INVALID, reason)

    def _schema(self, attributes: Attributes) -> SchemaRef | Unprocessable:
        named = envelope.read_header_schema(attributes)
        if isinstance(named, Unprocessable):
            return named
        if named.schema_id is None:
            named_id, version = self._defaults.schema_id, named.version or self._defaults.version
        else:
            named_id, version = named.schema_id, named.version
        if named_id is None:
            return envelope.missing(envelope.HEADER_SCHEMA_ID)
        if named.schema_id is not None and version is None and not named.latest:
            return envelope.missing(envelope.HEADER_VERSION)
        return SchemaRef(named_id, None if named.latest else version, SchemaFormat.JSON)

    def _fits(self, attributes: Attributes, ref: SchemaRef) -> Valid | Unprocessable | Retry:
        try:
            texts = {name: (value or b"").decode() for name, value in attributes.items() if name not in _OURS}
        except UnicodeDecodeError:
            return Unprocessable(Code.HEADER_INVALID, "Headers: a value is not UTF-8 text")
        by_message = any(attributes.get(name) for name in envelope.HEADER_SCHEMA_ID)
        verdict = _verdict(self._checks.decide(ref, named=by_message), orjson.dumps(texts))
        if isinstance(verdict, Invalid):
            return Unprocessable(Code.HEADER_INVALID, f"Headers: {verdict.reason}", verdict.violations)
        if isinstance(verdict, Unprocessable):
            return Unprocessable(verdict.code, f"Headers: {verdict.reason}", verdict.violations)
        return verdict


def _verdict(decision: Decision, payload: bytes) -> Verdict:
    return Valid() if decision.accepts(payload) else decision.verdict(payload)
