"""The native API's policy over the core: schemas by number, contents by publisher and fingerprint."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sluicegate.registry_api.core.bundles import Bundle, Document
from sluicegate.registry_api.core.commands import AddVersion, Draft, Page, Query, RegisterSchema
from sluicegate.registry_api.core.comparisons import Comparisons
from sluicegate.registry_api.core.differences import Differences, VersionDifferences
from sluicegate.registry_api.core.drafts import Drafts
from sluicegate.registry_api.core.errors import (
    AccessDenied,
    InputInvalid,
    NotPermitted,
    SchemaIncompatible,
    SchemaInvalid,
    SchemaNotFound,
    VersionNotFound,
)
from sluicegate.registry_api.core.general import General
from sluicegate.registry_api.core.model import (
    Caller,
    Content,
    Incompatibility,
    NewSchema,
    Reference,
    Registration,
    Schema,
    Version,
)
from sluicegate.registry_api.core.ports import Examiner, Store, Target
from sluicegate.registry_api.core.publication import NativePolicy, Publication
from sluicegate.registry_api.core.references import in_order
from sluicegate.registry_api.core.scopes import Config
from sluicegate.registry_api.metrics import Metrics
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.options import Policy
from sluicegate.shared.model import CompatibilityMode, SchemaFormat, SchemaId, ValidityMode, VersionNumber, Violation


@dataclass(frozen=True, slots=True)
class Defaults:
    """The registry's own modes, for schemas that name none."""

    compatibility: CompatibilityMode = CompatibilityMode.BACKWARD
    validity: ValidityMode = ValidityMode.FULL
    policy: Policy = Policy.LENIENT


