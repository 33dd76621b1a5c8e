"""Registering versions of subjects, and finding out whether a schema is registered, in the order in which Confluent's registry does it."""

from dataclasses import replace
from typing import Final

from sluicegate.registry_api.core.model import Caller, Lookup
from sluicegate.registry_api.core.subjects.comparisons import Comparisons
from sluicegate.registry_api.core.subjects.drafts import Drafts, Judged
from sluicegate.registry_api.core.subjects.errors import (
    ContentNotFound,
    DraftInvalid,
    NotPermitted,
    RulesInvalid,
    SubjectIncompatible,
    SubjectNameInvalid,
    SubjectNotFound,
)
from sluicegate.registry_api.core.subjects.metadata import CONFLUENT_VERSION, Metadata, merged_metadata, merged_rules
from sluicegate.registry_api.core.subjects.model import Draft, RegisteredVersion, RegisterVersion, SubjectVersion
from sluicegate.registry_api.core.subjects.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.subjects.ports import NewSubjectVersion, SubjectState, SubjectStore
from sluicegate.registry_api.core.subjects.scopes import Config, Mode
from sluicegate.registry_api.core.subjects.tagging import Tagging
from sluicegate.shared.model import ValidityMode, VersionNumber, Violation

MAX_ID: Final = 2**31 - 1
MAX_IMPORTED_VERSION: Final = 2**30
"""A higher number would leave none for the versions that follow it."""


class Registrations:
    """Registers and looks up. Thread-safe."""

    def __init__(
        self,
        store: SubjectStore,
        lookup: Lookup,
        drafts: Drafts,
        comparisons: Comparisons,
        tagging: Tagging,
        defaults: Config,
    ) -> None:
        """Take the ports, and the settings that hold where no scope says otherwise."""
        self._tagging = tagging
        self._store = store
        self._lookup = lookup
        self._drafts = drafts
        self._comparisons = comparisons
        self._defaults = defaults

    def register(self, command: RegisterVersion, caller: Caller) -> RegisteredVersion:
        """Add a version to a subject, or find the one that is just this.

        Raises `SubjectNameInvalid`, `RulesInvalid`, `DraftInvalid`, `SchemaInvalid`, `SubjectIncompatible`, `NotPermitted`.
        """
        if not command.subject.usable:
            raise SubjectNameInvalid(command.subject)
        faults = command.draft.rules.faults() if command.draft.rules else ()
        if faults:
            raise RulesInvalid(faults[0])
        if command.draft.metadata is not None and not command.draft.metadata.keepable:
            raise DraftInvalid("The metadata contains a character that cannot be kept")
        wish = replace(command, draft=self._tagging.retagged(command.draft, command.tags))
        attempt = _Attempt(wish, self._drafts, self._comparisons, self._tagging, self._defaults)
        added = self._store.register(command.subject, attempt.decide, caller)
        found = added or attempt.found
        assert found is not None, "nothing was added and nothing was found"
        changed = attempt.changed or bool(command.tags)
        return RegisteredVersion(found, added is not None, changed, attempt.warnings)

    def lookup(
        self, subject: SubjectName, draft: Draft, *, normalize: bool = False, deleted: bool = False
    ) -> SubjectVersion:
        """The version of a subject that is just this draft, or would be if it were registered now.

        A subject of the default context that does not have it is looked for in the other contexts. Raises `SubjectNotFound` when there is
        no version, `ContentNotFound` when none is this, `DraftInvalid` and `SchemaInvalid` when the draft cannot be read.
        """
        state = self._store.state(subject)
        found = self._found(state, draft, normalize=normalize, deleted=deleted)
        if found is not None:
            return found
        elsewhere = self._store.namesakes(subject.name) if subject.context == DEFAULT_CONTEXT else ()
        for namesake in elsewhere:
            found = self._found(self._store.state(namesake), draft, normalize=normalize, deleted=deleted)
            if found is not None:
                return found
        if not (state.versions if deleted else state.active) and not elsewhere:
            raise SubjectNotFound(subject)
        raise ContentNotFound

    def _found(self, state: SubjectState, draft: Draft, *, normalize: bool, deleted: bool) -> SubjectVersion | None:
        versions = state.versions if deleted else state.active
        if not versions or not (draft.text or "").strip():
            return None
        config = state.scopes.config(self._defaults)
        normal = normalize or bool(config.normalize)
        judged = self._drafts.judged(state.subject, draft, self._lookup, ValidityMode.SYNTAX_ONLY, normalize=normal)
        found = self._drafts.matching(judged, versions[::-1], self._lookup)
        if found is not None or not state.active:
            return found
        populated = populated_from(config, draft, state.active[-1], None)
        if populated == draft:
            return None
        return self._drafts.matching(replace(judged, draft=populated), versions[::-1], self._lookup)


