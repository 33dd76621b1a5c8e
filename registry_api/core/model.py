"""The registry's nouns: schemas, versions, and results of registration."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sluicegate.registry_api.core.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.names import DEFAULT_SCOPE, SubjectName
from sluicegate.registry_api.core.origin import UNKNOWN_ORIGIN, Origin
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import (
    CompatibilityMode,
    Finding,
    GlobalId,
    SchemaFormat,
    SchemaId,
    ValidityMode,
    VersionId,
    VersionNumber,
    Violation,
)

UNPLACED = SchemaId(0)
"""The schema of a reference that names its subject and is not resolved yet."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The principal's name, the id of the request and its origin, for the audit."""

    actor: str
    request_id: str
    origin: Origin = UNKNOWN_ORIGIN


class Address(NamedTuple):
    """The place of a version: its schema, and its number there."""

    schema_id: SchemaId
    number: VersionNumber


@dataclass(frozen=True, slots=True)
class Reference:
    """A version, under the name by which another one refers to it.

    `subject` is as the referring schema writes it: of its own context unless qualified. It follows
    from the address, so equality ignores it. In a request by subject the schema is `UNPLACED`, and
    the number may be `LATEST`.
    """

    name: str
    address: Address
    subject: str = field(default="", compare=False)

    @classmethod
    def to_subject(cls, name: str, subject: str, number: VersionNumber) -> "Reference":
        """A reference that a request makes by subject."""
        return cls(name, Address(UNPLACED, number), subject)

    @property
    def number(self) -> VersionNumber:
        """The number of the version."""
        return self.address.number


@dataclass(frozen=True, slots=True)
class Referral:
    """One version that refers to another one."""

    by: Address
    reference: Reference


@dataclass(frozen=True, slots=True)
class Content:
    """A schema text ready to be kept: its fingerprint, its attributes for searches, and its compiled form, if its format has one.

    `standard` is the spelling by which Confluent's registry knows the schema, `normalized` the one for all spellings of it;
    None: the text. `resolved` is the same for a schema that refers to others and for one that writes them out; None where
    the format has no references by name. `warnings` are for the client that sent the text; no store keeps them.
    """

    format: SchemaFormat
    text: str
    fingerprint: str
    attributes: tuple[str, ...]
    artifact: bytes | None = None
    standard: str | None = None
    normalized: str | None = None
    resolved: str | None = None
    warnings: tuple[Violation, ...] = ()

    @property
    def standard_text(self) -> str:
        """The standard spelling."""
        return self.text if self.standard is None else self.standard

    @property
    def normalized_text(self) -> str:
        """The normalized spelling."""
        return self.text if self.normalized is None else self.normalized


@dataclass(frozen=True, slots=True)
class NewSchema:
    """Facts about a new schema without its first version. `policy` None: the scope's setting."""

    name: str
    description: str = ""
    publisher_id: str = ""
    compatibility: CompatibilityMode | None = None
    validity: ValidityMode | None = None
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to store.

    `guid` is that of Confluent's registry; the store replaces it if a different content has it
    already. `references` are in their original order, each name once. `global_id` None: the id of
    the content with the same identity in the context, or the next one. With `by_fingerprint` a
    publisher's content is found by its fingerprint, in every spelling; otherwise also by its
    identity.
    """

    number: VersionNumber
    content: Content
    guid: str
    identity: str
    metadata: Metadata | None = None
    rules: RuleSet | None = None
    references: tuple[Reference, ...] = ()
    global_id: GlobalId | None = None
    description: str = ""
    by_fingerprint: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a schema, as it is kept. `text` is byte for byte the registered text.

    `references` are in the order in which they were written. `exact`: `identity` is made of this
    text and these references. A version of an earlier release may share the content of another
    text, or have no identity.
    """

    version_id: VersionId
    schema_id: SchemaId
    number: VersionNumber
    global_id: GlobalId
    format: SchemaFormat
    text: str
    fingerprint: str
    description: str
    attributes: tuple[str, ...]
    autogenerated: bool
    created_at: datetime
    deactivated_at: datetime | None
    references: tuple[Reference, ...] = ()
    artifact: bytes | None = None
    subject: SubjectName = DEFAULT_SCOPE
    guid: str = ""
    identity: str | None = None
    metadata: Metadata | None = None
    rules: RuleSet | None = None
    deprecated_at: datetime | None = None
    exact: bool = True

    @property
    def address(self) -> Address:
        """Its schema and number."""
        return Address(self.schema_id, self.number)

    @property
    def active(self) -> bool:
        """Whether it was not deactivated."""
        return self.deactivated_at is None

    @property
    def deleted(self) -> bool:
        """Whether it was deactivated, which Confluent's API calls a soft deletion."""
        return self.deactivated_at is not None

    @property
    def state(self) -> "VersionState":
        """The state in one word."""
        if not self.active:
            return VersionState.DISABLED
        return VersionState.ENABLED if self.deprecated_at is None else VersionState.DEPRECATED

    @property
    def plain(self) -> bool:
        """Whether it has neither metadata nor rules, so that its fingerprint tells the content."""
        return self.metadata is None and self.rules is None

    @property
    def entry(self) -> "HistoryEntry":
        """Its entry in the history of its schema."""
        return HistoryEntry(self.version_id, self.address, self.format, self.metadata)


