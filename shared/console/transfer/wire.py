"""The JSON of Confluent's API, and states in that of Event Streams, as far as a mover uses them."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel


class _Body(BaseModel):
    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


def _avro(value: Any) -> Any:
    return "AVRO" if value is None else value


def _nothing(value: Any) -> Any:
    return () if value is None else value


class ReferenceBody(_Body):
    """A reference of a schema."""

    name: str
    subject: str
    version: int


References = Annotated[tuple[ReferenceBody, ...], BeforeValidator(_nothing)]


class VersionBody(_Body):
    """`GET /subjects/{subject}/versions/{version}`."""

    subject: str
    id: int
    version: int
    schema_type: Annotated[str, BeforeValidator(_avro)] = "AVRO"
    schema_: str
    references: References = ()
    metadata: dict[str, Any] | None = None
    rule_set: dict[str, Any] | None = None
    deleted: bool | None = None
    """None: the registry does not say."""

    deprecated: bool | None = None
    """An addition of Sluicegate: True, or not there."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        alias_generator=lambda name: "schema" if name == "schema_" else to_camel(name),
        validate_by_name=True,
        serialize_by_alias=True,
    )


class NewVersionBody(_Body):
    """`POST /subjects/{subject}/versions`. With an id: in IMPORT mode."""

    schema_: str
    schema_type: str
    references: References = ()
    metadata: dict[str, Any] | None = None
    rule_set: dict[str, Any] | None = None
    id: int | None = None
    version: int | None = None

    model_config = VersionBody.model_config


class ModeBody(_Body):
    """`/mode`."""

    mode: str | None = None


class ScopeBody(_Body):
    """An item of Sluicegate's `GET /settings`."""

    scope: str
    config: dict[str, Any] | None = None
    mode: str | None = None


class StateBody(_Body):
    """A new state of a version, in the API of Event Streams."""

    state: str | None = None


class ErrorBody(_Body):
    """A refusal."""

    error_code: int
    message: str = ""

    model_config = ConfigDict(extra="ignore", frozen=True)
