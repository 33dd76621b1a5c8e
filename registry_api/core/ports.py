"""The ports of the core.

Every port has a memory and a real implementation and one contract suite for both.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from sluicegate.registry_api.core.access.grants import EVERYTHING, Readable
from sluicegate.registry_api.core.commands import ListVersions, Page, Part, Query
from sluicegate.registry_api.core.model import (
    Address,
    Caller,
    Content,
    ContextId,
    HistoryEntry,
    Holder,
    Incompatibility,
    NewSchema,
    NewVersion,
    NumberedSource,
    Referrer,
    Registration,
    Schema,
    Version,
    VersionState,
)
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.scopes import Scopes, ScopeSettings
from sluicegate.shared.formats.division import Divisible
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import (
    CompatibilityMode,
    GlobalId,
    SchemaFormat,
    SchemaId,
    ValidityMode,
    VersionId,
    VersionNumber,
)

NONE_YET: Final = VersionNumber(0)
"""The last version of a schema that has none."""

Mark: TypeAlias = tuple[VersionId, datetime]
"""The id and the time of a version."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The active versions of a schema after a number, lowest first, as far as they are read at once; `more`: there are others.

    `revision` is another one after each change of the schema or its versions, and one higher after
    each version that was added. `last_version` is the highest number that was ever given out.
    `mark` is the id and the time of the version with that number, if it is active. They tell if
    earlier versions are the same as before, without reading them. None: there is no such schema.
    """

    revision: int | None
    last_version: VersionNumber
    mark: Mark | None
    versions: Sequence[Version]
    more: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The facts that decisions about a schema need first.

    More is read through a `View`, and only where it is needed.

    `subject` is the requested one, or the target of that alias. `schema_id` None: there is no such
    schema. `latest` is the active version with the highest number, with its text and artifact.
    `occupied`: the schema has a version, deleted or not. `last_version` is the highest number that
    was ever given out.
    """

    subject: SubjectName
    scopes: Scopes
    schema_id: SchemaId | None = None
    format: SchemaFormat | None = None
    last_version: VersionNumber = NONE_YET
    latest: Version | None = None
    occupied: bool = False

    @property
    def next_number(self) -> VersionNumber:
        """The number after the last one that was given out."""
        return VersionNumber(self.last_version + 1)


class View(Protocol):
    """Reads the input of a decision, in the decision's own transaction if there is one.

    Another connection might wait for one that only the end of the decision frees.
    """

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """The versions at some addresses, deactivated ones too, in no order; without artifacts but those of JSON.

        Missing versions are left out.
        """
        ...

    def addresses(self, wanted: Collection[tuple[SubjectName, VersionNumber]]) -> Sequence[Address | None]:
        """The places of versions, in the order of the requests; `LATEST` is resolved.

        None: not there.
        """
        ...

    def candidates(
        self, schema_id: SchemaId, identities: Collection[str], fingerprint: str, *, deleted: bool = False
    ) -> Sequence[Version]:
        """The versions of a schema that may have a content, highest number first: of one of the identities or of the fingerprint.

        Versions whose identity alone does not tell are always among them: those with references, those whose metadata
        carries a version number, and those of an earlier release.
        """
        ...

    def history(self, schema_id: SchemaId, *, deleted: bool = False) -> Sequence[HistoryEntry]:
        """The active versions of a schema, or all of them, highest number first."""
        ...

    def tail(self, schema_id: SchemaId, after: VersionNumber) -> Tail:
        """Return the active versions of a schema after a number.

        The revision and the mark tell whether earlier ones are the same as before.
        """
        ...

    def published(
        self, publisher_id: str, fingerprint: str, identity: str | None, readable: Readable = EVERYTHING
    ) -> Address | None:
        """The active version of a publisher with a fingerprint or an identity: of the lowest readable schema, the newest.

        It is in the default context. `identity` is None for a content without metadata and rules, whose fingerprint tells.
        """
        ...


Target: TypeAlias = SubjectName | SchemaId | NewSchema
"""The schema that a version is registered in.

A subject: the schema of that subject, or of the one that it is an alias of; a new one where there
is none. A number: the schema in the default context that has it. A new schema: one of its own,
unless the publisher has the content already; the first schema of a name takes it as its subject, a
later one `<name>.<schema_id>`.
"""

