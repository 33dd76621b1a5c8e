"""New versions of registered schemas, with other tags, metadata or rules."""

from dataclasses import dataclass, field, replace

from sluicegate.registry_api.core.commands import LATEST, Draft, RegisterVersion
from sluicegate.registry_api.core.lookup import Catalogue
from sluicegate.registry_api.core.metadata import CONFLUENT_VERSION, Metadata, RuleSet, merged_rules
from sluicegate.registry_api.core.model import Caller, Registration
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.registration import Registrations
from sluicegate.registry_api.core.subject_errors import RulesInvalid, SubjectNotFound, SubjectVersionNotFound
from sluicegate.shared.formats.engine import TagChange
from sluicegate.shared.model import VersionNumber


@dataclass(frozen=True, slots=True)
class AmendVersion:
    """A request for a changed copy of a version.

    `new_number` 0: the next one. `metadata` replaces that of the version, `rules` those of the
    newest version; instead of `rules`, those of the version before the new one can be merged with
    others (`merged_rules`) and lose some (`removed_rules`, by name).
    """

    subject: SubjectName
    number: VersionNumber
    new_number: int = 0
    tags: TagChange = field(default_factory=TagChange)
    metadata: Metadata | None = None
    rules: RuleSet | None = None
    merged_rules: RuleSet | None = None
    removed_rules: frozenset[str] | None = None

    @property
    def changes_rules(self) -> bool:
        """Whether rules that are there are to be changed."""
        return self.merged_rules is not None or self.removed_rules is not None


class Amendments:
    """Changes by registering. Thread-safe."""

    def __init__(self, catalogue: Catalogue, registrations: Registrations) -> None:
        """Take the parts."""
        self._catalogue = catalogue
        self._registrations = registrations

    def amend(self, command: AmendVersion, caller: Caller) -> Registration:
        """Register a changed version.

        Raises `SubjectNotFound` and `SubjectVersionNotFound` for the version to change,
        `RulesInvalid`, and the errors of registration.
        """
        version = self._catalogue.version(command.subject, command.number)
        rules = self._rules(command)
        metadata = (command.metadata or version.metadata or Metadata()).having(
            CONFLUENT_VERSION, str(command.new_number)
        )
        draft = Draft(version.text, version.format, version.references, metadata, rules)
        wish = RegisterVersion(command.subject, draft, command.new_number, tags=command.tags)
        return replace(self._registrations.register(wish, caller), changed=True)

    def _rules(self, command: AmendVersion) -> RuleSet | None:
        if not command.changes_rules:
            return command.rules
        if command.rules is not None:
            raise RulesInvalid("ruleSet should be omitted if specifying rulesToMerge or rulesToRemove")
        faults = command.merged_rules.faults() if command.merged_rules else ()
        if faults:
            raise RulesInvalid(faults[0])
        rules = merged_rules(self._previous(command), command.merged_rules)
        return rules.without(command.removed_rules) if rules and command.removed_rules else rules

    def _previous(self, command: AmendVersion) -> RuleSet | None:
        """The rules of the version before the new one; none where there is no such version."""
        number = VersionNumber(command.new_number - 1) if command.new_number > 1 else LATEST
        try:
            return self._catalogue.version(command.subject, number).rules
        except (SubjectNotFound, SubjectVersionNotFound):
            return None
