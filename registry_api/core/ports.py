"""What the core needs from the outside. Every port has a memory and a real implementation and one contract suite for both."""

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from sluicegate.registry_api.core.model import (
    Address,
    Caller,
    Check,
    Content,
    Incompatibility,
    NewSchema,
    NewVersion,
    NumberedSource,
    Page,
    Query,
    Registration,
    Schema,
    Version,
)
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber


class SchemaWriter(Protocol):
    """Changes what is kept. Blocks on the database; each call is one transaction, all or nothing, and writes its event row.

    Every method may raise `StoreUnavailable`, after which the change is either done or not done: asking again is safe, because
    registration finds what is already there and deletion of what is gone says so.

    No active version ever refers to one that is not active, whoever writes at the same moment: both registrations raise `ReferenceGone`
    for a reference to a version that is not there or not active, both deletions `VersionReferenced` when active versions refer to what they
    are to deactivate. Nothing is changed then.
    """

    def create(self, new: NewSchema, caller: Caller) -> Registration:
        """Keep a new schema with version 1, in one round trip.

        EXISTS, and nothing is changed, when an active version with the same fingerprint stands in a schema of the same publisher (the one
        with the lowest schema id is named). Two equal calls at one moment make one schema. The first schema of a name takes it as its
        subject, a later one `<name>.<schema_id>`.
        """
        ...

    def add_version(self, new: NewVersion, check: Check, caller: Caller) -> Registration:
        """Keep a new version under the next number, never one that was used before.

        EXISTS, without a check, when the fingerprint is active in the schema already. Otherwise `check` is called with the active versions
        and the `Lookup` by which it reads others, and what it raises comes through; it may be called more than once, and the version is
        added only if the versions it saw last are the ones that are there at commit. A deactivated content comes back under a new number;
        the old row stays deactivated. A description that is not empty becomes the schema's own too. Raises `SchemaNotFound` when no
        version is active.
        """
        ...

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> bool:
        """Deactivate every active version; False when there was none."""
        ...

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> bool:
        """Deactivate one version; False when it is not there or not active."""
        ...


class Examiner(Protocol):
    """Judges schema texts, which may be hostile. Bounded in time and memory, whatever the text is; thread-safe; changes nothing.

    Both methods raise `FormatUnsupported` when there is no engine, and `ExaminerBusy` and `CompilerUnavailable` when nothing can be said
    at present.
    """

    def content(self, schema_format: SchemaFormat, source: SchemaSource, validity: ValidityMode) -> Content:
        """Make a text ready to be kept. Raises `SchemaInvalid` when the mode forbids it, or when judging it takes too much."""
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


class SchemaReader(Protocol):
    """Looks at what is kept. Blocks on the database; may raise `StoreUnavailable`.

    Every version comes with its references, and with its artifact but where it says so.
    """

    def registry_id(self) -> str:
        """The UUID of the registry. It is made with the database and never changes."""
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

    def versions(self, addresses: Collection[Address]) -> Sequence[Version]:
        """The versions at some addresses, deactivated ones too, in no order; without artifacts but those of JSON.

        Those that are not there are left out.
        """
        ...

    def search(self, query: Query) -> Page:
        """The schemas that a query names, each with its matching versions, these without artifacts."""
        ...


class Readiness(Protocol):
    """Whether a dependency answers."""

    def ping(self) -> None:
        """Return when it does; raise `StoreUnavailable`, within two seconds, when it does not or its tables are not as needed."""
        ...


class ChangeFeed(Protocol):
    """Tells of changes that any process made to schemas that were there, so that caches can forget. A new schema is nobody's to forget.

    It may tell twice, and of things that nobody cached. It must not stay silent: from when changes may have been missed until they can be
    seen again, `on_gap` has been called and nothing may be cached.
    """

    def subscribe(
        self, on_change: Callable[[SchemaId], None], on_gap: Callable[[], None], on_live: Callable[[], None]
    ) -> None:
        """Call back, from a thread of the feed's own, for each schema that changed; returns at once. `close` ends it."""
        ...

    def close(self) -> None:
        """Stop calling back. Idempotent."""
        ...
