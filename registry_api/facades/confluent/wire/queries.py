"""Queries of this API with the rules of Confluent's server.

A text that is not true is false, and one that is no number is an unknown address.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticKnownError

from sluicegate.registry_api.core.commands import Deleted, ListVersions, Slice
from sluicegate.registry_api.facades.numbers import java_number

LARGEST: Final = 2**31 - 1
SCHEMAS_AT_MOST: Final = 1000
"""Maximum of schemas in a listing, for every request."""


def _flag(value: Any) -> Any:
    return value.lower() == "true" if isinstance(value, str) else value


def no_flag(value: Any) -> Any:
    """Refuse `true` and `false`, which are integers in Python alone.

    Raises pydantic's error for other wrong types.
    """
    if isinstance(value, bool):
        raise PydanticKnownError("int_type")
    return value


def _number(value: Any) -> Any:
    """Read the text of a query as Java does. Raises pydantic's error for other texts."""
    if not isinstance(value, str):
        return no_flag(value)
    number = java_number(value)
    if number is None:
        raise PydanticKnownError("int_parsing")
    return number


Flag = Annotated[bool, BeforeValidator(_flag)]
Number = Annotated[int, Field(ge=-LARGEST - 1, le=LARGEST), BeforeValidator(no_flag)]
"""A number of a body."""
Parameter = Annotated[int, Field(ge=-LARGEST - 1, le=LARGEST), BeforeValidator(_number)]


class Query(BaseModel):
    """Parameters of a query; unknown ones are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, alias_generator=to_camel, validate_by_name=True)


class Paging(Query):
    """Which part of a listing."""

    offset: Parameter = Field(default=0, description="How many entries to pass over.")
    limit: Parameter = Field(default=-1, description="How many entries at most; below 1: all.")

    def part(self, most: int = -1) -> Slice:
        """The part, of `most` entries at most."""
        limit = self.limit if self.limit > 0 and (most < 0 or self.limit <= most) else most
        return Slice(max(self.offset, 0), limit)


class Schemas(Paging):
    """`GET /schemas`."""

    subject_prefix: str = Field(
        default="", description="Only subjects that begin so; `:*:` before it: in every context."
    )
    aliases: Flag = Field(default=False, description="With the subjects that are aliases of each.")
    deleted: Flag = Field(default=False, description="Soft-deleted versions, too.")
    latest_only: Flag = Field(default=False, description="Only the newest version of each subject.")
    rule_type: str | None = Field(default=None, description="Only versions with a rule of this type.")
    resource_type: str | None = Field(default=None, description="Of associations, of which there are none.")
    association_type: str | None = Field(default=None, description="Of associations, of which there are none.")
    lifecycle: str | None = Field(default=None, description="Of associations, of which there are none.")

    def wish(self, max_bytes: int) -> ListVersions:
        """Return the core's query."""
        return ListVersions(
            prefix=self.subject_prefix,
            deleted=Deleted.INCLUDED if self.deleted else Deleted.EXCLUDED,
            latest_only=self.latest_only,
            aliases=self.aliases,
            rule_type=self.rule_type,
            part=self.part(SCHEMAS_AT_MOST),
            max_bytes=max_bytes,
        )


class SchemaById(Query):
    """`GET /schemas/ids/{id}` and its text."""

    subject: str | None = Field(
        default=None, description="The subject, or with `:.context:` the context, that the id is looked for in."
    )
    format: str = Field(
        default="",
        description="The form of the text: `resolved` (Avro), `serialized` or `ignore_extensions` (Protobuf).",
    )
    reference_format: str = Field(default="", description="The form of references: `qualified`, with contexts.")
    find_tags: tuple[str, ...] = Field(default=(), description="Tags to find in the schema.")
    fetch_max_id: Flag = Field(default=False, description="With the largest id that there is.")


class SchemaByGuid(Query):
    """`GET /schemas/guids/{guid}`."""

    format: str = Field(
        default="",
        description="The form of the text: `resolved` (Avro), `serialized` or `ignore_extensions` (Protobuf).",
    )


class WhereUsed(Paging):
    """`GET /schemas/ids/{id}/subjects` and `.../versions`."""

    subject: str | None = Field(default=None, description="Only this subject; with `:.context:` only that context.")
    deleted: Flag = Field(default=False, description="Where it is soft-deleted, too.")

    @property
    def kept(self) -> Deleted:
        """Return the included versions."""
        return Deleted.INCLUDED if self.deleted else Deleted.EXCLUDED


