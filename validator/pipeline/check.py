"""The schema that a message names -> how its payload is decided."""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from shared.errors import CompilerUnavailable, FormatUnsupported, MessageTypeUnknown, SchemaError
from shared.formats.engine import Fault, FormatEngine, MessageTyped, PayloadValidator, parsed
from shared.model import SchemaFormat, SchemaId, VersionNumber
from validator.model import (
    VALID,
    Code,
    Invalid,
    Lookup,
    NotFound,
    Retry,
    SchemaRef,
    StoredSchema,
    Unavailable,
    Unprocessable,
    Verdict,
)
from validator.pipeline.lru import LruCache
from validator.ports import SchemaProvider

EngineOf: TypeAlias = Callable[[SchemaFormat], FormatEngine]


class Decision(Protocol):
    """How payloads are decided that name one schema. Immutable, never blocks, never raises."""

    @property
    def accepts(self) -> Callable[[bytes], bool]:
        """Whether a payload is valid: the hot path."""
        ...

    def verdict(self, payload: bytes) -> Verdict:
        """What becomes of a payload, and why."""
        ...


class Check:
    """Decides by a compiled schema."""

    __slots__ = ("accepts", "validator")

    accepts: Callable[[bytes], bool]

    def __init__(self, validator: PayloadValidator) -> None:
        """Bind the validator's own method: one call less for each message."""
        self.validator = validator
        self.accepts = validator.accepts

    def verdict(self, payload: bytes) -> Verdict:
        """Valid, or invalid with the violations."""
        rejection = self.validator.explain(payload)
        if rejection is None:
            return VALID
        code = Code.PAYLOAD_MALFORMED if rejection.fault is Fault.MALFORMED else Code.PAYLOAD_INVALID
        return Invalid(code, rejection.violations)


class Always:
    """The same verdict for every payload, which is never `Valid`."""

    __slots__ = ("_verdict",)

    def __init__(self, verdict: Unprocessable | Retry) -> None:
        """Keep it."""
        self._verdict = verdict

    def accepts(self, _: bytes) -> bool:
        """Never."""
        return False

    def verdict(self, _: bytes) -> Verdict:
        """The one."""
        return self._verdict


class Checks:
    """Decisions for schemas, compiled once and kept: a bounded number of them, the least used go first. Thread-safe."""

    def __init__(self, provider: SchemaProvider, engine_of: EngineOf, capacity: int) -> None:
        """`engine_of` gives a format's engine or raises `FormatUnsupported`."""
        self._provider = provider
        self._engine_of = engine_of
        self._compiled: LruCache[tuple[SchemaId, VersionNumber, str | None], Decision] = LruCache(capacity)

    def decide(self, ref: SchemaRef) -> Decision:
        """How payloads are decided that name this schema. May ask the registry; a `Retry` is worth another try later."""
        try:
            if ref.format is not None:
                self._engine_of(ref.format)
        except FormatUnsupported as error:
            return Always(Unprocessable(Code.FORMAT_UNSUPPORTED, error.message))
        return self.by(self._provider.find(ref), ref.format, ref.message_type)

    def by(self, found: Lookup, said: SchemaFormat | None, message_type: str | None = None) -> Decision:
        """How payloads are decided whose schema was looked up. `said` is the format that the message says it has."""
        if isinstance(found, Unavailable):
            return Always(Retry(found.detail))
        if isinstance(found, NotFound):
            return Always(Unprocessable(Code.SCHEMA_NOT_FOUND, found.detail))
        if said is not None and said != found.format:
            return Always(_mismatch(said, found))
        try:
            return self._decision(found, message_type)
        except CompilerUnavailable as error:  # not kept: nothing is known about the schema yet
            return Always(Retry(error.message))

    def _decision(self, schema: StoredSchema, message_type: str | None) -> Decision:
        decision = self._compiled.get((schema.schema_id, schema.version, None), lambda: self._compile(schema))
        if message_type is None or not isinstance(decision, Check):
            return decision
        validator = decision.validator
        if not isinstance(validator, MessageTyped):
            return decision  # somebody else's attribute
        try:
            key = (schema.schema_id, schema.version, message_type)
            return self._compiled.get(key, lambda: Check(validator.for_message(message_type)))
        except MessageTypeUnknown as error:  # not kept: there is no end of names that are wrong
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, error.message))

    def _compile(self, schema: StoredSchema) -> Decision:
        try:
            engine = self._engine_of(schema.format)
            return Check(engine.compile(parsed(engine, schema.source)))
        except FormatUnsupported as error:
            return Always(Unprocessable(Code.FORMAT_UNSUPPORTED, error.message))
        except SchemaError as error:
            reason = f"Schema {schema.name} cannot be used: {error.message}"
            return Always(Unprocessable(Code.SCHEMA_UNUSABLE, reason, error.violations))


def _mismatch(named: SchemaFormat, schema: StoredSchema) -> Unprocessable:
    return Unprocessable(
        Code.FORMAT_MISMATCH,
        f"The message says format {named.value!r}, but schema {schema.name} is {schema.format.value!r}",
    )