Decide: TypeAlias = Callable[[State, View], NewVersion | None]
"""Looks at a schema and returns the version to add; None: nothing is to be done. Its errors come
through.
"""

Choose: TypeAlias = Callable[
    [State, Sequence[tuple[VersionNumber, bool]], Sequence[tuple[VersionNumber, Referrer]]], Sequence[VersionNumber]
]
"""Looks at a subject, its version numbers (True: deleted) and their referrers, and returns the
numbers to delete.

Its errors come through.
"""


class StoreReader(View, Protocol):
    """Reads the registry. Blocks on the database; may raise `StoreUnavailable`.

    Versions come with their references, and with their artifact unless a method says otherwise. A
    subject may be an alias, and means its target then.
    """

    def registry_id(self) -> str:
        """The UUID of the registry. It is made with the database and never changes."""
        ...

    def state(self, target: SubjectName | SchemaId) -> State:
        """The state of a schema, in one round trip."""
        ...

    def resolved(self, subject: SubjectName) -> SubjectName:
        """The target of an alias; another subject is itself."""
        ...

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema | None:
        """A schema with its active versions, or with all of them; None when no version is left to show."""
        ...

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version | None:
        """One active version."""
        ...

    def latest(self, schema_id: SchemaId) -> Version | None:
        """The active version with the highest number."""
        ...

    def search(self, query: Query) -> Page:
        """The schemas that a query names, each with its matching versions, these without artifacts."""
        ...

    def subject_version(self, subject: SubjectName, number: VersionNumber) -> Version | None:
        """One version, deleted or not; `LATEST`: the newest that is not deleted."""
        ...

    def numbers(self, subject: SubjectName) -> Sequence[tuple[VersionNumber, bool]]:
        """The numbers of a subject's versions, lowest first, and whether each is deleted."""
        ...

    def version_with(self, subject: SubjectName, global_id: GlobalId) -> Version | None:
        """The newest version of a subject that has an id, deleted or not."""
        ...

    def identified(self, context: str, global_id: GlobalId, readable: Readable = EVERYTHING) -> Version | None:
        """A version with an id in a readable subject of a context: one that is not deleted if there is one, then the oldest."""
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

    def subjects(self, prefix: SubjectName, readable: Readable = EVERYTHING) -> Sequence[tuple[SubjectName, bool]]:
        """The readable subjects whose names begin so in a context (or in all: `WILDCARD`), and whether each is wholly deleted.

        They are ordered by their qualified names.
        """
        ...

    def namesakes(self, name: str) -> Sequence[SubjectName]:
        """The subjects of a name in contexts other than the default one, by context."""
        ...

    def listed(self, prefix: SubjectName, query: ListVersions, targets: Collection[SubjectName] = ()) -> Part[Version]:
        """The versions that a query names, by qualified subject and number, without artifacts.

        They are of the subjects whose names begin with the prefix, and of the targets.
        """
        ...

    def referrers(self, schema_id: SchemaId, number: VersionNumber) -> Sequence[Referrer]:
        """The versions that refer to a version, deleted or not."""
        ...

    def contexts(self) -> Sequence[str]:
        """The contexts that were ever used and not deleted, sorted, the default one always among them."""
        ...

    def scopes(self, subject: SubjectName) -> Scopes:
        """The settings for a subject or context and of the scopes around it.

        An alias means itself here.
        """
        ...

    def scoped(self, prefix: SubjectName) -> Sequence[tuple[SubjectName, ScopeSettings]]:
        """Every scope with settings whose name begins so in a context (or in all: `WILDCARD`)."""
        ...


