"""Errors about subjects, each with its code in Confluent's API.

RegistryError
├── SubjectError
│   ├── SubjectNotFound              40401
│   ├── SubjectVersionNotFound       40402
│   ├── SubjectExists                409
│   ├── RuleExists                   409
│   ├── RuleNotFound                 404
│   ├── ContentNotFound              40403
│   ├── SubjectSoftDeleted           40404
│   ├── SubjectNotSoftDeleted        40405
│   ├── VersionSoftDeleted           40406
│   ├── VersionNotSoftDeleted        40407
│   ├── ConfigNotFound               40408
│   ├── ModeNotFound                 40409
│   ├── ModeMisplaced                42204
│   ├── SubjectIncompatible          409 or 40901
│   ├── DraftInvalid                 42201
│   ├── ReferenceExists              42206
│   ├── SubjectNameInvalid           42208
│   ├── RulesInvalid                 42210
│   ├── SettingInvalid               422
│   └── ContextNotEmpty              42211
├── NotPermitted                     42205
│   ├── IdTaken
│   └── NumberTaken
├── SchemaInvalid                    42201: the violations of a text
└── StoreUnavailable                 50001
"""

from sluicegate.registry_api.core.errors import NotPermitted as NotPermitted
from sluicegate.registry_api.core.errors import RegistryError
from sluicegate.registry_api.core.names import SubjectName
from sluicegate.registry_api.core.reports import CompatibilityReport
from sluicegate.shared.model import GlobalId, VersionNumber


class SubjectError(RegistryError):
    """The registry refused a request about a subject."""


class SubjectNotFound(SubjectError):
    """No such subject (40401)."""

    def __init__(self, subject: SubjectName) -> None:
        """Name the subject."""
        super().__init__(f"Subject '{subject}' not found.")
        self.subject = subject


class SubjectVersionNotFound(SubjectError):
    """The subject has no such version (40402)."""

    def __init__(self, number: VersionNumber | int | str) -> None:
        """Name the version that was asked for."""
        super().__init__(f"Version {number} not found.")
        self.number = number


class SubjectExists(SubjectError):
    """A subject that was to be new has an active version.

    No request of Confluent's API asks for that.
    """

    def __init__(self, subject: SubjectName) -> None:
        """Name the subject."""
        super().__init__(f"Subject '{subject}' already exists.")
        self.subject = subject


class RuleExists(SubjectError):
    """A rule that was to be new is set. No request of Confluent's API asks for that."""

    def __init__(self, rule: str) -> None:
        """Name the rule."""
        super().__init__(f"A rule named '{rule}' already exists.")
        self.rule = rule


class RuleNotFound(SubjectError):
    """A subject has no rule of its own. No request of Confluent's API asks for that."""

    def __init__(self, rule: str) -> None:
        """Name the rule."""
        super().__init__(f"No rule named '{rule}' was found.")
        self.rule = rule


class ContentNotFound(SubjectError):
    """No such schema (40403)."""

    def __init__(self, identity: GlobalId | str | None = None) -> None:
        """Name the id or guid of the request; None for a look-up by text."""
        super().__init__("Schema not found" if identity is None else f"Schema {identity} not found")
        self.identity = identity


class SubjectSoftDeleted(SubjectError):
    """The subject was deleted before (40404)."""

    def __init__(self, subject: SubjectName) -> None:
        """Name the subject."""
        super().__init__(f"Subject '{subject}' was soft deleted.Set permanent=true to delete permanently")
        self.subject = subject


class SubjectNotSoftDeleted(SubjectError):
    """A version that was not deleted softly cannot be deleted permanently (40405)."""

    def __init__(self, subject: SubjectName) -> None:
        """Name the subject."""
        super().__init__(f"Subject '{subject}' was not deleted first before being permanently deleted")
        self.subject = subject


class VersionSoftDeleted(SubjectError):
    """The version was deleted before (40406)."""

    def __init__(self, subject: SubjectName, number: VersionNumber) -> None:
        """Name the version."""
        super().__init__(
            f"Subject '{subject}' Version {number} was soft deleted.Set permanent=true to delete permanently"
        )
        self.subject, self.number = subject, number


class VersionNotSoftDeleted(SubjectError):
    """A version that was not deleted softly cannot be deleted permanently (40407)."""

    def __init__(self, subject: SubjectName, number: VersionNumber) -> None:
        """Name the version."""
        super().__init__(f"Subject '{subject}' Version {number} was not deleted first before being permanently deleted")
        self.subject, self.number = subject, number


class ConfigNotFound(SubjectError):
    """Nothing is configured for the subject (40408)."""

    def __init__(self, scope: SubjectName) -> None:
        """Name the scope."""
        super().__init__(f"Subject '{scope}' does not have subject-level compatibility configured")
        self.scope = scope


class ModeNotFound(SubjectError):
    """The subject has no mode of its own (40409)."""

    def __init__(self, scope: SubjectName) -> None:
        """Name the scope."""
        super().__init__(f"Subject '{scope}' does not have subject-level mode configured")
        self.scope = scope


class ModeMisplaced(SubjectError):
    """Forward mode is only allowed for the global context"""


class SubjectIncompatible(SubjectError):
    """The schema does not fit the versions that are there (409, or 40901 in newer releases)."""

    def __init__(self, subject: SubjectName, report: CompatibilityReport) -> None:
        """Keep why."""
        super().__init__(f'Schema being registered is incompatible with an earlier schema for subject "{subject}"')
        self.subject, self.report = subject, report


class DraftInvalid(SubjectError):
    """The schema cannot be registered (42201): it is empty, or its number or a reference is wrong."""


class ReferenceExists(SubjectError):
    """Other schemas refer to the version to delete (42206)."""

    def __init__(self, subject: SubjectName, number: VersionNumber) -> None:
        """Name the version that is referred to."""
        super().__init__(
            f"One or more references exist to the schema {{magic=1,keytype=SCHEMA,subject={subject},version={number}}}."
        )
        self.subject, self.number = subject, number


_MAX_SHOWN = 256
"""Characters of a name in a message."""


class SubjectNameInvalid(SubjectError):
    """No subject can be called so (42208)."""

    def __init__(self, subject: SubjectName) -> None:
        """Name the subject."""
        shown = str(subject)
        shown = shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}..."
        super().__init__(f"The specified subject '{shown}' is not a valid.")
        self.subject = subject


class RulesInvalid(SubjectError):
    """The rule set cannot be kept (42210)."""


class SettingInvalid(SubjectError):
    """The configuration cannot be stored (422)."""


class IdTaken(NotPermitted):
    """The id that an import asks for is another content's, removed or not (42205)."""

    def __init__(self, context: str, global_id: GlobalId) -> None:
        """Name the id."""
        where = f"in context {SubjectName(context, '').prefix} is not permitted."
        super().__init__(f"Overwrite new schema with id {global_id} {where}")
        self.global_id = global_id


class NumberTaken(NotPermitted):
    """The number that an import asks for is, or was, another content's (42205)."""

    def __init__(self, subject: SubjectName, number: VersionNumber) -> None:
        """Name the version."""
        super().__init__(
            f"Overwrite of version {number} of subject {subject} is not permitted: a number is given out once. Import it under another one."
        )
        self.subject, self.number = subject, number


class ContextNotEmpty(SubjectError):
    """The context has subjects (42211)."""

    def __init__(self, context: str) -> None:
        """Name the context."""
        super().__init__(f"The specified context '{context}' is not empty.")
        self.context = context
