"""Drafts made ready: what they refer to found, their texts judged, their identity known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sluicegate.registry_api.core.errors import InputInvalid
from sluicegate.registry_api.core.model import Content, Lookup, Reference
from sluicegate.registry_api.core.ports import Examiner
from sluicegate.registry_api.core.references import References, in_order
from sluicegate.registry_api.core.subjects.errors import DraftInvalid
from sluicegate.registry_api.core.subjects.identity import as_registered, guid, identity
from sluicegate.registry_api.core.subjects.metadata import Metadata, RuleSet
from sluicegate.registry_api.core.subjects.model import Draft, SubjectReference, SubjectVersion
from sluicegate.registry_api.core.subjects.names import SubjectName
from sluicegate.registry_api.core.subjects.ports import SubjectReader
from sluicegate.registry_api.core.subjects.texts import whole
from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.model import SchemaFormat, ValidityMode

_BINARY = re.compile(r"[A-Za-z0-9+/=\s]+")
"""A descriptor in base64: a text of Protobuf has a semicolon or a brace."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft that was judged: the text as it is to be kept, and all that its identity is made of.

    `references` are as they were sent, with `LATEST` resolved; `addresses` say where they stand.
    """

    draft: Draft
    source: SchemaSource
    content: Content
    references: tuple[SubjectReference, ...]
    addresses: tuple[Reference, ...]

    def guid(self, metadata: Metadata | None, rules: RuleSet | None) -> str:
        """The guid with some metadata and rules."""
        return guid(self.content.standard_text, self.references, metadata, rules)

    def identity(self, metadata: Metadata | None, rules: RuleSet | None) -> str:
        """The identity with some metadata and rules."""
        return identity(self.draft.format, self.content.standard_text, self.references, metadata, rules)

    def is_same_as(self, version: SubjectVersion, own_identity: str) -> bool:
        """Whether a version is just this: a number that its metadata carries is not looked at unless the draft carries one too.

        `own_identity` is the draft's own, worked out once for all versions.
        """
        if not version.identified and self.draft.metadata is None and self.draft.rules is None:
            return version.fingerprint == self.content.fingerprint
        if self.draft.format is not version.format:
            return False
        metadata = as_registered(self.draft.metadata, version.metadata)
        if version.identity is None:
            return self._is_alike(version, metadata)
        mine = own_identity if metadata == self.draft.metadata else self.identity(metadata, self.draft.rules)
        return mine == version.identity

    def _is_alike(self, version: SubjectVersion, metadata: Metadata | None) -> bool:
        """The same, of a version that an earlier release kept: its guid alone does not tell."""
        mine = (metadata, self.draft.rules, self.addresses)
        return mine == (version.metadata, version.rules, version.addresses) and version.guid == self.guid(
            metadata, self.draft.rules
        )


class Drafts:
    """Makes drafts ready. Thread-safe."""

    def __init__(self, reader: SubjectReader, examiner: Examiner) -> None:
        """Take the ports."""
        self._reader = reader
        self._examiner = examiner

    def judged(
        self, subject: SubjectName, draft: Draft, lookup: Lookup, validity: ValidityMode, *, normalize: bool
    ) -> Judged:
        """A draft for a subject. Raises `SchemaInvalid` for its text, and `DraftInvalid` when it is empty or refers to what cannot be."""
        text = draft.text
        if text is None or not text.strip():
            raise DraftInvalid("Empty schema")
        references, addresses = self._located(subject, draft)
        try:
            source = References(lookup).candidate(draft.format, text, addresses)
        except InputInvalid as error:
            raise DraftInvalid("; ".join(violation.message for violation in error.violations)) from error
        content = self._examiner.content(draft.format, source, validity)
        if normalize:
            content = self._normalized(source, content)
        elif draft.format is SchemaFormat.PROTOBUF and _BINARY.fullmatch(text):
            content = replace(content, text=content.standard_text)
        source = replace(source, text=content.text)
        return Judged(draft, replace(source, artifact=content.artifact), content, references, in_order(addresses))

    def _normalized(self, source: SchemaSource, content: Content) -> Content:
        """The content of the normalized text. In Protobuf it has another identity, because the order of fields counts there."""
        normal = content.normalized_text
        if content.format is SchemaFormat.PROTOBUF and normal != content.standard_text:
            return self._examiner.content(content.format, replace(source, text=normal), ValidityMode.SYNTAX_ONLY)
        return replace(content, text=normal, standard=normal)

    def matching(self, judged: Judged, versions: Sequence[SubjectVersion], lookup: Lookup) -> SubjectVersion | None:
        """The first of some versions that is just this draft, or refers to others where the draft writes them out."""
        found = self._matching(judged, versions, lookup)
        return whole([found], lookup)[0] if found else None

    def _matching(self, judged: Judged, versions: Sequence[SubjectVersion], lookup: Lookup) -> SubjectVersion | None:
        own = judged.identity(judged.draft.metadata, judged.draft.rules)
        found = next((version for version in versions if judged.is_same_as(version, own)), None)
        if found is not None or judged.references:
            return found
        referring = [version for version in versions if version.references and version.format is judged.draft.format]
        return next((version for version in referring if self._writes_out(judged, version, lookup)), None)

    def _writes_out(self, judged: Judged, version: SubjectVersion, lookup: Lookup) -> bool:
        metadata = as_registered(judged.draft.metadata, version.metadata)
        if (metadata, judged.draft.rules) != (version.metadata, version.rules):
            return False
        (found,) = whole([version], lookup)
        (registered,) = References(lookup).registered([found.kept])
        content = self._examiner.content(version.format, registered.source, ValidityMode.NONE)
        return content.resolved is not None and content.resolved == judged.content.resolved

    def _located(
        self, subject: SubjectName, draft: Draft
    ) -> tuple[tuple[SubjectReference, ...], tuple[Reference, ...]]:
        if not draft.references:
            return (), ()
        wanted = [(subject.referred(reference.subject), reference.number) for reference in draft.references]
        found = self._reader.addresses(wanted)
        missing = [reference for reference, at in zip(draft.references, found, strict=True) if at is None]
        if missing:
            raise DraftInvalid(_missing(missing))
        located = [(reference, at) for reference, at in zip(draft.references, found, strict=True) if at is not None]
        return (
            tuple(replace(reference, number=at.address.number) for reference, at in located),
            tuple(replace(at, name=reference.name) for reference, at in located),
        )


def _missing(references: Sequence[SubjectReference]) -> str:
    return "; ".join(
        f'No schema reference found for subject "{reference.subject}" and version {reference.number}'
        for reference in references
    )
