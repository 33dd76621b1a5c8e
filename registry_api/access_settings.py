"""The sections of the settings about callers and the audit."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FilePath, HttpUrl, model_validator
from pydantic.networks import IPvAnyNetwork

from sluicegate.registry_api.core.access.grants import Grant
from sluicegate.registry_api.core.access.resources import CLUSTER, GrantedResource, Prefix
from sluicegate.registry_api.core.access.roles import Role
from sluicegate.registry_api.core.names import DEFAULT_CONTEXT, SubjectName

Algorithm = Literal["RS256", "ES256", "PS256", "EdDSA"]


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class GrantSettings(Section):
    """A role on the cluster, on one subject (`name`), or on the subjects with a prefix (`prefix`)."""

    role: Role = Field(description="`reader`, `writer`, `manager` or `reporter`.")
    name: str | None = Field(default=None, min_length=1, description="The name of one subject.")
    prefix: str | None = Field(default=None, description="The beginning of the names of subjects.")
    context: str = Field(default=DEFAULT_CONTEXT, min_length=1, description="The context of the subjects.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.name is not None and self.prefix is not None:
            raise ValueError("give name or prefix, not both")
        return self

    @property
    def grant(self) -> Grant:
        """The grant."""
        resource: GrantedResource = CLUSTER
        if self.name is not None:
            resource = SubjectName(self.context, self.name)
        elif self.prefix is not None:
            resource = Prefix(self.prefix, self.context)
        return Grant(self.role, resource)


class Issuer(Section):
    """An OIDC issuer."""

    issuer: str = Field(min_length=1, description="The issuer, as tokens name it in `iss`.")
    audiences: tuple[str, ...] = Field(
        min_length=1, description="The audiences (`aud`), one of which a token must name."
    )
    jwks_url: HttpUrl | None = Field(
        default=None, description="The address of its keys. Without it, the discovery document of the issuer names it."
    )
    ca_file: FilePath | None = Field(
        default=None, description="The certificates that the issuer's own is checked with, PEM."
    )
    algorithms: tuple[Algorithm, ...] = Field(
        default=("RS256", "ES256", "PS256", "EdDSA"),
        min_length=1,
        description="The algorithms that tokens may be signed with.",
    )
    leeway_seconds: float = Field(default=30.0, ge=0, le=300, description="Seconds by which clocks may differ.")
    claim: str = Field(
        default="groups",
        min_length=1,
        description="The path of the claim whose values have grants, with dots: `resource_access.sluicegate.roles`.",
    )
    jwks_refresh_seconds: float = Field(default=300.0, ge=30, description="Seconds after which keys are fetched again.")
    grants: dict[str, tuple[GrantSettings, ...]] = Field(
        default_factory=dict, description="Claim value -> its grants. More are given with `/admin/grants`."
    )


def _listed(value: Any) -> Any:
    """A list, or a text with commas as an environment variable has it."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class Auth(Section):
    """The identification of callers."""

    mode: Literal["none", "keys"] = Field(
        default="none",
        description="How callers are known. `none`: every caller may do everything. `keys`: each caller needs an API key, "
        "a token of an issuer in `auth.oidc`, or a name in `auth.proxy_header`.",
    )
    allow_open: bool = Field(
        default=False, description='Allow `mode = "none"` on a host that other machines can reach.'
    )
    create_role: Literal[Role.MANAGER, Role.WRITER] = Field(
        default=Role.MANAGER,
        description="The role on a name that may register its first version: `manager` or `writer`.",
    )
    pepper_file: FilePath | None = Field(
        default=None,
        description="A file with a secret. New keys are then kept as HMAC-SHA-256 with it; keys from before stay valid.",
    )
    bootstrap_key_file: FilePath | None = Field(
        default=None,
        description="A file with an API key. It is kept at the start, with the role `manager` on the cluster.",
    )
    bootstrap_reader_key_file: FilePath | None = Field(
        default=None,
        description="A file with an API key for validators. It is kept at the start, as `reader` and `reporter` on the cluster.",
    )
    wrong_per_minute: int = Field(
        default=30,
        ge=1,
        description="Wrong credentials of one source in a minute, after which more are refused unseen.",
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Networks of proxies whose `X-Forwarded-For` and `auth.proxy_header` count."
    )
    proxy_header: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9-]+$",
        description="The header in which a trusted proxy names the caller, such as `X-Forwarded-User`. The caller is `proxy:<name>`.",
    )
    oidc: tuple[Issuer, ...] = Field(default=(), description="The issuers whose tokens are accepted.")

    @property
    def credential_headers(self) -> tuple[str, ...]:
        """The headers that name a caller, in lower case."""
        proxied = () if self.proxy_header is None else (self.proxy_header.lower(),)
        return ("authorization", "x-api-key", *proxied)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.proxy_header is not None and not self.trusted_proxies:
            raise ValueError("proxy_header needs trusted_proxies: every client can send the header")
        named = [issuer.issuer for issuer in self.oidc]
        if len(set(named)) < len(named):
            raise ValueError("oidc names an issuer twice")
        return self


class AuditSettings(Section):
    """The audit."""

    retention_days: int = Field(default=400, ge=1, description="Days after which months of the audit are dropped.")
    reads: bool = Field(default=False, description="Note reads too, but for those from the hot cache.")
    refusals_per_minute: int = Field(
        default=20,
        ge=1,
        description="Refusals of one principal in a minute that have rows of their own; others are counted.",
    )
    lines: Literal["none", "stdout"] | Path = Field(
        default="none",
        description="Where changes and refusals are written as JSON lines too: `none`, `stdout`, or a file.",
    )
