"""Answers of the registry that are more than a version."""

from dataclasses import dataclass

from sluicegate.registry_api.core.model import Incompatibility, Version
from sluicegate.shared.model import CompatibilityMode, GlobalId, SchemaFormat, VersionNumber


@dataclass(frozen=True, slots=True)
class IdentifiedSchema:
    """A schema found by its id or guid.

    `version` is one that has it, of the requested subject if there is one.
    """

    context: str
    version: Version
    max_id: GlobalId | None = None


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version in a listing, with the subjects that are aliases of its own."""

    version: Version
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """The version that a draft does not fit, and why."""

    number: VersionNumber
    text: str
    format: SchemaFormat
    incompatibilities: tuple[Incompatibility, ...]
    same_format: bool = True


@dataclass(frozen=True, slots=True)
class CompatibilityReport:
    """Whether a draft is compatible: it is if `failures`, `reserved` and `invalid` are empty.

    `reserved` are sentences about reserved fields, `invalid` is the reason why the draft is
    unreadable. `compatibility` and `validate_fields` are the settings in force.
    """

    compatibility: CompatibilityMode
    validate_fields: bool
    failures: tuple[Failure, ...] = ()
    reserved: tuple[str, ...] = ()
    invalid: str | None = None
    incompatibilities: tuple[Incompatibility, ...] = ()
    """All that were found, against further versions too."""

    @property
    def compatible(self) -> bool:
        """Return whether there is no incompatibility."""
        return not (self.failures or self.reserved or self.invalid)
