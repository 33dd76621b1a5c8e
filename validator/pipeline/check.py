"""The schema that a message names -> how its payload is decided."""

import sys
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from sluicegate.shared.errors import CompilerUnavailable, FormatUnsupported, MessageTypeUnknown, SchemaError
from sluicegate.shared.formats.engine import FormatEngine, MessageTyped, PayloadValidator, parsed
from sluicegate.shared.model import SchemaFormat
from sluicegate.validator.model import (
    MAX_VERSION,
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
    Unreadable,
    Verdict,
)
from sluicegate.validator.pipeline.limited import (
    NOTHING_ON_THE_SPOT,
    UNLIMITED,
    LimitedChecker,
    OnTheSpot,
    Subject,
    code_of,
    sizes,
)
from sluicegate.validator.pipeline.lru import LruCache
from sluicegate.validator.ports import SchemaProvider

Quick: TypeAlias = tuple[int, Callable[[bytes], bool]]
"""Maximum of bytes, and the check that decides payloads of up to that size."""

_IMPOSSIBLE: Final = f"There is no such schema: ids begin at 1, and versions are from 1 to {MAX_VERSION}"

EngineOf: TypeAlias = Callable[[SchemaFormat], FormatEngine]


class Decision(Protocol):
    """How payloads are decided that name one schema. Immutable."""

    @property
    def format(self) -> SchemaFormat | None:
        """The format of the schema; None while none is known, or when payloads are of several."""
        ...

    @property
    def accepts(self) -> Callable[[bytes], bool]:
        """Whether a payload is certain to be valid at once: the hot path.

        Otherwise `verdict` knows.
        """
        ...

    def verdict(self, payload: bytes) -> Verdict:
        """Return the verdict about a payload, with reasons.

        Raises only the errors of the pulse: `Interrupted`.
        """
        ...


class Check:
    """Decides by a compiled schema.

    Payloads whose check surely ends soon are checked here; all others in a process that can be
    ended.
    """

    __slots__ = ("_limited", "_sizes", "_subject", "validator")

    def __init__(
        self, validator: PayloadValidator, subject: Subject, limited: LimitedChecker | None, *, cautious: bool = False
    ) -> None:
        """Without a limited checker everything is checked here; a cautious check does nothing here."""
        self.validator = validator
        self._subject = subject
        self._limited = limited or OnTheSpot()
        if limited is None:
            self._sizes = UNLIMITED
        else:
            self._sizes = NOTHING_ON_THE_SPOT if cautious else sizes(validator.effort())

    @property
    def format(self) -> SchemaFormat:
        """The schema's."""
        return self._subject.schema.format

    @property
    def quick(self) -> Quick:
        """See `quick`."""
        return self._sizes.at_once, self.validator.accepts

    def accepts(self, payload: bytes) -> bool:
        """Whether the payload is valid, unless it takes too long to say."""
        return len(payload) <= self._sizes.at_once and self.validator.accepts(payload)

    def verdict(self, payload: bytes) -> Verdict:
        """Valid, or invalid with the violations."""
        size = len(payload)
        if size > self._sizes.quiet:
            self._limited.beat()
        if size > self._sizes.soon:
            return self._public(self._limited.verdict(self._subject, payload))
        if size > self._sizes.explained:
            accepted = self.validator.accepts(payload)
            return VALID if accepted else self._public(self._limited.reasons(self._subject, payload))
        rejection = self.validator.explain(payload)
        if rejection is None:
            return VALID
        return Invalid(code_of(rejection.fault), rejection.violations, self.validator.public_path)

    def _public(self, verdict: Verdict) -> Verdict:
        """Add the function that removes names of the payload from a path: a process cannot send it."""
        if not isinstance(verdict, Invalid):
            return verdict
        return Invalid(verdict.code, verdict.violations, self.validator.public_path)


def quick(decision: Decision) -> Quick:
    """Return a decision for the hot loop.

    The validator's own method is one call less for each message.
    """
    return decision.quick if isinstance(decision, Check) else (sys.maxsize, decision.accepts)


class Always:
    """The same verdict for every payload, which is never `Valid`."""

    __slots__ = ("_verdict", "format")

    def __init__(self, verdict: Unprocessable | Retry, schema_format: SchemaFormat | None = None) -> None:
        """Keep it. The format is that of the schema, where one was found."""
        self._verdict = verdict
        self.format = schema_format

    def accepts(self, _: bytes) -> bool:
        """Never."""
        return False

    def verdict(self, _: bytes) -> Verdict:
        """The one."""
        return self._verdict


