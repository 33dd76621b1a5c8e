"""Registration by publisher and fingerprint, as the native API does it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sluicegate.registry_api.core.commands import Draft
from sluicegate.registry_api.core.comparisons import Comparisons
from sluicegate.registry_api.core.drafts import Drafts, Judged, Judgements
from sluicegate.registry_api.core.errors import NotPermitted, SchemaIncompatible, SchemaNotFound
from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION
from sluicegate.registry_api.core.model import (
    Address,
    Content,
    Direction,
    Incompatibility,
    NewSchema,
    NewVersion,
    Outcome,
    Registration,
    Version,
)
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT
from sluicegate.registry_api.core.ports import State, View
from sluicegate.registry_api.core.registration import populated_from, renumbered
from sluicegate.registry_api.core.reports import CompatibilityReport
from sluicegate.registry_api.core.scopes import Config, Mode
from sluicegate.shared.model import Finding, SchemaId, ValidityMode, Violation


@dataclass(frozen=True, slots=True)
class NativePolicy:
    """The parts of native registrations, and defaults without a setting of scope or schema."""

    drafts: Drafts
    comparisons: Comparisons
    defaults: Config
    validity: ValidityMode


class Publication:
    """One native registration, decided again whenever its schema changed meanwhile.

    Its text is judged once for each format.

    `target` is the schema that it makes, or the number of the one that it adds a version to.
    """

    def __init__(
        self,
        policy: NativePolicy,
        target: NewSchema | SchemaId,
        draft: Draft,
        description: str = "",
        content: Content | None = None,
    ) -> None:
        """Take the text, whose references are in the order of their names, and its content if that was judged already."""
        self.found: Registration | None = None
        self.warnings: tuple[Violation, ...] = ()
        self._new = target if isinstance(target, NewSchema) else None
        self._schema_id = SchemaId(0) if isinstance(target, NewSchema) else target
        self.format = draft.format if self._new else None
        self._policy = policy
        self._draft = draft
        self._description = description
        self._content = content
        self._judgements = Judgements()

    def decide(self, state: State, view: View) -> NewVersion | None:
        """See `Decide`."""
        judged = self.judged(state, view)
        self.found = self._registered_already(judged, state, view)
        if self.found is not None:
            return None
        if state.scopes.mode is not Mode.READWRITE:
            raise NotPermitted
        found = self.incompatibilities(state, judged, view)
        if found:
            raise SchemaIncompatible(found)
        version = judged.new_version(state.next_number)
        return replace(version, description=self._description, by_fingerprint=_is_plain(judged))

    def judged(self, state: State, view: View) -> Judged:
        """The text as a version of the schema.

        Raises `SchemaNotFound` when the schema has no active version.
        """
        new, draft = self._new, self._draft
        if new is None:
            if state.latest is None:
                raise SchemaNotFound(self._schema_id)
            draft = replace(draft, format=state.latest.format)
        config = state.scopes.config(self._policy.defaults)
        self.format = draft.format
        validity = (new and new.validity) or state.scopes.validity(self._policy.validity)
        key = (draft.format, validity, bool(config.normalize))
        judged = self._judgements.once(
            key,
            lambda: self._policy.drafts.judged_at(
                draft,
                view,
                validity,
                normalize=key[2],
                owner=state.schema_id,
                context=DEFAULT_CONTEXT,
                known=self._content,
            ),
        )
        self.warnings = judged.content.warnings
        number = renumbered(config, draft, state)
        return replace(judged, draft=populated_from(config, draft, state.latest, number))

    def incompatibilities(self, state: State, judged: Judged, view: View) -> tuple[Incompatibility, ...]:
        """The incompatibilities of a judged text with the versions that the schema's settings name."""
        if state.latest is None:
            return ()
        config = state.scopes.config(self._policy.defaults)
        report = self._policy.comparisons.report(config, judged, state, view)
        return (*_reserved(report, state.latest), *report.incompatibilities, *_of_other_formats(report))

    def _registered_already(self, judged: Judged, state: State, view: View) -> Registration | None:
        if self._new is not None:  # the store looks for the content when it adds the schema
            forbidden = state.scopes.mode is not Mode.READWRITE
            at = _published(self._new, judged, view) if forbidden else None
            return None if at is None else Registration(Outcome.EXISTS, *at)
        same = None if _is_plain(judged) else self._policy.drafts.found(_unnumbered(judged), state, view)
        same = same or _same(judged, state, view)
        return None if same is None else Registration.of(same, Outcome.EXISTS)


def _is_plain(judged: Judged) -> bool:
    """Whether only the text makes the content, so that its fingerprint tells."""
    return judged.draft.metadata is None and judged.draft.rules is None


def _unnumbered(judged: Judged) -> Judged:
    """The same without the number in its metadata, which is never that of a version that is there."""
    metadata = judged.draft.metadata
    unnumbered = metadata and metadata.without(CONFLUENT_VERSION)
    return replace(judged, draft=replace(judged.draft, metadata=unnumbered))


def _published(new: NewSchema, judged: Judged, view: View) -> Address | None:
    draft = judged.draft
    identity = None if _is_plain(judged) else judged.identity(draft.metadata, draft.rules)
    return view.published(new.publisher_id, judged.content.fingerprint, identity)


def _same(judged: Judged, state: State, view: View) -> Version | None:
    """The newest active version with the same fingerprint, and nothing else that makes its content."""
    fingerprint = judged.content.fingerprint
    if state.schema_id is None:
        return None
    latest = state.latest
    if latest is not None and latest.plain and latest.fingerprint == fingerprint:
        return latest
    versions = view.candidates(state.schema_id, (), fingerprint)
    return next((version for version in versions if version.plain and version.fingerprint == fingerprint), None)


def _reserved(report: CompatibilityReport, latest: Version) -> Iterator[Incompatibility]:
    for sentence in report.reserved:
        remedy = "Change the field, or the metadata that reserves it"
        yield Incompatibility(latest.number, Direction.BACKWARD, Finding("reserved_field", "", sentence, remedy))


def _of_other_formats(report: CompatibilityReport) -> Iterator[Incompatibility]:
    for failure in report.failures:
        if not failure.same_format:
            change = (
                f"Version {failure.number} is {failure.format.value}, and versions of two formats cannot be compared"
            )
            remedy = "Register it as a schema of its own, or with compatibility NONE"
            yield Incompatibility(failure.number, Direction.BACKWARD, Finding("format_changed", "", change, remedy))
