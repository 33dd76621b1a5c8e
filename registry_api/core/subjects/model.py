"""What is asked about subjects, and what is answered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

from sluicegate.registry_api.core.model import Address, Incompatibility, KeptText, Reference
from sluicegate.registry_api.core.subjects.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.shared.formats.engine import TagChange
from sluicegate.shared.model import (
    CompatibilityMode,
    GlobalId,
    SchemaFormat,
    SchemaId,
    VersionId,
    VersionNumber,
    Violation,
)

T = TypeVar("T")

LATEST: Final = VersionNumber(-1)
"""Stands for the newest version that is not deleted."""


@dataclass(frozen=True, slots=True)
class SubjectReference:
    """A version under the name by which a schema refers to it. `subject` is as it was written: of the same context unless qualified.

    In a request `number` may be `LATEST`; in an answer it never is.
    """

    name: str
    subject: str
    number: VersionNumber


@dataclass(frozen=True, slots=True)
class Draft:
    """A schema as a client sends it, to be registered, looked up or compared. An empty text stands for the newest version's."""

    text: str | None
    format: SchemaFormat = SchemaFormat.AVRO
    references: tuple[SubjectReference, ...] = ()
    metadata: Metadata | None = None
    rules: RuleSet | None = None


@dataclass(frozen=True, slots=True)
class RegisterVersion:
    """A wish for a version of a subject.

    `number` 0: whatever comes next; -1: the same, and the metadata says under which number; otherwise it must be the next one.
    `global_id` is for IMPORT and FORWARD alone. `force` leaves out the compatibility check. `tags` are changed in the text;
    `propagate_tags`: it gets those of the newest version.
    """

    subject: SubjectName
    draft: Draft
    number: int = 0
    global_id: GlobalId | None = None
    normalize: bool = False
    force: bool = False
    tags: TagChange = field(default_factory=TagChange)
    propagate_tags: bool = False


@dataclass(frozen=True, slots=True)
class SubjectVersion:
    """A version of a subject as it is kept. `text` is what was registered, byte for byte. `deleted`: softly.

    `addresses` say where what it refers to stands, in the order of names. `identified`: its guid is kept, and not worked out from the text,
    as it is where an earlier release or the native API registered it; so is `identity` None. `whole`: its text is there; it may be left out
    of a `SubjectState`.
    """

    subject: SubjectName
    schema_id: SchemaId
    version_id: VersionId
    number: VersionNumber
    global_id: GlobalId
    guid: str
    format: SchemaFormat
    text: str
    fingerprint: str
    references: tuple[SubjectReference, ...]
    metadata: Metadata | None
    rules: RuleSet | None
    created_at: datetime
    deleted: bool
    addresses: tuple[Reference, ...] = ()
    artifact: bytes | None = None
    identified: bool = True
    identity: str | None = None
    whole: bool = True

    @property
    def address(self) -> Address:
        """Where it stands."""
        return Address(self.schema_id, self.number)

    @property
    def kept(self) -> KeptText:
        """Its text as engines read it."""
        return KeptText(self.number, self.text, self.addresses, self.artifact)


@dataclass(frozen=True, slots=True)
class RegisteredVersion:
    """Where a registered schema is. `changed`: metadata, rules or text are not all as they were sent.

    `warnings` are about the text that was sent; none where the same text was found without reading it.
    """

    version: SubjectVersion
    added: bool
    changed: bool
    warnings: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class IdentifiedSchema:
    """A schema found by its id or guid: `version` is one that has it, the asked subject's if one was asked for."""

    context: str
    version: SubjectVersion
    max_id: GlobalId | None = None


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version in a listing, with the subjects that are aliases of its own."""

    version: SubjectVersion
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class ContextId:
    """The id that a content has in a context."""

    context: str
    global_id: GlobalId


class Deleted(StrEnum):
    """Whether soft-deleted versions are looked at."""

    EXCLUDED = "excluded"
    INCLUDED = "included"
    ONLY = "only"
    NEGATIVE = "negative"
    """Included, their numbers negated."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a listing. `limit` below 0: to the end."""

    offset: int = 0
    limit: int = -1

    def of(self, items: tuple[T, ...]) -> tuple[T, ...]:
        """The part of some items."""
        end = None if self.limit < 0 else self.offset + self.limit
        return items[self.offset : end]


WHOLE: Final = Slice()


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Items of a listing, and whether there are more after them."""

    items: tuple[T, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class ListVersions:
    """Which versions are listed: of the subjects whose qualified names begin with `prefix` (`:*:` before it: in every context)."""

    prefix: str = ""
    deleted: Deleted = Deleted.EXCLUDED
    latest_only: bool = False
    aliases: bool = False
    rule_type: str | None = None
    part: Slice = WHOLE
    max_bytes: int | None = None
    """Bytes of versions at most, but always one version; None: no limit."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The version that a draft does not fit, and why."""

    number: VersionNumber
    text: str
    format: SchemaFormat
    incompatibilities: tuple[Incompatibility, ...]
    same_format: bool = True


@dataclass(frozen=True, slots=True)
class CompatibilityReport:
    """Whether a draft may follow what is there. Empty of `failures`, `reserved` and `invalid`: it may.

    `reserved` are sentences about reserved fields, `invalid` says why the draft cannot be read. `compatibility` and `validate_fields` are
    what was in force.
    """

    compatibility: CompatibilityMode
    validate_fields: bool
    failures: tuple[Failure, ...] = ()
    reserved: tuple[str, ...] = ()
    invalid: str | None = None

    @property
    def compatible(self) -> bool:
        """Whether nothing stands against it."""
        return not (self.failures or self.reserved or self.invalid)
