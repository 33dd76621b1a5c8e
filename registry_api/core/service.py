"""The registry: what may be registered, and what is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sluicegate.registry_api.core.bundles import Bundle, Document
from sluicegate.registry_api.core.compatibility import looked_at
from sluicegate.registry_api.core.errors import (
    InputInvalid,
    NotPermitted,
    SchemaIncompatible,
    SchemaInvalid,
    SchemaNotFound,
    VersionNotFound,
)
from sluicegate.registry_api.core.model import (
    AddVersion,
    Caller,
    Content,
    Incompatibility,
    Lookup,
    NewSchema,
    NewVersion,
    Outcome,
    Page,
    Query,
    Reference,
    RegisterSchema,
    Registration,
    Schema,
    Version,
)
from sluicegate.registry_api.core.ports import Examiner, SchemaReader, SchemaWriter
from sluicegate.registry_api.core.references import References, in_order
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
    """The one core behind every facade. Thread-safe: it holds no state of its own.

    Methods raise the errors of `registry_api.core.errors`, `FormatUnsupported`, and nothing else.
    """

    def __init__(
        self,
        writer: SchemaWriter,
        reader: SchemaReader,
        examiner: Examiner,
        defaults: Defaults = Defaults(),
        metrics: Metrics | None = None,
        general: Callable[[], CompatibilityMode] | None = None,
    ) -> None:
        """Take the ports, and the metrics to count in. Nothing is opened or closed here.

        `general` tells the compatibility of schemas that name none, where it may change while the registry runs.
        """
        self._writer = writer
        self._reader = reader
        self._examiner = examiner
        self._defaults = defaults
        self._metrics = metrics or Metrics()
        self._general = general or (lambda: defaults.compatibility)

    def register(self, command: RegisterSchema, caller: Caller) -> Registration:
        """Register a new schema with its first version, or find the publisher's schema that has this content already."""
        return self._counted(command.format, lambda: self._create(command, caller))

    def register_bundle(self, documents: Sequence[Document], caller: Caller) -> dict[str, Registration]:
        """Register new schemas that refer to each other; the registrations by name.

        Nothing is written unless every document is valid. If one cannot be written after that,
        those that this call wrote are deactivated again. When the store does not answer, asking
        again is safe: documents that are there are found.
        """
        bundle = Bundle(documents)
        bundle.judge(lambda command, source, partial: self._judged(command, source, partial=partial))
        added: list[SchemaId] = []

        def keep(command: RegisterSchema, content: Content) -> Registration:
            done = self._counted(command.format, lambda: self._keep(command, content, caller))
            if done.outcome is Outcome.ADDED:
                added.append(done.schema_id)
            return done

        try:
            return bundle.keep(keep)
        except (InputInvalid, NotPermitted):
            for schema_id in reversed(added):
                self._writer.delete_schema(schema_id, caller)
            raise

    def update(self, command: AddVersion, caller: Caller) -> Registration:
        """Add a version to a schema, if its mode allows, or find the active version that has this content already."""
        schema = self.schema(command.schema_id)
        return self._counted(schema.format, lambda: self._add(schema, command, caller))

    def check_compatibility(
        self, schema_id: SchemaId, text: str, references: Sequence[Reference] = ()
    ) -> tuple[Incompatibility, ...]:
        """What stands against adding a text to a schema. Empty: it may be added. Nothing is changed.

        Raises `SchemaInvalid` when the text would not be valid as a version of the schema, `InputInvalid` for references that cannot be.
        """
        schema = self.schema(schema_id)
        source = self._source(schema.format, text, references, schema_id)
        content = self._examiner.content(schema.format, source, self.validity(schema.validity))
        return self._incompatibilities(schema, _made(source, content), schema.versions[::-1], self._reader.versions)

    def check_validity(
        self, schema_format: SchemaFormat, text: str, mode: ValidityMode | None, references: Sequence[Reference] = ()
    ) -> tuple[Violation, ...]:
        """What makes a text unfit to be registered under a mode. Empty: it is fit. Nothing is changed.

        Raises `InputInvalid` for references that cannot be.
        """
        source = self._source(schema_format, text, references)
        try:
            self._examiner.content(schema_format, source, self.validity(mode))
        except SchemaInvalid as error:
            return error.violations
        return ()

    def schema(self, schema_id: SchemaId, *, deactivated: bool = False) -> Schema:
        """A schema with its active versions, or with all. Raises `SchemaNotFound` when there is no version to show."""
        schema = self._reader.schema(schema_id, deactivated=deactivated)
        if schema is None:
            raise SchemaNotFound(schema_id)
        return schema

    def version(self, schema_id: SchemaId, number: VersionNumber) -> Version:
        """One active version. Raises `VersionNotFound`."""
        version = self._reader.version(schema_id, number)
        if version is None:
            raise VersionNotFound(schema_id, number)
        return version

    def latest(self, schema_id: SchemaId) -> Version:
        """The active version with the highest number. Raises `SchemaNotFound`."""
        version = self._reader.latest(schema_id)
        if version is None:
            raise SchemaNotFound(schema_id)
        return version

    def search(self, query: Query) -> Page:
        """One page of the schemas that a query names; possibly none."""
        return self._reader.search(query)

    def delete_schema(self, schema_id: SchemaId, caller: Caller) -> None:
        """Deactivate a schema with all its versions.

        Raises `SchemaNotFound` when it is not there or was deactivated before, `VersionReferenced` when active versions refer to it.
        """
        if not self._writer.delete_schema(schema_id, caller):
            raise SchemaNotFound(schema_id)

    def delete_version(self, schema_id: SchemaId, number: VersionNumber, caller: Caller) -> None:
        """Deactivate one version.

        Raises `VersionNotFound` when it is not there or was deactivated before, `VersionReferenced` when active versions refer to it.
        """
        if not self._writer.delete_version(schema_id, number, caller):
            raise VersionNotFound(schema_id, number)

    def compatibility(self, mode: CompatibilityMode | None) -> CompatibilityMode:
        """The mode that is in force where a schema names this one, or none."""
        return mode or self._general()

    def validity(self, mode: ValidityMode | None) -> ValidityMode:
        """The mode that is in force where a schema names this one, or none."""
        return mode or self._defaults.validity

    def _create(self, command: RegisterSchema, caller: Caller) -> Registration:
        source = self._source(command.format, command.text, command.references)
        content = self._judged(command, source)
        return self._keep(command, content, caller)

    def _judged(self, command: RegisterSchema, source: SchemaSource, *, partial: bool = False) -> Content:
        """`partial`: the source lacks documents that the text names, so only its syntax counts."""
        validity = self.validity(command.validity)
        if partial and validity is ValidityMode.FULL:
            validity = ValidityMode.SYNTAX_ONLY
        return self._examiner.content(command.format, source, validity)

    def _keep(self, command: RegisterSchema, content: Content, caller: Caller) -> Registration:
        new = NewSchema(
            command.name,
            command.description,
            command.publisher_id,
            command.compatibility,
            command.validity,
            content,
            in_order(command.references),
            command.policy or (self._defaults.policy if command.format is SchemaFormat.JSON else None),
        )
        return replace(self._writer.create(new, caller), warnings=new.content.warnings)

    def _add(self, schema: Schema, command: AddVersion, caller: Caller) -> Registration:
        source = self._source(schema.format, command.text, command.references, schema.schema_id)
        content = self._examiner.content(schema.format, source, self.validity(schema.validity))

        def check(history: Sequence[Version], lookup: Lookup) -> None:
            found = self._incompatibilities(schema, _made(source, content), history, lookup)
            if found:
                raise SchemaIncompatible(found)

        new = NewVersion(schema.schema_id, command.description, content, in_order(command.references))
        return replace(self._writer.add_version(new, check, caller), warnings=content.warnings)

    def _counted(self, schema_format: SchemaFormat, attempt: Callable[[], Registration]) -> Registration:
        outcome = "failed"
        try:
            done = attempt()
            outcome = done.outcome.value
        except (SchemaInvalid, InputInvalid):
            outcome = "invalid"
            raise
        except SchemaIncompatible:
            outcome = "incompatible"
            raise
        else:
            return done
        finally:
            self._metrics.registrations.labels(schema_format.value, outcome).inc()

    def _source(
        self,
        schema_format: SchemaFormat,
        text: str,
        references: Sequence[Reference],
        owner: SchemaId | None = None,
    ) -> SchemaSource:
        return References(self._reader.versions).candidate(schema_format, text, references, owner)

    def _incompatibilities(
        self, schema: Schema, candidate: SchemaSource, history: Sequence[Version], lookup: Lookup
    ) -> tuple[Incompatibility, ...]:
        mode = self.compatibility(schema.compatibility)
        numbered = References(lookup).registered(looked_at(mode, history))
        return self._examiner.incompatibilities(
            schema.format, mode, candidate, numbered, schema.policy or Policy.STRICT
        )


def _made(source: SchemaSource, content: Content) -> SchemaSource:
    """A source with what it was compiled to, so that it is compiled once."""
    return replace(source, artifact=content.artifact)