class Store(StoreReader, Protocol):
    """Reads and changes the registry. Each change is one transaction, and writes its event row.

    Every method may raise `StoreUnavailable`, after which the change is either done or not done: a
    repetition is safe, because registration finds an existing version, and deletion reports a
    missing one.

    Invariant: no active version refers to an inactive one, even with concurrent writers.
    Registration raises `ReferenceGone` for a reference to a missing or inactive version, the two
    deactivations `VersionReferenced` if active versions refer to their targets. Nothing is changed
    then.
    """

    def register(
        self, target: Target, decide: Decide, caller: Caller, readable: Readable = EVERYTHING
    ) -> Registration | None:
        """Keep the version that `decide` asks for; None when it asks for none.

        `decide` may be called several times, at first with a guess instead of the state, and its
        last decision was made on the schema and the settings as they are at commit. A new schema
        takes one round trip, a further version one more than the reads of `decide`. EXISTS, and
        nothing is changed, when the publisher of a `NewSchema` has the content in a readable
        subject.

        By subject, soft-deleted versions of the same id and a lower number, which no version refers
        to, are removed. A number is given out once in the life of a schema, and an id once in the
        life of the registry, removed or not. Raises `NotPermitted` when the id or the number is
        another content's, and `ReferenceGone`.
        """
        ...

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """Deactivate every active version; False when there was none."""
        ...

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """Deactivate one version; False when it is not there or not active."""
        ...

    def delete(
        self, subject: SubjectName, choose: Choose, caller: Caller, *, permanent: bool
    ) -> Sequence[VersionNumber]:
        """Delete the versions that `choose` names, under the subject's lock.

        Softly: they are deactivated. Permanently: they are removed, with contents that no version
        has any more, and with the last version the subject and its settings.
        """
        ...

    def put_state(
        self, subject: SubjectName, choose: Choose, wanted: VersionState, caller: Caller
    ) -> Sequence[VersionNumber]:
        """Set the state of the versions that `choose` names, under the subject's lock.

        Raises `ReferenceGone` when one of them is to be active again, and refers to a version that
        is not active.
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
        """Keep the result of `change` as the settings of a scope, under a lock.

        Its second argument: the scope has active versions.

        `clear_deleted` looks at the same scopes, after `change` accepted them, and decides whether
        the scope's soft-deleted subjects are removed as well.
        """
        ...

    def clear_modes(self, context: SubjectName, caller: Caller) -> None:
        """Remove the modes of all subjects of a context."""
        ...

    def delete_context(self, context: str, caller: Caller) -> bool:
        """Remove a context with its settings; False when it has subjects, deleted or not."""
        ...


class Examiner(Protocol):
    """Checks schema texts, which may be hostile. Bounded in time and memory; thread-safe.

    The methods for texts raise `FormatUnsupported` without an engine, and `ExaminerBusy` and
    `CompilerUnavailable` if the result is unknown at present.
    """

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """Make a text ready to be kept.

        Raises `SchemaInvalid` when the mode forbids it, or when judging it takes too much.
        """
        ...

    def incompatibilities(
        self,
        schema_format: SchemaFormat,
        mode: CompatibilityMode,
        candidate: SchemaSource,
        history: Sequence[NumberedSource],
        policy: Policy | None = None,
    ) -> tuple[Incompatibility, ...]:
        """Everything that stands against adding a text to a history (active versions, highest number first).

        `policy`: how strictly, where the format knows degrees; None: as the registry was set up.
        """
        ...

    def divisible(self, schema_format: SchemaFormat) -> Divisible | None:
        """Return the engine that divides schemas of a format, if there is one; division is fast."""
        ...


class Readiness(Protocol):
    """Whether a dependency answers."""

    def ping(self) -> None:
        """Return when it does; raise `StoreUnavailable`, within two seconds, when it does not or its tables are not as needed."""
        ...


ACCESS_CHANGED: Final = SchemaId(-1)
"""The change of a feed that means keys or grants, and no schema."""


class ChangeFeed(Protocol):
    """Reports changes of existing schemas by every process, for caches.

    New schemas are not reported.

    It may report twice, and about uncached schemas. Invariant: it is never silent. From a possible
    loss of changes until their return, `on_gap` has been called, and nothing may be cached.
    """

    def subscribe(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        """Call back, from a thread of the feed's own, for each schema that changed; returns at once. `close` ends it."""
        ...

    def close(self) -> None:
        """Stop calling back. Idempotent."""
        ...
