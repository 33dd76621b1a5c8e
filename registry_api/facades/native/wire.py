"""Between the native API's JSON and the core's types."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sluicegate.registry_api.core.bundles import Document, Member
from sluicegate.registry_api.core.commands import AddVersion, Order, Query, RegisterSchema
from sluicegate.registry_api.core.differences import VersionDifferences
from sluicegate.registry_api.core.model import (
    Address,
    Direction,
    Incompatibility,
    Reference,
    Referral,
    Schema,
    Version,
    VersionState,
)
from sluicegate.registry_api.core.references import in_order
from sluicegate.registry_api.core.service import Registry
from sluicegate.registry_api.facades.numbers import INTEGER, LARGEST, Integer, number
from sluicegate.shared.model import CompatibilityMode, SchemaId, VersionNumber, Violation
from sluicegate.shared.wire import (
    Answer,
    BundleRequest,
    Detail,
    Format,
    ReferenceBody,
    RegisterRequest,
    Report,
    SchemaBody,
    Text,
    UpdateRequest,
    VersionBody,
    encoded,
)

PAGE_LIMIT = 1000


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


Limit = Annotated[int, Field(ge=1, le=PAGE_LIMIT), INTEGER]
Offset = Annotated[int, Field(ge=0, le=LARGEST), INTEGER]


class Sort(StrEnum):
    """Which way a listing runs."""

    ASCENDING = "asc"
    DESCENDING = "desc"


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of a page of a listing."""

    schemas: int
    """Schemas for callers who give no limit."""
    max_bytes: int
    """Bytes of versions at most, but always one version."""


class VersionsQuery(BaseModel):
    """`GET /schemas/{schema_id}` and the lists of its versions."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    after_version: Offset | None = Field(
        default=None, description="Only versions with a higher number; `Link` headers name it."
    )

    def after(self, schema_id: SchemaId) -> Address | None:
        """The last version that is on an earlier page."""
        return Address(schema_id, VersionNumber(self.after_version)) if self.after_version else None


class ListQuery(BaseModel):
    """`GET /schemas` and `GET /schemas/all`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    limit: Limit | None = Field(
        default=None, description="How many schemas at most; a `Link` header leads to the rest."
    )
    offset: Offset = Field(default=0, description="How many schemas to pass over.")
    after_schema: Offset | None = Field(
        default=None,
        description="The schema whose versions up to `after_version` are on an earlier page; `Link` headers name both.",
    )
    after_version: Offset | None = Field(default=None, description="See `after_schema`.")

    def query(self, page_size: PageSize) -> Query:
        """Return the core's query."""
        after = (
            Address(SchemaId(self.after_schema), VersionNumber(self.after_version))
            if self.after_schema and self.after_version
            else None
        )
        limit = self.limit or page_size.schemas
        return Query(limit=limit, offset=self.offset, max_bytes=page_size.max_bytes, after=after)


class SearchQuery(ListQuery):
    """`GET /schemas/search`. All that is given must fit."""

    id: Integer | None = Field(default=None, description="The schema with this id.")
    version: Integer | None = Field(default=None, description="Only versions with this number.")
    type: Format | None = Field(default=None, description="Only schemas of this format, in any case.")
    name: Text | None = Field(default=None, description="A part of the name; upper and lower case differ.")
    attributes: Text | None = Field(
        default=None,
        description="Comma-separated; each must be a whole attribute path of the version or one segment of a path.",
    )
    orderBy: Annotated[Order, BeforeValidator(_lower)] = Field(default=Order.ID, description="Field of the order.")  # noqa: N815  # the wire's name
    sort: Annotated[Sort, BeforeValidator(_lower)] = Field(default=Sort.ASCENDING, description="Which way.")

    def query(self, page_size: PageSize) -> Query:
        """Return the core's query."""
        return replace(
            super().query(page_size),
            schema_id=None if self.id is None else SchemaId(self.id),
            number=None if self.version is None else VersionNumber(self.version),
            format=self.type,
            name=self.name,
            attributes=tuple(term for term in (self.attributes or "").split(",") if term),
            order=self.orderBy,
            descending=self.sort is Sort.DESCENDING,
        )


class CheckReport(Report):
    """A negative answer of `/check`. The first two fields are the original's, always empty."""

    identification: str = ""
    version: str = ""


class ChangeBody(Answer):
    """A reason why a version cannot read all data of the other one."""

    direction: Direction
    path: str
    code: str
    message: str


class DifferencesBody(Answer):
    """The differences of two versions, and whether each mode would accept the new one."""

    schema_id: str
    old_version: str
    new_version: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changes: tuple[ChangeBody, ...]
    verdicts: dict[CompatibilityMode, bool]


