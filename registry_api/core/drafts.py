"""Judged texts: their references resolved, their content made by an engine, their identity known."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sluicegate.registry_api.core.commands import Draft
from sluicegate.registry_api.core.errors import InputInvalid, SchemaInvalid
from sluicegate.registry_api.core.identity import as_registered, guid, identity
from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION, Metadata, RuleSet
from sluicegate.registry_api.core.model import Content, NewVersion, Reference, Version
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.ports import Examiner, State, View
from sluicegate.registry_api.core.references import References, in_order
from sluicegate.registry_api.core.subject_errors import DraftInvalid
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, SchemaId, ValidityMode, VersionNumber

_BINARY = re.compile(r"(?!\s*//)[A-Za-z0-9+/=\s]+")
"""A descriptor in base64: a text of Protobuf has a semicolon or a brace, or is a comment."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft after the engine's check: the text to store, and the parts of its identity.

    `references` are resolved, in their original order.
    """

    draft: Draft
    source: SchemaSource
    content: Content
    references: tuple[Reference, ...]

    def guid(self, metadata: Metadata | None, rules: RuleSet | None) -> str:
        """The guid with some metadata and rules."""
        return guid(self.content.standard_text, self.references, metadata, rules)

    def identity(self, metadata: Metadata | None, rules: RuleSet | None) -> str:
        """The identity with some metadata and rules."""
        return identity(self.draft.format, self.content.standard_text, self.references, metadata, rules)

    @property
    def identities(self) -> Collection[str]:
        """The identities of contents that may be just this draft: with the metadata as sent, and without its number."""
        metadata, rules = self.draft.metadata, self.draft.rules
        unnumbered = metadata and metadata.without(CONFLUENT_VERSION)
        return {self.identity(metadata, rules), self.identity(unnumbered, rules)}

    def new_version(self, number: VersionNumber) -> NewVersion:
        """The draft as a version to be kept."""
        metadata, rules = self.draft.metadata, self.draft.rules
        return NewVersion(
            number,
            self.content,
            self.guid(metadata, rules),
            self.identity(metadata, rules),
            metadata,
            rules,
            self.references,
        )

    def is_same_as(self, version: Version, own_identity: str) -> bool:
        """Whether a version is just this draft.

        The number in the version's metadata counts only if the draft carries one too.
        `own_identity` is the draft's own.
        """
        if self.draft.format is not version.format:
            return False
        metadata = as_registered(self.draft.metadata, version.metadata)
        if version.identity is None:
            return self._is_alike(version, metadata)
        mine = own_identity if metadata == self.draft.metadata else self.identity(metadata, self.draft.rules)
        return mine == version.identity

    def _is_alike(self, version: Version, metadata: Metadata | None) -> bool:
        """Compare with a version of an earlier release, whose guid alone does not tell."""
        mine = (metadata, self.draft.rules, in_order(self.references))
        theirs = (version.metadata, version.rules, in_order(version.references))
        return mine == theirs and version.guid == self.guid(metadata, self.draft.rules)


class Judgements:
    """Results of one registration, which may be decided several times, with refusals."""

    def __init__(self) -> None:
        """Nothing is judged."""
        self._known: dict[object, Judged | SchemaInvalid] = {}

    def once(self, key: object, judge: Callable[[], Judged]) -> Judged:
        """Check a text, or return or raise the cached result of this key. Raises `SchemaInvalid`."""
        if key not in self._known:
            try:
                self._known[key] = judge()
            except SchemaInvalid as error:
                self._known[key] = error
        found = self._known[key]
        if isinstance(found, SchemaInvalid):
            raise found
        return found

    @property
    def first(self) -> Judged | None:
        """The first text that was not refused."""
        return next((each for each in self._known.values() if isinstance(each, Judged)), None)


class Drafts:
    """Judges drafts, and finds them among the versions of a schema. Thread-safe."""

    def __init__(self, examiner: Examiner) -> None:
        """Take the judge of texts."""
        self._examiner = examiner

    def judged(
        self, subject: SubjectName, draft: Draft, view: View, validity: ValidityMode, *, normalize: bool
    ) -> Judged:
        """Judge a draft whose references name subjects.

        Raises `SchemaInvalid` for its text, and `DraftInvalid` when it is empty or its references
        cannot be resolved.
        """
        if draft.text is None or not draft.text.strip():
            raise DraftInvalid("Empty schema")
        located = replace(draft, references=_located(subject, draft.references, view))
        try:
            return self.judged_at(located, view, validity, normalize=normalize)
        except InputInvalid as error:
            raise DraftInvalid("; ".join(violation.message for violation in error.violations)) from error

    def judged_at(
        self,
        draft: Draft,
        view: View,
        validity: ValidityMode,
        *,
        normalize: bool,
        owner: SchemaId | None = None,
        context: str | None = None,
        known: Content | None = None,
    ) -> Judged:
        """Judge a draft whose references have addresses. `owner` is the schema that it is to join.

        `context`: name the subjects of the references as a schema of this context does. `known` is
        the content, if it was judged already. Raises `SchemaInvalid` for its text, `InputInvalid`
        for its references.
        """
        text, references = draft.text or "", References(view.versions)
        source = references.candidate(draft.format, text, draft.references, owner)
        named = draft.references if context is None else references.with_subjects(draft.references, context)
        content = known or self._examiner.content(draft.format, source, validity)
        if normalize:
            content = self._normalized(source, content)
        elif draft.format is SchemaFormat.PROTOBUF and _BINARY.fullmatch(text):
            content = replace(content, text=content.standard_text)
        source = replace(source, text=content.text, artifact=content.artifact)
        return Judged(draft, source, content, named)

    def _normalized(self, source: SchemaSource, content: Content) -> Content:
        """The content of the normalized text.

        In Protobuf it has another identity, because the order of fields counts there.
        """
        normal = content.normalized_text
        if content.format is SchemaFormat.PROTOBUF and normal != content.standard_text:
            return self._examiner.content(content.format, replace(source, text=normal), ValidityMode.SYNTAX_ONLY)
        return replace(content, text=normal, standard=normal)

    def found(
        self, judged: Judged, state: State, view: View, *, deleted: bool = False, number: VersionNumber | None = None
    ) -> Version | None:
        """The newest version of a schema that is just this draft, or refers to others where the draft writes them out.

        `number`: only the version of this number.
        """
        if state.schema_id is None:
            return None
        own, identities = judged.identity(judged.draft.metadata, judged.draft.rules), judged.identities
        versions = view.candidates(state.schema_id, identities, judged.content.fingerprint, deleted=deleted)
        versions = [each for each in versions if number in (None, each.number)]
        same = next((version for version in versions if self._is_same(judged, version, own, view)), None)
        if same is not None or judged.references:
            return same
        referring = [version for version in versions if version.references and version.format is judged.draft.format]
        return next((version for version in referring if self._writes_out(judged, version, view)), None)

    def _is_same(self, judged: Judged, version: Version, own_identity: str, view: View) -> bool:
        """Whether a version is just this draft, also where its identity may be that of another text."""
        if version.exact or not version.plain:
            return judged.is_same_as(version, own_identity)
        # the same for all forms of one content
        if version.fingerprint != judged.content.fingerprint:
            return False
        (registered,) = References(view.versions).registered([version])
        content = self._examiner.content(version.format, registered.source, ValidityMode.NONE)
        theirs = identity(version.format, content.standard_text, version.references)
        return judged.is_same_as(replace(version, identity=theirs), own_identity)

    def _writes_out(self, judged: Judged, version: Version, view: View) -> bool:
        metadata = as_registered(judged.draft.metadata, version.metadata)
        if (metadata, judged.draft.rules) != (version.metadata, version.rules):
            return False
        (registered,) = References(view.versions).registered([version])
        content = self._examiner.content(version.format, registered.source, ValidityMode.NONE)
        return content.resolved is not None and content.resolved == judged.content.resolved


def _located(subject: SubjectName, references: Sequence[Reference], view: View) -> tuple[Reference, ...]:
    """The references of a request by subject, with the places of their versions."""
    if not references:
        return ()
    found = view.addresses([(subject.referred(reference.subject), reference.number) for reference in references])
    missing = [reference for reference, at in zip(references, found, strict=True) if at is None]
    if missing:
        raise DraftInvalid(_missing(missing))
    return tuple(replace(each, address=at) for each, at in zip(references, found, strict=True) if at is not None)


def _missing(references: Sequence[Reference]) -> str:
    return "; ".join(
        f'No schema reference found for subject "{reference.subject}" and version {reference.number}'
        for reference in references
    )
