"""The interface of formats.

Each engine is a package beside this module; `catalog` is the only place that lists them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.effort import Effort
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import Finding, SchemaFormat, Violation

LARGEST_ARTIFACT: Final = 2 * 1024 * 1024
"""Bytes. A schema that is compiled to more is compiled again where it is used."""


@dataclass(frozen=True, slots=True)
class SchemaSource:
    """A verbatim schema: its text and its references, by their names in the text.

    `artifact` is the earlier result of a `Precompiled` or `Marking` engine for this schema, if
    available.
    """

    text: str
    references: tuple["NamedSource", ...] = ()
    artifact: bytes | None = None


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A referenced schema, with its name in the referring one.

    `fingerprint` is its registered identity, which is part of the identity of the referring schema.
    Engines ignore it.
    """

    name: str
    source: SchemaSource
    fingerprint: str = ""


class EntityType(StrEnum):
    """Kinds of elements that can carry tags. The values are Confluent's."""

    RECORD = "sr_record"
    FIELD = "sr_field"


@dataclass(frozen=True, slots=True)
class Entity:
    """A record or a field of a schema, by the path that its format has for it."""

    path: str
    type: EntityType


Tags = Mapping[Entity, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags that entities are to get and to lose; of a tag that is named in both, the loss counts."""

    added: Tags = field(default_factory=dict)
    removed: Tags = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether any entity is named."""
        return bool(self.added or self.removed)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Those that are named."""
        return tuple(dict.fromkeys((*self.added, *self.removed)))

    def of(self, entity: Entity, tags: Sequence[str]) -> list[str]:
        """The tags that an entity has afterwards, none of them twice."""
        gone = self.removed.get(entity, ())
        return [tag for tag in dict.fromkeys((*tags, *self.added.get(entity, ()))) if tag not in gone]


class Fault(StrEnum):
    """The two ways in which a payload can fail its schema."""

    MALFORMED = "payload_malformed"
    INVALID = "payload_invalid"


@dataclass(frozen=True, slots=True)
class Rejection:
    """Reasons against a payload: at least one violation, at most the requested `limit`."""

    fault: Fault
    violations: tuple[Violation, ...]


class PayloadValidator(Protocol):
    """A schema compiled for checking payloads. Immutable, permanent and thread-safe.

    Never blocks, but may compute for the time of `effort`.
    """

    def accepts(self, payload: bytes) -> bool:
        """Return whether the payload fits: the hot path. Never raises."""
        ...

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the reasons against a payload, or None.

        Invariant: `accepts` and `explain` never disagree. Never raises.
        """
        ...

    def effort(self) -> Effort:
        """Return the effort of both methods for all payloads.

        Computed anew in each call: ask once.
        """
        ...

    def public_path(self, path: str, /) -> str:
        """Return a violation's path with `*` in place of each part that the schema does not name."""
        ...


@runtime_checkable
class MessageTyped(PayloadValidator, Protocol):
    """A validator of a schema with several message types, for one of them."""

    def for_message(self, full_name: str, /) -> PayloadValidator:
        """The validator of another message type of the same schema.

        Raises `MessageTypeUnknown`, naming those that there are.
        """
        ...

    def message_at(self, path: Sequence[int], /) -> str:
        """The full name of the message at a place in the schema.

        `path` is its number among the outermost messages, then among those inside it, and so on.
        Raises `MessageTypeUnknown`.
        """
        ...


class FormatEngine(Protocol):
    """One schema language. Pure: no I/O, no state between calls; safe to call from several threads.

    `parse` returns the engine's own parsed schema, an immutable value that only the same engine's
    other methods read.
    """

    @property
    def format(self) -> SchemaFormat:
        """The format that this engine serves."""
        ...

    def parse(self, source: SchemaSource) -> Any:
        """Parse a text, with the checks of its syntax (validity SYNTAX_ONLY).

        Raises `SchemaSyntaxError` with violations and their places, and nothing else.
        """
        ...

    def violations(self, schema: Any) -> tuple[Violation, ...]:
        """Return the violations of the format's rules (validity FULL). Empty: valid.

        The rules are about metaschema, names, defaults and unresolvable references.
        """
        ...

    def canonical(self, schema: Any) -> str:
        """Return the text that is equal for every spelling of the same schema.

        Invariants: it is permanent, as a part of a content's identity;
        `canonical(parse(canonical(schema))) == canonical(schema)`.
        """
        ...

    def compare(self, reader: Any, writer: Any) -> tuple[Finding, ...]:
        """Why data written with `writer` cannot all be read with `reader`. Empty: compatible."""
        ...

    def attributes(self, schema: Any) -> tuple[str, ...]:
        """Return the sorted property paths (`customer/address/city`), to a depth of 10."""
        ...

    def compile(self, schema: Any) -> PayloadValidator:
        """A validator of payloads. Raises `SchemaUnusable` when the schema does not allow one."""
        ...

    @property
    def capabilities(self) -> "Capabilities":
        """The optional capabilities of this engine; none unless the engine says otherwise."""
        return NO_CAPABILITIES


@dataclass(frozen=True, slots=True)
class Spellings:
    """Other ways of writing a schema.

    `standard` is how Confluent's registry writes it, and knows it by; `normalized` is the same for
    all spellings of it. `resolved` is the same for a schema that refers to others and for one that
    writes them out; None where that cannot be said.
    """

    standard: str
    normalized: str
    resolved: str | None = None


@runtime_checkable
class Strict(Protocol):
    """Optional capability: comparison with more and less strict policies."""

    def under(self, policy: Policy, /) -> FormatEngine:
        """The same engine, comparing by a policy."""
        ...


@runtime_checkable
class Foreseeing(Protocol):
    """Optional capability: the text alone can show that its check is cheap."""

    def is_plain(self, source: SchemaSource, /) -> bool:
        """Return whether parsing, checking and compiling takes milliseconds. False: unknown."""
        ...


@runtime_checkable
class Weighing(Foreseeing, Protocol):
    """Optional capability: the text alone can also show that its comparisons are cheap."""

    def weight(self, source: SchemaSource, /) -> int | None:
        """Return a number of steps; None if the schema is not plain.

        Two schemas are compared in at most as many steps as the product of their weights, each of
        some microseconds.
        """
        ...


@runtime_checkable
class Spelled(Protocol):
    """Optional capability: schemas with several spellings."""

    def spellings(self, schema: Any, canonical: str) -> Spellings:
        """The spellings of a parsed schema whose `canonical` text is at hand."""
        ...


@runtime_checkable
class Taggable(Protocol):
    """Optional capability: tags in the texts of schemas.

    Both methods read the text only: references have their own tags. Both raise `SchemaSyntaxError`
    for an invalid text.
    """

    def tags(self, text: str, /) -> Tags:
        """The entities that have tags, with these."""
        ...

    def retagged(self, text: str, change: TagChange, /) -> str:
        """The text with other tags, and without spaces.

        Raises `EntityUnknown` for an entity that is not in the text.
        """
        ...


@runtime_checkable
class Serialized(Protocol):
    """Optional capability: a binary form that the format's tools exchange."""

    def serialized(self, schema: Any) -> bytes:
        """A parsed schema as these tools write it, without those that it refers to."""
        ...


@runtime_checkable
class Marking(Protocol):
    """Optional capability: settings decide about the reading of some texts.

    The engine stores that beside the text, and reads it from `artifact`.
    """

    def mark(self, schema: Any) -> bytes | None:
        """How a parsed schema was read, where its text does not say so."""
        ...


@runtime_checkable
class Cautious(Protocol):
    """Optional capability: warnings about accepted texts with a surprising meaning."""

    def warnings(self, schema: Any, /) -> tuple[Violation, ...]:
        """Return the warnings about a parsed schema; empty for most."""
        ...


@runtime_checkable
class Precompiled(Protocol):
    """Optional capability: a stored compilation replaces the expensive parsing of a text."""

    def compiled(self, schema: Any) -> bytes:
        """A parsed schema, those that it refers to included, as bytes to be kept beside the text."""
        ...

    def from_compiled(self, compiled: bytes, /) -> Any:
        """Return the parsed schema of compiled bytes.

        Raises `SchemaSyntaxError` for other bytes, such as those of another release.
        """
        ...


@runtime_checkable
class Transcoding(Protocol):
    """An engine whose payloads are binary: it makes them from JSON, and shows them as JSON.

    `message_type` is the full name of one of several message types; None is the schema's first. All
    methods raise `MessageTypeUnknown`.
    """

    def encoded(self, schema: Any, text: str, message_type: str | None = None) -> bytes:
        """Return the payload that a JSON text describes.

        Raises `PayloadUnusable`, which says where the text does not fit.
        """
        ...

    def decoded(self, schema: Any, payload: bytes, message_type: str | None = None) -> str:
        """Return a payload as JSON in one line. Raises `PayloadUnusable`."""
        ...

    def place(self, schema: Any, message_type: str | None = None) -> tuple[int, ...] | None:
        """Return the place of a message type in its file; None where schemas have one type."""
        ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The optional parts of an engine: each is the engine itself, or None."""

    strict: Strict | None = None
    foreseeing: Foreseeing | None = None
    weighing: Weighing | None = None
    spelled: Spelled | None = None
    taggable: Taggable | None = None
    serialized: Serialized | None = None
    marking: Marking | None = None
    cautious: Cautious | None = None
    precompiled: Precompiled | None = None
    transcoding: Transcoding | None = None


NO_CAPABILITIES: Final = Capabilities()


def tagging(engine: FormatEngine) -> Taggable | None:
    """Return the engine's tagging, if it has it."""
    return engine.capabilities.taggable


def artifact_of(engine: FormatEngine, schema: Any) -> bytes | None:
    """Return the bytes to keep beside the text of a parsed schema.

    None when the engine reads texts quickly enough, or when the artifact is too large to be kept.
    """
    marking, precompiled = engine.capabilities.marking, engine.capabilities.precompiled
    if marking is not None:
        return marking.mark(schema)
    if precompiled is None:
        return None
    artifact = precompiled.compiled(schema)
    return artifact if len(artifact) <= LARGEST_ARTIFACT else None


def parsed(engine: FormatEngine, source: SchemaSource) -> Any:
    """Parse a source, from its artifact where that is at hand and fits. Raises `SchemaSyntaxError`."""
    precompiled = engine.capabilities.precompiled
    if source.artifact is not None and precompiled is not None:
        try:
            return precompiled.from_compiled(source.artifact)
        except SchemaSyntaxError:
            pass  # the text counts
    return engine.parse(source)


def is_plain(engine: FormatEngine, source: SchemaSource) -> bool:
    """Whether the engine is certain that judging a text takes milliseconds."""
    foreseeing = engine.capabilities.foreseeing
    return foreseeing is not None and foreseeing.is_plain(source)


def weight(engine: FormatEngine, source: SchemaSource) -> int | None:
    """Return the weight of a text (see `Weighing`); None: unknown."""
    weighing = engine.capabilities.weighing
    return None if weighing is None else weighing.weight(source)


def warnings_of(engine: FormatEngine, schema: Any) -> tuple[Violation, ...]:
    """Return the warnings about a parsed schema; none where the engine has no warnings."""
    cautious = engine.capabilities.cautious
    return () if cautious is None else cautious.warnings(schema)


def spellings_of(engine: FormatEngine, schema: Any, text: str, canonical: str) -> Spellings:
    """Return the spellings of a parsed schema; its text for all if the engine has no others."""
    spelled = engine.capabilities.spelled
    return Spellings(text, text) if spelled is None else spelled.spellings(schema, canonical)