def differences_body(found: VersionDifferences) -> DifferencesBody:
    """Return the answer about two versions."""
    changes = (
        ChangeBody(
            direction=each.direction, path=each.finding.path, code=each.finding.code, message=each.finding.message
        )
        for each in found.breaking
    )
    return DifferencesBody(
        schema_id=str(found.old.schema_id),
        old_version=str(found.old.number),
        new_version=str(found.new.number),
        added=found.added,
        removed=found.removed,
        changes=tuple(changes),
        verdicts=dict(found.verdicts),
    )


def registration(body: RegisterRequest) -> RegisterSchema:
    """The wish in a `POST /schemas`."""
    return RegisterSchema(
        name=body.name,
        format=body.schema_type,
        text=body.specification,
        description=body.description,
        publisher_id=body.publisher_id,
        compatibility=body.compatibility_mode,
        validity=body.validity_mode,
        policy=body.compatibility_policy,
        references=references(body.references),
    )


def bundle(body: BundleRequest) -> tuple[Document, ...]:
    """The documents in a `POST /schemas/bundle`."""
    return tuple(
        Document(
            RegisterSchema(
                name=each.name,
                format=body.schema_type,
                text=each.specification,
                description=each.description,
                publisher_id=body.publisher_id,
                compatibility=body.compatibility_mode,
                validity=body.validity_mode,
                policy=body.compatibility_policy,
            ),
            tuple(Member(member.name, member.document) for member in each.references),
        )
        for each in body.documents
    )


def addition(schema_id: SchemaId, body: UpdateRequest) -> AddVersion:
    """The wish in a `PUT /schemas/{schema_id}`."""
    return AddVersion(schema_id, body.specification, body.description, references(body.references))


def references(bodies: Iterable[ReferenceBody]) -> tuple[Reference, ...]:
    """Return the references of a request.

    A number above the maximum names nothing; the core refuses it.
    """
    return tuple(Reference(body.name, Address(_id(body.schema_id), _number(body.version))) for body in bodies)


def _id(digits: str) -> SchemaId:
    return SchemaId(number(digits) or 0)


def _number(digits: str) -> VersionNumber:
    return VersionNumber(number(digits) or 0)


def version_body(version: Version) -> VersionBody:
    """A version as it is served, with its artifact where that was read."""
    return VersionBody(
        id=str(version.version_id),
        version_id=str(version.version_id),
        version=str(version.number),
        schema_id=str(version.schema_id),
        specification=encoded(version.text),
        description=version.description,
        schema_hash=version.fingerprint,
        created_at=version.created_at,
        autogenerated=version.autogenerated,
        version_deactivated=not version.active,
        attributes=",".join(version.attributes),
        schema_type=version.format,
        references=tuple(_reference_body(reference) for reference in in_order(version.references)),
        artifact=None if version.artifact is None else encoded(version.artifact),
        deprecated=True if version.state is VersionState.DEPRECATED else None,
    )


def _reference_body(reference: Reference) -> ReferenceBody:
    schema_id, number = reference.address
    return ReferenceBody(name=reference.name, schema_id=str(schema_id), version=str(number))


def schema_body(schema: Schema, registry: Registry) -> SchemaBody:
    """A schema as it is served, with the modes that are in force for it."""
    return SchemaBody(
        schema_id=str(schema.schema_id),
        name=schema.name,
        schema_type=schema.format,
        description=schema.description,
        last_created=str(schema.last_version),
        publisher_id=schema.publisher_id,
        compatibility_mode=registry.compatibility(schema.compatibility),
        validity_mode=registry.validity(schema.validity),
        schemas=tuple(version_body(replace(version, artifact=None)) for version in schema.versions),
    )


def violated(incompatibility: Incompatibility) -> Violation:
    """Return an incompatibility as an entry of a refusal: version, change, repair."""
    finding = incompatibility.finding
    message = f"Not {incompatibility.direction} compatible with version {incompatibility.number}: {finding.message}"
    return Violation(finding.path, finding.code, message)


def referring(referral: Referral) -> Violation:
    """Return a version that prevents a deactivation as an entry of a refusal."""
    by, reference = referral.by, referral.reference
    message = (
        f"Schema {by.schema_id} version {by.number} refers to version {reference.address.number} as {reference.name[:80]!r}. "
        "Deactivate it first"
    )
    return Violation(f"/schemas/{by.schema_id}/versions/{by.number}", "referenced", message)


def details(violations: tuple[Violation, ...]) -> tuple[Detail, ...] | None:
    """Return the violations as they are served; None without any."""
    return tuple(Detail(path=v.path, code=v.code, message=v.message) for v in violations) or None