class Checks:
    """Decisions by compiled schemas, in a cache of the last used ones. Thread-safe."""

    def __init__(
        self,
        provider: SchemaProvider,
        engine_of: EngineOf,
        capacity: int,
        limited: LimitedChecker | None = None,
        *,
        cautious: bool = False,
    ) -> None:
        """`engine_of` returns a format's engine or raises `FormatUnsupported`.

        `limited` runs checks that may take long. With `cautious` it runs all checks, and compiles
        each schema before this process does.
        """
        self._cautious = cautious
        self._provider = provider
        self._limited = limited
        self._engine_of = engine_of
        self._compiled: LruCache[tuple[StoredSchema, str | None], Decision] = LruCache(capacity)

    def decide(self, ref: SchemaRef, *, named: bool = True) -> Decision:
        """Return how payloads of this schema are decided.

        May ask the registry; a `Retry` is worth another try later.

        `named`: the message itself names the schema. One that the settings name is waited for while
        it is unreadable: no message is to blame.
        """
        try:
            if ref.format is not None:
                self._engine_of(ref.format)
        except FormatUnsupported as error:
            return Always(Unprocessable(Code.FORMAT_UNSUPPORTED, error.message))
        if not possible(ref):
            return Always(Unprocessable(Code.SCHEMA_NOT_FOUND, _IMPOSSIBLE))
        found = self._provider.find(ref)
        if isinstance(found, Unreadable) and not named:
            return Always(Retry(found.detail))
        return self.by(found, ref.format, ref.message_type)

    def by(self, found: Lookup, said: SchemaFormat | None, message_type: str | None = None) -> Decision:
        """How payloads are decided whose schema was looked up.

        `said` is the format that the message says it has.
        """
        if isinstance(found, Unavailable):
            return Always(Retry(found.detail))
        if isinstance(found, NotFound):
            return Always(Unprocessable(Code.SCHEMA_NOT_FOUND, found.detail))
        if isinstance(found, Unreadable):
            return Always(unreadable(found))
        if said is not None and said != found.format:
            return Always(_mismatch(said, found), found.format)
        try:
            return self._decision(found, message_type)
        except CompilerUnavailable as error:  # not kept: nothing is known about the schema yet
            return Always(Retry(error.message))

    def _decision(self, schema: StoredSchema, message_type: str | None) -> Decision:
        decision = self._compiled.get((schema, None), lambda: self._compile(schema))
        if message_type is None or not isinstance(decision, Check):
            return decision
        validator = decision.validator
        if not isinstance(validator, MessageTyped):
            return decision  # an attribute of another program
        try:
            subject = Subject(schema, message_type)
            key = (schema, message_type)
            return self._compiled.get(key, lambda: self._check(validator.for_message(message_type), subject))
        except MessageTypeUnknown as error:  # not kept: there is no end of names that are wrong
            return Always(Unprocessable(Code.ATTRIBUTE_INVALID, error.message), schema.format)

    def _check(self, validator: PayloadValidator, subject: Subject) -> Check:
        return Check(validator, subject, self._limited, cautious=self._cautious)

    def _compile(self, schema: StoredSchema) -> Decision:
        try:
            engine = self._engine_of(schema.format)
            crash = self._limited.compiles(Subject(schema)) if self._cautious and self._limited is not None else None
            if isinstance(crash, Retry):
                raise CompilerUnavailable(crash.reason)
            if crash is not None:
                return Always(crash, schema.format)
            return self._check(engine.compile(parsed(engine, schema.source)), Subject(schema))
        except FormatUnsupported as error:
            return Always(Unprocessable(Code.FORMAT_UNSUPPORTED, error.message))
        except SchemaError as error:
            reason = f"Schema {schema.name} cannot be used: {error.message}"
            return Always(Unprocessable(Code.SCHEMA_UNUSABLE, reason, error.violations), schema.format)


def possible(ref: SchemaRef) -> bool:
    """Return whether a registry can have given these numbers out. Others are not asked for."""
    return ref.schema_id > 0 and (ref.version is None or 0 < ref.version <= MAX_VERSION)


def unreadable(found: Unreadable) -> Unprocessable:
    """Return the verdict on messages whose schema the registry gives no usable answer about."""
    return Unprocessable(
        Code.SCHEMA_UNREADABLE, f"The registry gives no usable answer about the schema: {found.detail}"
    )


def _mismatch(named: SchemaFormat, schema: StoredSchema) -> Unprocessable:
    return Unprocessable(
        Code.FORMAT_MISMATCH,
        f"The message says format {named.value!r}, but schema {schema.name} is {schema.format.value!r}",
    )
