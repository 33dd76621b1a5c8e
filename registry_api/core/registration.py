"""Registration by subject, and the look-up of a registered schema.

The order of checks is that of Confluent's registry.
"""

from dataclasses import replace
from typing import Final

from sluicegate.registry_api.core.commands import Draft, Existence, RegisterVersion, Reuse
from sluicegate.registry_api.core.comparisons import Comparisons
from sluicegate.registry_api.core.drafts import Drafts, Judged, Judgements
from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION, Metadata, merged_metadata, merged_rules
from sluicegate.registry_api.core.model import Caller, NewVersion, Outcome, Registration, Version
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.core.ports import State, Store, View
from sluicegate.registry_api.core.scopes import Config, Mode
from sluicegate.registry_api.core.subject_errors import (
    ContentNotFound,
    DraftInvalid,
    NotPermitted,
    RulesInvalid,
    SubjectExists,
    SubjectIncompatible,
    SubjectNameInvalid,
    SubjectNotFound,
)
from sluicegate.registry_api.core.tagging import Tagging
from sluicegate.shared.model import ValidityMode, VersionNumber, Violation

MAX_ID: Final = 2**31 - 1
MAX_IMPORTED_VERSION: Final = 2**30
"""A higher number would leave none for the versions that follow it."""


class Registrations:
    """Registers and looks up. Thread-safe."""

    def __init__(
        self,
        store: Store,
        drafts: Drafts,
        comparisons: Comparisons,
        tagging: Tagging,
        defaults: Config,
        validity: ValidityMode,
    ) -> None:
        """Take the ports, and the settings that hold where no scope says otherwise."""
        self._tagging = tagging
        self._store = store
        self._drafts = drafts
        self._comparisons = comparisons
        self._defaults = defaults
        self._validity = validity

    def register(self, command: RegisterVersion, caller: Caller) -> Registration:
        """Add a version to a subject, or find the one that is just this.

        Raises `SubjectNameInvalid`, `RulesInvalid`, `DraftInvalid`, `SchemaInvalid`,
        `SubjectIncompatible`, `NotPermitted`, and `SubjectExists` or `SubjectNotFound` where the
        command says which subjects it is for.
        """
        attempt = self._attempt(command)
        added = self._store.register(command.subject, attempt.decide, caller)
        done = added
        if done is None:
            assert attempt.found is not None, "nothing was added and nothing was found"
            done = Registration.of(attempt.found, Outcome.EXISTS)
        return replace(done, changed=attempt.changed or bool(command.tags), warnings=attempt.warnings)

    def rehearse(self, command: RegisterVersion) -> None:
        """Raise the error that `register` would raise now. Nothing is changed."""
        self._attempt(command).decide(self._store.state(command.subject), self._store)

    def _attempt(self, command: RegisterVersion) -> "_Attempt":
        if not command.subject.usable:
            raise SubjectNameInvalid(command.subject)
        faults = command.draft.rules.faults() if command.draft.rules else ()
        if faults:
            raise RulesInvalid(faults[0])
        if command.draft.metadata is not None and not command.draft.metadata.keepable:
            raise DraftInvalid("The metadata contains a character that cannot be kept")
        wanted = replace(command, draft=self._tagging.retagged(command.draft, command.tags))
        return _Attempt(wanted, self._drafts, self._comparisons, self._tagging, self._defaults, self._validity)

    def lookup(self, subject: SubjectName, draft: Draft, *, normalize: bool = False, deleted: bool = False) -> Version:
        """The version of a subject that is just this draft, or would be if it were registered now.

        A draft that a subject of the default context does not have is searched for in the other
        contexts. Raises `SubjectNotFound` when there is no version, `ContentNotFound` when none is
        this, `DraftInvalid` and `SchemaInvalid` when the draft cannot be read.
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
        if not (state.occupied if deleted else state.latest) and not elsewhere:
            raise SubjectNotFound(subject)
        raise ContentNotFound

    def _found(self, state: State, draft: Draft, *, normalize: bool, deleted: bool) -> Version | None:
        if not (state.occupied if deleted else state.latest) or not (draft.text or "").strip():
            return None
        config = state.scopes.config(self._defaults)
        normal = normalize or bool(config.normalize)
        validity = lenient(state.scopes.validity(self._validity))
        judged = self._drafts.judged(state.subject, draft, self._store, validity, normalize=normal)
        found = self._drafts.found(judged, state, self._store, deleted=deleted)
        if found is not None or state.latest is None:
            return found
        populated = populated_from(config, draft, state.latest, None)
        if populated == draft:
            return None
        return self._drafts.found(replace(judged, draft=populated), state, self._store, deleted=deleted)


class _Attempt:
    """One registration, decided again after each concurrent change; its text is checked once."""

    def __init__(
        self,
        command: RegisterVersion,
        drafts: Drafts,
        comparisons: Comparisons,
        tagging: Tagging,
        defaults: Config,
        validity: ValidityMode,
    ) -> None:
        self._tagging = tagging
        self.found: Version | None = None
        self.changed = False
        self._command = command
        self._drafts = drafts
        self._comparisons = comparisons
        self._defaults = defaults
        self._validity = validity
        self._judgements = Judgements()
        self._lookups: list[tuple[Draft, VersionNumber | None, Version | None]] = []

    def decide(self, state: State, view: View) -> NewVersion | None:
        """See `Decide`."""
        command, config, mode = self._command, state.scopes.config(self._defaults), state.scopes.mode
        self.changed = False
        self._lookups.clear()  # the state is another one
        _require_existence(command, state)
        self.found = self._registered_already(state, config, view)
        if self.found is not None:
            return None
        _require_mode(state.subject, mode, with_id=command.global_id is not None)
        if command.global_id is not None and not 0 < command.global_id <= MAX_ID:
            raise DraftInvalid(f"The id {command.global_id} is out of range. Ids are from 1 to {MAX_ID}.")
        draft = command.draft
        if mode is not Mode.IMPORT:
            draft = self._filled(state)
            draft = populated_from(config, draft, state.latest, _numbered(command, state, config))
        self.changed = draft != command.draft
        judged = self._judge(state, draft, config, view)
        if command.number == 0 or mode is Mode.IMPORT:
            number = VersionNumber(command.number) or None
            self.found = self._reusable(self._looked_up(judged, state, view, number), state)
            if self.found is not None and command.global_id in (None, self.found.global_id):
                return None
        if not (mode.takes_ids or command.force):
            report = self._comparisons.report(config, judged, state, view)
            if not report.compatible:
                raise SubjectIncompatible(state.subject, report)
        return replace(judged.new_version(self._number(state, mode)), global_id=command.global_id)

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """The warnings about the text, once it was judged."""
        judged = self._judgements.first
        return () if judged is None else judged.content.warnings

    def _registered_already(self, state: State, config: Config, view: View) -> Version | None:
        """Return the existing version, in every mode: clients register their schemas repeatedly."""
        command = self._command
        defaulted = config.default_metadata or config.override_metadata or config.default_rules or config.override_rules
        if command.number != 0 or defaulted or not (command.draft.text or "").strip() or not state.latest:
            return None
        same: Version | None = state.latest if _is_spelt_alike(command.draft, state.latest) else None
        if same is None:
            judged = self._judge(state, command.draft, config, view)
            same = self._looked_up(judged, state, view)
        same = self._reusable(same, state)
        return same if same and command.global_id in (None, same.global_id) else None

    def _looked_up(
        self, judged: Judged, state: State, view: View, number: VersionNumber | None = None
    ) -> Version | None:
        """Return the version that is just this draft. The database is asked once for each draft."""
        for draft, asked, found in self._lookups:
            if (draft, asked) == (judged.draft, number):
                return found
        found = self._drafts.found(judged, state, view, number=number)
        self._lookups.append((judged.draft, number, found))
        return found

    def _reusable(self, found: Version | None, state: State) -> Version | None:
        """Return the version with the same content, if the command accepts it instead of a new one."""
        match self._command.reuse:
            case Reuse.NONE:
                return None
            case Reuse.LATEST if found is not None and state.latest is not None:
                return found if found.number == state.latest.number else None
            case _:
                return found

    def _filled(self, state: State) -> Draft:
        draft = _filled(self._command.draft, state)
        return self._tagging.handed_on(draft, state.latest) if self._command.propagate_tags else draft

    def _judge(self, state: State, draft: Draft, config: Config, view: View) -> Judged:
        subject, validity = state.subject, state.scopes.validity(self._validity)
        given_id = state.scopes.mode.takes_ids or self._command.global_id is not None
        if given_id or config.validate_new_schemas is False:
            validity = lenient(validity)
        normal = self._command.normalize or bool(config.normalize)
        subjects = tuple(reference.subject for reference in draft.references)
        key = (subject, replace(draft, metadata=None, rules=None), subjects, validity, normal)
        judged = self._judgements.once(
            key, lambda: self._drafts.judged(subject, draft, view, validity, normalize=normal)
        )
        return replace(judged, draft=draft)

    def _number(self, state: State, mode: Mode) -> VersionNumber:
        wanted, following = self._command.number, state.next_number
        if wanted <= 0:
            return following
        if wanted != following and mode is not Mode.IMPORT:
            raise DraftInvalid("Version is not one more than previous version")
        if mode is Mode.IMPORT and wanted > MAX_IMPORTED_VERSION:
            raise NotPermitted(f"Version {wanted} cannot be imported. The highest number is {MAX_IMPORTED_VERSION}.")
        return VersionNumber(wanted)


def lenient(validity: ValidityMode) -> ValidityMode:
    """Return the validity mode without the rules of the format."""
    return ValidityMode.SYNTAX_ONLY if validity is ValidityMode.FULL else validity


def populated_from(config: Config, draft: Draft, newest: Version | None, number: int | None) -> Draft:
    """Return a draft with the metadata and rules that it gets.

    Its own or else the newest version's, between the scope's defaults and overrides. `number`: the
    one for the metadata. None: no number is added.
    """
    metadata = draft.metadata if draft.metadata is not None or newest is None else newest.metadata
    rules = draft.rules if draft.rules is not None or newest is None else newest.rules
    metadata = merged_metadata(merged_metadata(config.default_metadata, metadata), config.override_metadata)
    rules = merged_rules(merged_rules(config.default_rules, rules), config.override_rules)
    if number is not None:
        metadata = (metadata or Metadata()).having(CONFLUENT_VERSION, str(number))
    return replace(draft, metadata=metadata, rules=rules)


def _filled(draft: Draft, state: State) -> Draft:
    """A draft without a text is the newest version's, with other metadata."""
    if (draft.text or "").strip():
        return draft
    newest = state.latest
    if newest is None:
        raise DraftInvalid("Empty schema")
    return replace(draft, text=newest.text, format=newest.format, references=newest.references)


