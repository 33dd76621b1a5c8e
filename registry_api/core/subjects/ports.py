"""What the core needs of a store to serve subjects."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sluicegate.registry_api.core.model import Caller, Content, Lookup, Reference
from sluicegate.registry_api.core.subjects.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.subjects.model import ContextId, ListVersions, Part, SubjectReference, SubjectVersion
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.registry_api.core.subjects.scopes import Scopes, ScopeSettings
from sluicegate.shared.model import GlobalId, SchemaId, VersionNumber


@dataclass(frozen=True, slots=True)
class SubjectState:
    """All that decisions about a subject look at. `subject` is the one that was asked for, or what that is an alias of.

    `schema_id` None: there is no such subject. `versions` has deleted ones too, lowest number first. `last_version` is the highest number
    that was ever given out, whether or not its version is still there.
    """

    subject: SubjectName
    schema_id: SchemaId | None
    versions: tuple[SubjectVersion, ...]
    scopes: Scopes
    last_version: VersionNumber

    @property
    def active(self) -> tuple[SubjectVersion, ...]:
        """The versions that are not deleted, lowest number first."""
        return tuple(version for version in self.versions if not version.deleted)

    @property
    def next_number(self) -> VersionNumber:
        """The number after the last one that was given out."""
        return VersionNumber(self.last_version + 1)


@dataclass(frozen=True, slots=True)
class NewSubjectVersion:
    """A version to be kept. `global_id` None: the one that the same content has in the context, or the next one.

    `guid` is the one that Confluent's registry would give; the store gives another one where a different content has it already.

    `references` in the order of names say where what it refers to stands, `named` what that is called.
    """

    number: VersionNumber
    content: Content
    guid: str
    identity: str
    metadata: Metadata | None
    rules: RuleSet | None
    references: tuple[Reference, ...]
    named: tuple[SubjectReference, ...]
    global_id: GlobalId | None = None


Decide = Callable[[SubjectState, Lookup], NewSubjectVersion | None]
"""Looks at a subject and says which version is to be added; None when nothing is to be done. What it raises comes through."""


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


Choose = Callable[[SubjectState, Sequence[tuple[VersionNumber, Referrer]]], Sequence[VersionNumber]]
"""Looks at a subject and at who refers to which of its versions, and says which are to be deleted. What it raises comes through."""


class SubjectReader(Protocol):
    """Looks at subjects. Blocks on the database; may raise `StoreUnavailable`. Every name may be an alias, and means its target then."""

    def state(self, subject: SubjectName) -> SubjectState:
        """A subject, in one round trip."""
        ...

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> SubjectVersion | None:
        """One version, deleted or not; `LATEST`: the newest that is not deleted."""
        ...

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """The numbers of a subject's versions, lowest first, and whether each is deleted."""
        ...

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> SubjectVersion | None:
        """The newest version of a subject that has an id, deleted or not."""
        ...

    def identified(self, context: str, global_id: GlobalId) -> SubjectVersion | None:
        """A version with an id in a context, deleted or not: one that is not deleted rather, then the oldest."""
        ...

    def holders(self, context: str, global_id: GlobalId) -> Sequence[Holder]:
        """Every version with an id in a context, deleted or not, by subject and number."""
        ...

    def ids_of_guid(self, guid: str) -> Sequence[ContextId]:
        """The ids of a guid, by context."""
        ...

    def max_id(self, context: str) -> GlobalId:
        """The highest id that was ever given out in a context; 0 when there is none."""
        ...

    def subjects(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, bool]]:
        """The subjects whose names begin so in a context (or in all: `WILDCARD`), by qualified name, and whether all of each is deleted."""
        ...

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """The subjects of a name in contexts other than the default one, by context."""
        ...

    def listed(
        self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()
    ) -> Part[SubjectVersion]:
        """The versions that a query names, by qualified subject and number, without artifacts.

        They are of the subjects whose names begin with the prefix, and of the targets.
        """
        ...

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """Who refers to a version, deleted or not."""
        ...

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Reference | None]:
        """Where versions stand, in the order in which they were asked for; `LATEST` is resolved. None: not there. Names are empty."""
        ...

    def contexts(self) -> Sequence[str]:
        """The contexts that were ever used and not deleted, sorted, the default one always among them."""
        ...

    def scopes(self, subject: SubjectName) -> Scopes:
        """The settings for a subject or context and of what it lies in. An alias means itself here."""
        ...

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """Every scope with settings whose name begins so in a context (or in all: `WILDCARD`)."""
        ...


class SubjectWriter(Protocol):
    """Changes subjects. Blocks on the database; each call is one transaction, all or nothing, and writes its event row."""

    def register(self, subject: SubjectName, decide: Decide, caller: Caller) -> SubjectVersion | None:
        """Keep the version that `decide` asks for, in one round trip more than it takes to see the subject; None when it asks for none.

        `decide` may be called more than once, and what it asked for last was decided on the subject as it is at commit. Soft-deleted
        versions of the same id and a lower number, which no version refers to, are removed. A number is given out once in the life of a
        subject, and an id once in the life of the registry, removed or not. Raises `NotPermitted` when the id or the number is another
        content's, and `ReferenceGone`.
        """
        ...

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """Delete the versions that `choose` names, under the subject's lock. It is shown the subject and who refers to its versions.

        Softly: they are deactivated. Permanently: they are removed, contents that nobody has any more with them, and with the last
        version the subject and its settings.
        """
        ...

    def put_settings(
        self,
        scope: SubjectName,
        change: Callable[[Scopes, bool], ScopeSettings],
        caller: Caller,
        *,
        clear_deleted: Callable[[Scopes], bool] | None = None,
    ) -> ScopeSettings:
        """Keep what `change` makes of a scope's settings, under a lock; it is told whether active versions stand in the scope.

        `clear_deleted` looks at the same scopes, after `change` accepted them, and decides whether the scope's soft-deleted subjects are
        removed as well.
        """
        ...

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """Forget the modes of all subjects of a context."""
        ...

    def delete_context(self, context: str, caller: Caller) -> bool:
        """Forget a context with its settings; False when subjects stand in it, deleted or not."""
        ...


class SubjectStore(SubjectReader, SubjectWriter, Protocol):
    """Both."""
