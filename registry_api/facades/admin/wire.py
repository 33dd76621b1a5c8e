"""The bodies of the API of administration."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from sluicegate.registry_api.core.access.administration import Explanation, IssuedKey
from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.records import KEY, OIDC, PROXY, ApiKey, AuditEntry, AuditQuery, KeptGrant
from sluicegate.registry_api.core.access.resources import CLUSTER, Cluster, GrantedResource, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName
from sluicegate.registry_api.facades.numbers import INTEGER

MAX_ROWS = 1000
Text = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class KeyRequest(_Request):
    """A key to be made."""

    name: Text
    owner: Text | None = None
    expires_at: AwareDatetime | None = None


class RotationRequest(_Request):
    """The end of the old key (in a day where it is missing), and that of the new one."""

    old_expires_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None


class ResourceBody(_Request):
    """The cluster, a subject, or the subjects with a prefix."""

    type: Literal["cluster", "subject"]
    name: Text | None = None
    prefix: Annotated[str, Field(max_length=256)] | None = None
    context: Text = DEFAULT_CONTEXT

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = (self.name is not None) + (self.prefix is not None)
        if named != (self.type == "subject"):
            raise ValueError("a subject has a name or a prefix, and the cluster has neither")
        if self.name is not None and not SubjectName(self.context, self.name).usable:
            raise ValueError("no subject can have this name")
        return self

    @property
    def resource(self) -> GrantedResource:
        """The resource."""
        if self.name is not None:
            return SubjectName(self.context, self.name)
        return CLUSTER if self.prefix is None else Prefix(self.prefix, self.context)

    @classmethod
    def of(cls, resource: GrantedResource) -> "ResourceBody":
        """A resource as JSON shows it."""
        match resource:
            case Cluster():
                return cls(type="cluster")
            case Prefix(text, context):
                return cls(type="subject", prefix=text, context=context)
            case _:
                return cls(type="subject", name=resource.name, context=resource.context)


class GrantRequest(_Request):
    """A role to be given."""

    principal: Annotated[str, Field(max_length=1024, pattern=r"^[^\x00-\x1f\x7f]+$")]
    role: Role
    resource: ResourceBody

    @field_validator("principal")
    @classmethod
    def _known(cls, principal: str) -> str:
        kind = next((kind for kind in (KEY, OIDC, PROXY) if principal.startswith(kind) and principal != kind), None)
        if kind is None or (kind == OIDC and not all(principal.removeprefix(OIDC).rpartition("#"))):
            raise ValueError("a principal is key:<id>, oidc:<issuer>#<claim value> or proxy:<name>")
        return principal

    @property
    def grant(self) -> Grant:
        """The grant."""
        return Grant(self.role, self.resource.resource)


class KeyBody(BaseModel):
    """A key, without its text."""

    id: str
    name: str
    owner: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    replaces: str | None

    @classmethod
    def of(cls, key: ApiKey) -> "KeyBody":
        """A key as JSON shows it."""
        return cls(**{name: getattr(key, name) for name in cls.model_fields})


class IssuedKeyBody(BaseModel):
    """A new key: the only time that `key` is shown."""

    id: str
    name: str
    owner: str | None
    key: str
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def of(cls, issued: IssuedKey) -> "IssuedKeyBody":
        """A new key as JSON shows it."""
        key = issued.key
        return cls(
            id=key.id,
            name=key.name,
            owner=key.owner,
            key=str(issued.text),
            created_at=key.created_at,
            expires_at=key.expires_at,
        )


class GrantBody(BaseModel):
    """A role that is given."""

    id: int
    principal: str
    role: Role
    resource: ResourceBody
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, kept: KeptGrant) -> "GrantBody":
        """A grant as JSON shows it."""
        grant = kept.grant
        return cls(
            id=kept.id,
            principal=kept.principal,
            role=grant.role,
            resource=ResourceBody.of(grant.on),
            created_by=kept.created_by,
            created_at=kept.created_at,
        )


class GrantsQuery(_Request):
    """The principal whose grants are listed; all where it is missing."""

    principal: str | None = None


class ExplainQuery(_Request):
    """A question about access."""

    principal: str
    operation: str = Field(description="The `operationId` of an operation in `/openapi.json`.")
    subject: str | None = Field(
        default=None, description="The subject, with its context where it has one: `:.context:name`."
    )


class ExplanationBody(BaseModel):
    """A decision with its reasons."""

    allowed: bool
    because: tuple[str, ...]

    @classmethod
    def of(cls, explanation: Explanation) -> "ExplanationBody":
        """A decision as JSON shows it."""
        return cls(allowed=explanation.allowed, because=tuple(explanation.because))


class AuditRequest(_Request):
    """The rows of the audit that are wanted."""

    principal: str | None = None
    subject: str | None = Field(default=None, description="The subject, with its context where it has one.")
    operation: str | None = None
    outcome: str | None = Field(default=None, description="`done`, `refused`, `login` or `read`.")
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS), INTEGER] = 100
    cursor: str | None = Field(default=None, description="The `next` of the page before.")

    @field_validator("cursor")
    @classmethod
    def _readable(cls, cursor: str | None) -> str | None:
        if cursor is not None:
            _place(cursor)
        return cursor

    @property
    def query(self) -> AuditQuery:
        """The query."""
        subject = None if self.subject is None else SubjectName.parse(self.subject)
        return AuditQuery(
            self.limit,
            self.principal,
            None if subject is None else subject.context,
            None if subject is None else subject.name,
            self.operation,
            self.outcome,
            self.since,
            self.until,
            None if self.cursor is None else _place(self.cursor),
        )


class EntryBody(BaseModel):
    """A row of the audit."""

    at: datetime
    principal: str
    credential: str | None
    key_id: str | None
    source: str | None
    api: str | None
    operation: str | None
    change: str | None
    context: str | None
    subject: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    outcome: str
    count: int

    @classmethod
    def of(cls, entry: AuditEntry) -> "EntryBody":
        """A row as JSON shows it."""
        return cls(**{name: getattr(entry, name) for name in cls.model_fields})


class AuditBody(BaseModel):
    """A page of the audit, newest first.

    `next`: the cursor of the page after it; null on the last page.
    """

    entries: tuple[EntryBody, ...]
    next: str | None


def cursor(entry: AuditEntry) -> str:
    """Return the cursor of the rows after a row."""
    return base64.urlsafe_b64encode(f"{entry.at.isoformat()}|{entry.id}".encode()).decode()


def _place(text: str) -> tuple[datetime, int]:
    try:
        at, _, row = base64.urlsafe_b64decode(text).decode().partition("|")
        place = datetime.fromisoformat(at), int(row)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise ValueError("this is no cursor that an answer gave") from None
    if place[0].tzinfo is None or not 0 <= place[1] < 2**63:
        raise ValueError("this is no cursor that an answer gave")
    return place