class _Attempt:
    """One registration, decided as often as its subject changes meanwhile; its text is judged once."""

    def __init__(
        self, command: RegisterVersion, drafts: Drafts, comparisons: Comparisons, tagging: Tagging, defaults: Config
    ) -> None:
        self._tagging = tagging
        self.found: SubjectVersion | None = None
        self.changed = False
        self._command = command
        self._drafts = drafts
        self._comparisons = comparisons
        self._defaults = defaults
        self._judged: dict[tuple[Draft, ValidityMode, bool], Judged] = {}

    def decide(self, state: SubjectState, lookup: Lookup) -> NewSubjectVersion | None:
        """See `Decide`."""
        command, config, mode = self._command, state.scopes.config(self._defaults), state.scopes.mode
        self.changed = False
        self.found = self._registered_already(state, config, lookup)
        if self.found is not None:
            return None
        _require_mode(state.subject, mode, with_id=command.global_id is not None)
        if command.global_id is not None and not 0 < command.global_id <= MAX_ID:
            raise DraftInvalid(f"The id {command.global_id} is out of range. Ids are from 1 to {MAX_ID}.")
        draft = command.draft
        if mode is not Mode.IMPORT:
            draft = self._filled(state)
            draft = populated_from(config, draft, _newest(state), _numbered(command, state, config))
        self.changed = draft != command.draft
        judged = self._judge(state.subject, draft, config, mode, lookup)
        if command.number == 0 or mode is Mode.IMPORT:
            numbered = [version for version in state.active[::-1] if command.number in (0, version.number)]
            self.found = self._drafts.matching(judged, numbered, lookup)
            if self.found is not None and command.global_id in (None, self.found.global_id):
                return None
        if not (mode.takes_ids or command.force):
            report = self._comparisons.report(config, judged, state.active, lookup)
            if not report.compatible:
                raise SubjectIncompatible(state.subject, report)
        return NewSubjectVersion(
            number=self._number(state, mode),
            content=judged.content,
            guid=judged.guid(draft.metadata, draft.rules),
            identity=judged.identity(draft.metadata, draft.rules),
            metadata=draft.metadata,
            rules=draft.rules,
            references=judged.addresses,
            named=judged.references,
            global_id=command.global_id,
        )

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """The warnings about the text, once it was judged."""
        judged = next(iter(self._judged.values()), None)
        return () if judged is None else judged.content.warnings

    def _registered_already(self, state: SubjectState, config: Config, lookup: Lookup) -> SubjectVersion | None:
        """What is there already, whatever the mode is: clients register again and again what they use."""
        command = self._command
        defaulted = config.default_metadata or config.override_metadata or config.default_rules or config.override_rules
        if command.number != 0 or defaulted or not (command.draft.text or "").strip() or not state.active:
            return None
        same = _spelt_alike(command, state)
        if same is None:
            judged = self._judge(state.subject, command.draft, config, state.scopes.mode, lookup)
            same = self._drafts.matching(judged, state.active[::-1], lookup)
        return same if same and command.global_id in (None, same.global_id) else None

    def _filled(self, state: SubjectState) -> Draft:
        draft = _filled(self._command.draft, state)
        return self._tagging.handed_on(draft, _newest(state)) if self._command.propagate_tags else draft

    def _judge(self, subject: SubjectName, draft: Draft, config: Config, mode: Mode, lookup: Lookup) -> Judged:
        lenient = mode.takes_ids or self._command.global_id is not None or config.validate_new_schemas is False
        validity = ValidityMode.SYNTAX_ONLY if lenient else ValidityMode.FULL
        normal = self._command.normalize or bool(config.normalize)
        key = (replace(draft, metadata=None, rules=None), validity, normal)
        if key not in self._judged:
            self._judged[key] = self._drafts.judged(subject, draft, lookup, validity, normalize=normal)
        return replace(self._judged[key], draft=draft)

    def _number(self, state: SubjectState, mode: Mode) -> VersionNumber:
        wanted, following = self._command.number, state.next_number
        if wanted <= 0:
            return following
        if wanted != following and mode is not Mode.IMPORT:
            raise DraftInvalid("Version is not one more than previous version")
        if mode is Mode.IMPORT and wanted > MAX_IMPORTED_VERSION:
            raise NotPermitted(f"Version {wanted} cannot be imported. The highest number is {MAX_IMPORTED_VERSION}.")
        return VersionNumber(wanted)


