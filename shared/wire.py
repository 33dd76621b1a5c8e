"""The JSON of the native API (`/schemas`, `/check`), for the registry and its clients.

Every id and version in a body is a string; `specification` is base64 (RFC 4648, section 4) in an
answer and plain text in a request.
"""

import base64
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_serializer

from sluicegate.shared.model import CompatibilityMode, Policy, SchemaFormat, ValidityMode

NAME_LIMIT = 256
DESCRIPTION_LIMIT = 65_536
REFERENCE_NAME_LIMIT = 512
"""Characters: a name may be a URL."""
DEPRECATION_HEADER = "Deprecation"
"""Of a deprecated version: `@` and the seconds since 1970 (RFC 9745)."""

DRAFT_HEADER = "Sluicegate-Json-Draft"
"""The draft of a JSON schema that names none in its text, in answers of Confluent's API: their
bodies have a fixed shape.
"""

REFERENCES_LIMIT = 100
"""Maximum of references of one version, without their references in turn."""

DOCUMENTS_LIMIT = 200
"""Documents of one bundle."""


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _mode(value: Any) -> Any:
    """Any case, a hyphen for an underscore; the empty string means that nothing was chosen."""
    return (value.upper().replace("-", "_") or None) if isinstance(value, str) else value


def _nothing(value: Any) -> Any:
    return "" if value is None else value


def _none(value: Any) -> Any:
    return () if value is None else value


def _digits(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _text(value: Any) -> Any:
    """Refuse characters that Postgres or UTF-8 cannot store, with the reason."""
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("must not contain a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("must not contain a lone surrogate") from None
    return value


Text = Annotated[str, BeforeValidator(_text)]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LIMIT), BeforeValidator(_text)]
Publisher = Annotated[str, Field(max_length=NAME_LIMIT), BeforeValidator(_text), BeforeValidator(_nothing)]
Description = Annotated[str, Field(max_length=DESCRIPTION_LIMIT), BeforeValidator(_text), BeforeValidator(_nothing)]
Format = Annotated[SchemaFormat, BeforeValidator(_lower)]
Compatibility = Annotated[CompatibilityMode | None, BeforeValidator(_mode)]
Validity = Annotated[ValidityMode | None, BeforeValidator(_mode)]
CompatibilityPolicy = Annotated[Policy | None, BeforeValidator(_mode)]
Number = Annotated[str, Field(pattern="^[0-9]+$"), BeforeValidator(_digits)]


class Request(BaseModel):
    """A body that a client sends. Unknown fields are ignored, as the original API does."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Answer(BaseModel):
    """A body from the registry. Clients ignore unknown fields."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class ReferenceBody(BaseModel):
    """A version of a schema, under the name by which another schema refers to it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=REFERENCE_NAME_LIMIT), BeforeValidator(_text)]
    schema_id: Number
    version: Number


References = Annotated[tuple[ReferenceBody, ...], Field(max_length=REFERENCES_LIMIT), BeforeValidator(_none)]


class RegisterRequest(Request):
    """`POST /schemas`."""

    name: Name
    schema_type: Format
    specification: Text
    description: Description = ""
    publisher_id: Publisher = ""
    compatibility_mode: Compatibility = None
    compatibility_policy: CompatibilityPolicy = None
    validity_mode: Validity = None
    references: References = ()


class MemberBody(BaseModel):
    """Another document of a bundle, under the name by which a document refers to it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=REFERENCE_NAME_LIMIT), BeforeValidator(_text)]
    document: Name


class DocumentBody(BaseModel):
    """A new schema in a bundle."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Name
    specification: Text
    description: Description = ""
    references: Annotated[tuple[MemberBody, ...], Field(max_length=REFERENCES_LIMIT), BeforeValidator(_none)] = ()


class BundleRequest(Request):
    """`POST /schemas/bundle`: new schemas that refer to each other. The other fields hold for all."""

    schema_type: Format
    documents: Annotated[tuple[DocumentBody, ...], Field(min_length=1, max_length=DOCUMENTS_LIMIT)]
    publisher_id: Publisher = ""
    compatibility_mode: Compatibility = None
    compatibility_policy: CompatibilityPolicy = None
    validity_mode: Validity = None


class UpdateRequest(Request):
    """`PUT /schemas/{id}`."""

    specification: Text
    description: Description = ""
    references: References = ()


class CompatibilityRequest(Request):
    """`POST /check/compatibility`."""

    schema_id: Number
    new_schema: Text
    references: References = ()


class ValidityRequest(Request):
    """`POST /check/validity`."""

    new_schema: Text
    format: Format
    mode: Validity = None
    references: References = ()


class Detail(Answer):
    """One violation or warning: where, by which rule, and in words."""

    path: str
    code: str
    message: str


class InsertInfo(Answer):
    """Place of a registered schema.

    `warnings` list parts whose meaning may surprise their author.
    """

    identification: str
    version: str
    message: str
    warnings: tuple[Detail, ...] | None = None


class DocumentInfo(InsertInfo):
    """Where a document of a bundle is registered."""

    name: str


class BundleInfo(Answer):
    """Where the documents of a bundle are registered, in the order of the request."""

    message: str
    documents: tuple[DocumentInfo, ...]


class Report(Answer):
    """A message; for refusals, with everything that is wrong."""

    message: str
    errors: tuple[Detail, ...] | None = None


class VersionBody(Answer):
    """One version of a schema.

    A registry of the first release sends no `schema_type`. `artifact` (base64) is the compiled
    text, for compiled formats; only answers about a single version have it. `deprecated` is there
    for deprecated versions only.
    """

    id: str
    version_id: str
    version: str
    schema_id: str
    specification: str
    description: str
    schema_hash: str
    created_at: datetime
    autogenerated: bool
    version_deactivated: bool
    attributes: str
    schema_type: Format | None = None
    references: tuple[ReferenceBody, ...] = ()
    artifact: str | None = None
    deprecated: bool | None = None

    @field_serializer("created_at")
    def _utc(self, value: datetime) -> str:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    @property
    def text(self) -> str:
        """The specification as it was registered."""
        return base64.b64decode(self.specification).decode()

    @property
    def compiled(self) -> bytes | None:
        """The artifact itself."""
        return None if self.artifact is None else base64.b64decode(self.artifact, validate=True)


class SchemaBody(Answer):
    """A schema with a list of its versions.

    `last_created` is the last version number that was given out.
    """

    schema_id: str
    name: str
    schema_type: Format
    description: str
    last_created: str
    publisher_id: str
    compatibility_mode: CompatibilityMode
    validity_mode: ValidityMode
    schemas: tuple[VersionBody, ...]


def encoded(text: str | bytes) -> str:
    """A specification, or an artifact, as answers carry it."""
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()