class HistoryEntry(NamedTuple):
    """An active version in the history of its schema, without its text."""

    version_id: VersionId
    address: Address
    format: SchemaFormat
    metadata: Metadata | None


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as it is kept, with the requested versions, lowest number first."""

    schema_id: SchemaId
    subject: str
    name: str
    format: SchemaFormat
    description: str
    publisher_id: str
    compatibility: CompatibilityMode | None
    validity: ValidityMode | None
    last_version: VersionNumber
    versions: tuple[Version, ...]
    policy: Policy | None = None
    """How strictly versions are compared; None where neither the schema nor a setting says. Read
    with one schema alone.
    """


class VersionState(StrEnum):
    """The state of a version. DISABLED is the word of the artifacts API for deactivated."""

    ENABLED = "ENABLED"
    DEPRECATED = "DEPRECATED"
    DISABLED = "DISABLED"


class Outcome(StrEnum):
    """The result of a registration."""

    ADDED = "added"
    EXISTS = "exists"


@dataclass(frozen=True, slots=True)
class Registration:
    """The place of a registered content, whether this call added it, and the warnings about the text that was sent.

    `version` is there where the registration read or wrote it. `changed`: metadata, rules or text are not all as they were
    sent. No warnings where the same text was found without reading it.
    """

    outcome: Outcome
    schema_id: SchemaId
    number: VersionNumber
    warnings: tuple[Violation, ...] = ()
    kept: Version | None = field(default=None, compare=False)
    changed: bool = field(default=False, compare=False)

    @classmethod
    def of(cls, version: Version, outcome: Outcome) -> "Registration":
        """The result that a version stands for."""
        return cls(outcome, version.schema_id, version.number, kept=version)

    @property
    def added(self) -> bool:
        """Whether this call added the version."""
        return self.outcome is Outcome.ADDED

    @property
    def version(self) -> Version:
        """The version, of a registration that read or wrote it."""
        assert self.kept is not None, "the registration named a version without reading it"
        return self.kept

    @property
    def address(self) -> Address:
        """The address of the version."""
        return Address(self.schema_id, self.number)


class Holder(NamedTuple):
    """A version that has a content."""

    subject: SubjectName
    number: VersionNumber
    deleted: bool


class Referrer(NamedTuple):
    """A version that refers to another one."""

    subject: SubjectName
    global_id: GlobalId
    deleted: bool


@dataclass(frozen=True, slots=True, order=True)
class ContextId:
    """The id of a content in a context."""

    context: str
    global_id: GlobalId


@dataclass(frozen=True, slots=True)
class NumberedSource:
    """A registered version as engines read it."""

    number: VersionNumber
    source: SchemaSource


class Direction(StrEnum):
    """Which of two versions reads the data of the other: the new one (backward) or the registered one (forward)."""

    BACKWARD = "backward"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Incompatibility:
    """A finding, with the registered version and the direction in which it was found."""

    number: VersionNumber
    direction: Direction
    finding: Finding


Lookup = Callable[[Collection[Address]], Sequence[Version]]
"""Reads the versions at some addresses, deactivated ones too, in no order; missing versions are
left out.
"""