class Subjects(Paging):
    """`GET /subjects`."""

    subject_prefix: str = Field(
        default=":*:", description="Only subjects that begin so; `:*:` before it: in every context."
    )
    deleted: Flag = Field(default=False, description="Soft-deleted subjects, too.")
    deleted_only: Flag = Field(default=False, description="Soft-deleted subjects alone.")

    @property
    def kept(self) -> Deleted:
        """Return the included versions."""
        if self.deleted_only:
            return Deleted.ONLY
        return Deleted.INCLUDED if self.deleted else Deleted.EXCLUDED


class Versions(Paging):
    """`GET /subjects/{subject}/versions`."""

    deleted: Flag = Field(default=False, description="Soft-deleted versions, too.")
    deleted_only: Flag = Field(default=False, description="Soft-deleted versions alone.")
    deleted_as_negative: Flag = Field(default=False, description="Soft-deleted versions, too, as negative numbers.")

    @property
    def kept(self) -> Deleted:
        """Return the included versions."""
        if self.deleted_as_negative:
            return Deleted.NEGATIVE
        if self.deleted_only:
            return Deleted.ONLY
        return Deleted.INCLUDED if self.deleted else Deleted.EXCLUDED


class Lookup(Query):
    """`POST /subjects/{subject}`."""

    normalize: Flag = Field(default=False, description="Compare normalized texts.")
    format: str = Field(default="", description="The form of the text in the answer.")
    deleted: Flag = Field(default=False, description="Soft-deleted versions, too.")


class Registering(Query):
    """`POST /subjects/{subject}/versions`."""

    normalize: Flag = Field(default=False, description="Keep the normalized text.")
    format: str = Field(default="", description="The form of the text in the answer.")
    force: Flag = Field(default=False, description="Without a compatibility check.")


class OneVersion(Query):
    """`GET /subjects/{subject}/versions/{version}` and its text."""

    format: str = Field(default="", description="The form of the text.")
    reference_format: str = Field(default="", description="The form of references: `qualified`, with contexts.")
    deleted: Flag = Field(default=False, description="A soft-deleted version, too.")
    find_tags: tuple[str, ...] = Field(default=(), description="Tags to find in the schema.")


class ReferencedBy(Paging):
    """`GET /subjects/{subject}/versions/{version}/referencedby`."""

    deleted: Flag = Field(default=False, description="Soft-deleted schemas that refer to it, too.")


class ByMetadata(Query):
    """`GET /subjects/{subject}/metadata`."""

    key: tuple[str, ...] = Field(default=(), description="Names of properties, each with its `value`.")
    value: tuple[str, ...] = Field(default=(), description="Values of properties, in the order of the keys.")
    format: str = Field(default="", description="The form of the text.")
    deleted: Flag = Field(default=False, description="A soft-deleted version, too.")


class Deleting(Query):
    """`DELETE` of a subject or a version."""

    permanent: Flag = Field(default=False, description="For good; it must have been deleted softly before.")


class Comparing(Query):
    """`POST /compatibility/...`."""

    normalize: Flag = Field(default=False, description="Compare the normalized text.")
    verbose: Flag = Field(default=False, description="Say why.")


class ScopedSettings(Query):
    """`GET` of a config or a mode."""

    default_to_global: Flag = Field(
        default=False, description="What is in force, where the subject has none of its own."
    )


class AllSettings(Paging):
    """`GET /settings`."""

    subject_prefix: str = Field(
        default=":*:", description="Only scopes that begin so; `:*:` before it: in every context."
    )


class ModeChange(Query):
    """`PUT` of a mode."""

    force: Flag = Field(default=False, description="IMPORT even where subjects are.")


class ModeRemoval(Query):
    """`DELETE` of a mode."""

    recursive: Flag = Field(default=False, description="The modes of all subjects below, too.")


class Contexts(Paging):
    """`GET /contexts`."""

    context_prefix: str = Field(default="", description="Only contexts that begin so.")


class Associations(Paging):
    """`GET /associations/...`."""

    resource_type: str | None = Field(default=None, description="The kind of the resource.")
    association_type: tuple[str, ...] = Field(default=(), description="Kinds of associations.")
    lifecycle: str | None = Field(default=None, description="`STRONG` or `WEAK`.")