class Registry:
    """The registry of the native API. Thread-safe and without state.

    Methods raise the errors of `registry_api.core.errors` and `FormatUnsupported` only.
    """

    def __init__(
        self,
        store: Store,
        examiner: Examiner,
        defaults: Defaults = Defaults(),
        metrics: Metrics | None = None,
        general: Callable[[], General] | None = None,
    ) -> None:
        """Take the ports, and the metrics to count in. Nothing is opened or closed here.

        `general` returns the modes of schemas that name none, where they may change while the
        registry runs.
        """
        self._store = store
        self._examiner = examiner
        self._defaults = defaults
        self._drafts = Drafts(examiner)
        general_config = Config(compatibility=defaults.compatibility)
        self._policy = NativePolicy(self._drafts, Comparisons(examiner), general_config, defaults.validity)
        self._differences = Differences(store, examiner, general_config)
        self._metrics = metrics or Metrics()
        self._general = general or (lambda: General(defaults.compatibility, defaults.validity))

    def register(self, command: RegisterSchema, caller: Caller) -> Registration:
        """Register a new schema with its first version, or find the publisher's with this content."""
        return self._created(command, caller)

    def register_bundle(self, documents: Sequence[Document], caller: Caller) -> dict[str, Registration]:
        """Register new schemas that refer to each other; the registrations by name.

        Nothing is written unless every document is valid. If one cannot be written after that,
        those that this call wrote are deactivated again, unless the registry became read-only
        meanwhile. When the store does not answer, asking again is safe: documents that are there
        are found.
        """
        bundle = Bundle(documents)
        bundle.judge(self._judged)
        added: list[SchemaId] = []

        def keep(command: RegisterSchema, content: Content) -> Registration:
            done = self._created(command, caller, content)
            if done.added:
                added.append(done.schema_id)
            return done

        try:
            return bundle.keep(keep)
        except (AccessDenied, InputInvalid, NotPermitted):
            for schema_id in reversed(added):
                self._store.delete_schema(schema_id, caller)
            raise

    def update(self, command: AddVersion, caller: Caller) -> Registration:
        """Add a version to a schema if its mode permits, or find the active one with this content."""
        draft = Draft(command.text, references=in_order(command.references))
        return self._registered(
            command.schema_id, Publication(self._policy, command.schema_id, draft, command.description), caller
        )

    def check_compatibility(
        self, schema_id: SchemaId, text: str, references: Sequence[Reference] = ()
    ) -> tuple[Incompatibility, ...]:
        """The incompatibilities of a text with a schema.

        Empty: it may be added. Nothing is changed.

        Raises `SchemaInvalid` when the text would not be valid as a version of the schema,
        `InputInvalid` for its references.
        """
        state = self._store.state(schema_id)
        attempt = Publication(self._policy, schema_id, Draft(text, references=in_order(references)))
        return attempt.incompatibilities(state, attempt.judged(state, self._store), self._store)

    def differences(self, schema_id: SchemaId, old: VersionNumber, new: VersionNumber) -> VersionDifferences:
        """Compare two versions of a schema. Raises `SchemaNotFound` and `VersionNotFound`."""
        return self._differences.between(self.version(schema_id, old), self.version(schema_id, new))

    def check_validity(
        self, schema_format: SchemaFormat, text: str, mode: ValidityMode | None, references: Sequence[Reference] = ()
    ) -> tuple[Violation, ...]:
        """The violations that forbid to register a text under a mode.

        Empty: there are none. Nothing is changed.

        Raises `InputInvalid` for its references.
        """
        draft = Draft(text, schema_format, in_order(references))
        try:
            self._drafts.judged_at(draft, self._store, self.validity(mode), normalize=False)
        except SchemaInvalid as error:
            return error.violations
        return ()

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema:
        """A schema with its active versions, or with all.

        Raises `SchemaNotFound` when there is no version to show.
        """
        schema = self._store.schema(schema_id, deactivated=deactivated)
        if schema is None:
            raise SchemaNotFound(schema_id)
        return schema

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version:
        """One active version. Raises `VersionNotFound`."""
        version = self._store.version(schema_id, number)
        if version is None:
            raise VersionNotFound(schema_id, number)
        return version

    def latest(self, schema_id: SchemaId) -> Version:
        """The active version with the highest number. Raises `SchemaNotFound`."""
        version = self._store.latest(schema_id)
        if version is None:
            raise SchemaNotFound(schema_id)
        return version

    def search(self, query: Query) -> Page:
        """One page of the schemas that a query names; possibly none."""
        return self._store.search(query)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> None:
        """Deactivate a schema with all its versions.

        Raises `SchemaNotFound` when it is not there or was deactivated before, `VersionReferenced`
        when active versions refer to it.
        """
        if not self._store.delete_schema(schema_id, caller):
            raise SchemaNotFound(schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> None:
        """Deactivate one version.

        Raises `VersionNotFound` when it is not there or was deactivated before, `VersionReferenced`
        when active versions refer to it.
        """
        if not self._store.delete_version(schema_id, number, caller):
            raise VersionNotFound(schema_id, number)

    def compatibility(self, mode: CompatibilityMode | None) -> CompatibilityMode:
        """The mode that is in force where a schema names this one, or none."""
        return mode or self._general().compatibility

    def validity(self, mode: ValidityMode | None) -> ValidityMode:
        """The mode that is in force where a schema names this one, or none."""
        return mode or self._general().validity

    def _created(self, command: RegisterSchema, caller: Caller, content: Content | None = None) -> Registration:
        """Register a new schema, whose content was judged already where it is given."""
        policy = command.policy or (self._defaults.policy if command.format is SchemaFormat.JSON else None)
        new = NewSchema(
            command.name,
            command.description,
            command.publisher_id,
            command.compatibility,
            command.validity,
            policy,
        )
        draft = Draft(command.text, command.format, in_order(command.references))
        return self._registered(new, Publication(self._policy, new, draft, command.description, content), caller)

    # see Judge
    def _judged(self, command: RegisterSchema, source: SchemaSource, partial: bool) -> Content:
        """`partial`: the source lacks documents that the text names, so only its syntax counts."""
        validity = self.validity(command.validity)
        if partial and validity is ValidityMode.FULL:
            validity = ValidityMode.SYNTAX_ONLY
        return self._examiner.content(command.format, source, validity)

    def _registered(self, target: Target, attempt: Publication, caller: Caller) -> Registration:
        outcome = "failed"
        try:
            done = self._store.register(target, attempt.decide, caller) or attempt.found
            assert done is not None, "nothing was added and nothing was found"
            outcome = done.outcome.value
        except (SchemaInvalid, InputInvalid):
            outcome = "invalid"
            raise
        except SchemaIncompatible:
            outcome = "incompatible"
            raise
        else:
            return replace(done, warnings=attempt.warnings)
        finally:
            if attempt.format is not None:
                self._metrics.registrations.labels(attempt.format.value, outcome).inc()
