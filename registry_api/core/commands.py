"""Requests to the registry: registrations, drafts, and listings."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Generic, TypeVar

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.model import Address, Reference, Schema
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.shared.formats.engine import TagChange
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, SchemaId, ValidityMode, VersionNumber

T = TypeVar("T")

LATEST: Final = VersionNumber(-1)
"""The newest version that is not deleted."""


@dataclass(frozen=True, slots=True)
class RegisterSchema:
    """A request for a new schema with its first version. Empty modes mean the registry's own."""

    name: str
    format: SchemaFormat
    text: str
    description: str = ""
    publisher_id: str = ""
    compatibility: CompatibilityMode | None = None
    validity: ValidityMode | None = None
    references: tuple[Reference, ...] = ()
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class AddVersion:
    """A request for a new version of a schema. An empty description keeps the schema's own."""

    schema_id: SchemaId
    text: str
    description: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A schema from a client, to be registered, looked up or compared.

    An empty text means that of the newest version.
    """

    text: str | None
    format: SchemaFormat = SchemaFormat.AVRO
    references: tuple[Reference, ...] = ()
    metadata: Metadata | None = None
    rules: RuleSet | None = None


class Existence(StrEnum):
    """The state that a subject must be in for a registration."""

    ANY = "any"
    NEW = "new"
    """Without an active version."""
    KNOWN = "known"
    """With an active version."""


class Reuse(StrEnum):
    """The active version that a registration of the same content finds, in place of adding one."""

    ANY = "any"
    LATEST = "latest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RegisterVersion:
    """A request for a version of a subject.

    `number` 0: the next one; -1: the same, and the metadata has its number; otherwise it must be
    the next one. `global_id` is for IMPORT and FORWARD alone. `force` skips the compatibility
    check. `tags` are changed in the text; `propagate_tags`: it gets those of the newest version.
    """

    subject: SubjectName
    draft: Draft
    number: int = 0
    global_id: GlobalId | None = None
    normalize: bool = False
    force: bool = False
    tags: TagChange = field(default_factory=TagChange)
    propagate_tags: bool = False
    existence: Existence = Existence.ANY
    reuse: Reuse = Reuse.ANY


class Order(StrEnum):
    """Order of a listing."""

    ID = "id"
    NAME = "name"
    TYPE = "type"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Query:
    """A search for schemas, with an order. Without a filter: all of them.

    Filters on versions (`number`, `attributes`, `deactivated`) drop the versions that do not match,
    and the schemas without remaining ones. `name` is a case-sensitive part of the name. Each of
    `attributes` must match a whole path of the version or one segment of a path. Order by version
    uses the highest remaining number. Equal ranks are ordered by id, and `descending` reverses
    that, too.
    """

    schema_id: SchemaId | None = None
    number: VersionNumber | None = None
    format: SchemaFormat | None = None
    name: str | None = None
    attributes: tuple[str, ...] = ()
    deactivated: bool = False
    order: Order = Order.ID
    descending: bool = False
    limit: int = 100
    offset: int = 0
    max_bytes: int | None = None
    """Bytes of versions on a page at most, but always one version; None: no limit."""
    after: Address | None = None
    """Versions of this schema up to this number are on earlier pages, and are left out."""
    readable: Readable = EVERYTHING
    """The subjects that the caller may read; there are no others."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of schemas, and whether there is more after it.

    A schema is split between pages only if its versions exceed `max_bytes`.
    """

    schemas: tuple[Schema, ...]
    more: bool
    split: bool = False
    """Whether the next page begins with further versions of the last schema."""


class Deleted(StrEnum):
    """Whether soft-deleted versions are included."""

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
    """A listing of versions of subjects whose qualified names begin with `prefix`.

    A prefix after `:*:` applies to every context.
    """

    prefix: str = ""
    deleted: Deleted = Deleted.EXCLUDED
    latest_only: bool = False
    aliases: bool = False
    rule_type: str | None = None
    part: Slice = WHOLE
    max_bytes: int | None = None
    """Bytes of versions at most, but always one version; None: no limit."""
    readable: Readable = EVERYTHING
    """The subjects that the caller may read; there are no others."""
