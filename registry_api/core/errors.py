"""Errors of the registry.

RegistryError
├── SchemaNotFound           no such schema, or none of its versions is active
├── VersionNotFound
├── SchemaInvalid            carries violations
├── SchemaIncompatible       carries incompatibilities
├── InputInvalid             a request's fields are at fault; carries violations
│   └── ReferenceGone        a version was referred to and deactivated at the same moment
├── VersionReferenced        active versions refer to the version to deactivate; carries them
├── NotPermitted             a mode forbids it
├── AccessDenied
│   ├── Unauthenticated      the caller is unknown
│   └── Forbidden            the caller has no right
├── ExaminerBusy             no schema can be checked now: its validity is unknown
├── Overloaded               the request waited too long for its turn: nothing of it was done
└── StoreUnavailable         the database does not answer: the result of a write is unknown
"""

from collections.abc import Iterable

from sluicegate.registry_api.core.model import Address, Incompatibility, Referral
from sluicegate.shared.errors import SluicegateError
from sluicegate.shared.model import SchemaId, VersionNumber, Violation


class RegistryError(SluicegateError):
    """The registry refused."""


class SchemaNotFound(RegistryError):
    """The schema does not exist."""

    def __init__(self, schema_id: SchemaId | str) -> None:
        """Name the schema that was asked for."""
        super().__init__(f"Schema with id={schema_id} doesn't exist")
        self.schema_id = schema_id


class VersionNotFound(RegistryError):
    """The version does not exist."""

    def __init__(self, schema_id: SchemaId | str, number: VersionNumber | str) -> None:
        """Name the version that was asked for."""
        super().__init__(f"Schema with id={schema_id} and version={number} is not registered")
        self.schema_id = schema_id
        self.number = number


class SchemaInvalid(RegistryError):
    """Schema is not valid"""

    def __init__(self, violations: Iterable[Violation]) -> None:
        """Keep every violation."""
        super().__init__()
        self.violations = tuple(violations)


class SchemaIncompatible(RegistryError):
    """Schemas are not compatible"""

    def __init__(self, incompatibilities: Iterable[Incompatibility]) -> None:
        """Keep every finding with the version it was found against."""
        super().__init__()
        self.incompatibilities = tuple(incompatibilities)


class InputInvalid(RegistryError):
    """Bad Request"""

    def __init__(self, violations: Iterable[Violation], message: str | None = None) -> None:
        """Keep every field that is at fault."""
        super().__init__(message)
        self.violations = tuple(violations)


class ReferenceGone(InputInvalid):
    """A version that is referred to is not active."""

    def __init__(self, address: Address) -> None:
        """Name the version."""
        sentence = f"Schema {address.schema_id} version {address.number} is not active, so it cannot be referred to"
        super().__init__([Violation("references", "deactivated", sentence)], f"Bad request: {sentence}")
        self.address = address


class VersionReferenced(RegistryError):
    """Active versions refer to it"""

    def __init__(self, referrals: Iterable[Referral]) -> None:
        """Keep the referring versions: all of them, or the first hundred."""
        super().__init__()
        self.referrals = tuple(referrals)


class NotPermitted(RegistryError):
    """The registry is in a mode that forbids this."""


class AccessDenied(RegistryError):
    """Access is denied."""


class Unauthenticated(AccessDenied):
    """Credentials are missing or not valid."""


class Forbidden(AccessDenied):
    """The caller lacks the role for this."""


class ExaminerBusy(RegistryError):
    """The registry is too busy to judge a schema. Try again."""


class Overloaded(RegistryError):
    """The registry is too busy to answer in time. Try again."""


class StoreUnavailable(RegistryError):
    """The registry's database does not answer. Try again."""