def renumbered(config: Config, draft: Draft, state: State) -> int | None:
    """The next number, when the metadata that a draft gets carries one already."""
    metadata = populated_from(config, draft, state.latest, None).metadata
    return state.next_number if metadata and CONFLUENT_VERSION in metadata.properties else None


def _numbered(command: RegisterVersion, state: State, config: Config) -> int | None:
    """Return the number for the metadata: a requested one, or that of the metadata."""
    if command.number != 0:
        return state.next_number
    return renumbered(config, command.draft, state)


def _is_spelt_alike(draft: Draft, version: Version) -> bool:
    """Return whether the registered text is verbatim that of the draft, which spares the engine."""
    if (draft.text, draft.format, draft.metadata, draft.rules) != (
        version.text,
        version.format,
        version.metadata,
        version.rules,
    ):
        return False
    mine, theirs = (
        [(each.name, each.subject, each.number) for each in references]
        for references in (draft.references, version.references)
    )
    return mine == theirs


def _require_existence(command: RegisterVersion, state: State) -> None:
    if command.existence is Existence.NEW and state.latest is not None:
        raise SubjectExists(command.subject)
    if command.existence is Existence.KNOWN and state.latest is None:
        raise SubjectNotFound(command.subject)


def _require_mode(subject: SubjectName, mode: Mode, *, with_id: bool) -> None:
    where = f"Subject {subject} in context {subject.prefix}"
    if mode.read_only:
        raise NotPermitted(f"{where} is in read-only mode")
    if with_id and not mode.takes_ids:
        raise NotPermitted(f"{where} is not in import mode")
    if not with_id and mode is not Mode.READWRITE:
        raise NotPermitted(f"{where} is not in read-write mode")