def populated_from(config: Config, draft: Draft, newest: SubjectVersion | None, number: int | None) -> Draft:
    """A draft with the metadata and rules that it gets: its own or else the newest version's, between the scope's defaults and overrides.

    `number`: the one that the metadata must carry. None: it carries none that it did not have.
    """
    metadata = draft.metadata if draft.metadata is not None or newest is None else newest.metadata
    rules = draft.rules if draft.rules is not None or newest is None else newest.rules
    metadata = merged_metadata(merged_metadata(config.default_metadata, metadata), config.override_metadata)
    rules = merged_rules(merged_rules(config.default_rules, rules), config.override_rules)
    if number is not None:
        metadata = (metadata or Metadata()).having(CONFLUENT_VERSION, str(number))
    return replace(draft, metadata=metadata, rules=rules)


def _filled(draft: Draft, state: SubjectState) -> Draft:
    """A draft without a text is the newest version's, with other metadata."""
    if (draft.text or "").strip():
        return draft
    newest = _newest(state)
    if newest is None:
        raise DraftInvalid("Empty schema")
    return replace(draft, text=newest.text, format=newest.format, references=newest.references)


def _newest(state: SubjectState) -> SubjectVersion | None:
    return state.active[-1] if state.active else None


def _numbered(command: RegisterVersion, state: SubjectState, config: Config) -> int | None:
    """The number that the metadata is to carry: when one was asked for, or when it carries one already."""
    if command.number != 0:
        return state.next_number
    metadata = populated_from(config, command.draft, _newest(state), None).metadata
    return state.next_number if metadata and CONFLUENT_VERSION in metadata.properties else None


def _spelt_alike(command: RegisterVersion, state: SubjectState) -> SubjectVersion | None:
    """The newest version that was registered letter by letter as this one: no engine need look at it."""
    draft = command.draft
    for version in reversed(state.active):
        if (
            version.whole
            and (version.text, version.format, version.metadata, version.rules)
            == (
                draft.text,
                draft.format,
                draft.metadata,
                draft.rules,
            )
            and version.references == draft.references
        ):
            return version
    return None


def _require_mode(subject: SubjectName, mode: Mode, *, with_id: bool) -> None:
    where = f"Subject {subject} in context {subject.prefix}"
    if mode.read_only:
        raise NotPermitted(f"{where} is in read-only mode")
    if with_id and not mode.takes_ids:
        raise NotPermitted(f"{where} is not in import mode")
    if not with_id and mode is not Mode.READWRITE:
        raise NotPermitted(f"{where} is not in read-write mode")
