"""Settings of the modes: one schema, headers, encryption, wire format, budget of dead letters."""

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, SecretStr, field_validator, model_validator

from sluicegate.shared.model import SchemaId, VersionNumber
from sluicegate.shared.subject_names import Strategy
from sluicegate.validator.brokers.settings import Count, Name, Table
from sluicegate.validator.modes.encryption import KEY_SIZES, Cipher
from sluicegate.validator.modes.header_check import HeaderDefaults
from sluicegate.validator.modes.subject_check import SubjectChoice
from sluicegate.validator.pipeline.budget import BudgetLimits

Id = Annotated[int, Field(gt=0)]

_BASE64: Final = "base64:"


class OneSchema(Table):
    """`[one_schema]`: the worker is bound to one schema."""

    id: Id | None = Field(
        default=None, description="Schema that all messages are of; without it, each message names its own."
    )
    version: Id | None = Field(
        default=None, description="Version that messages are checked against which name none; without it, the latest."
    )

    @model_validator(mode="after")
    def _whose(self) -> "OneSchema":
        if self.version is not None and self.id is None:
            raise ValueError("version needs id: a version is one of a schema")
        return self

    @property
    def pinned(self) -> VersionNumber | None:
        """Return the configured version, which never changes."""
        return None if self.version is None else VersionNumber(self.version)


class Headers(Table):
    """`[headers]`: header validation, for messages that do not say themselves."""

    validate_header: bool = Field(default=False, description="Check the attributes of each message.")
    schema_id: Id | None = Field(default=None, description="JSON schema that they must fit.")
    version: Id | None = Field(default=None, description="Its version; without it, the latest.")

    @property
    def defaults(self) -> HeaderDefaults:
        """The choices as the pipeline takes them."""
        return HeaderDefaults(
            validate=self.validate_header,
            schema_id=None if self.schema_id is None else SchemaId(self.schema_id),
            version=None if self.version is None else VersionNumber(self.version),
        )


class Encryption(Table):
    """`[encryption]`: payloads are encrypted with AES-GCM."""

    key: SecretStr | None = Field(
        default=None,
        description="Key: 16, 24 or 32 characters, or `base64:` and as many bytes. Without it, payloads are plain.",
    )

    bind_attributes: tuple[Name, ...] = Field(
        default=(), description="Attributes that producers bind to the ciphertext as additional data, in this order."
    )

    @field_validator("key")
    @classmethod
    def _size(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(_bytes(key)) not in KEY_SIZES:
            raise ValueError(f"a key of AES has 16, 24 or 32 bytes, and this one has {len(_bytes(key))}")
        return key

    @model_validator(mode="after")
    def _bound(self) -> "Encryption":
        if self.bind_attributes and self.key is None:
            raise ValueError("bind_attributes needs key: without it, payloads are not encrypted")
        if len(set(self.bind_attributes)) != len(self.bind_attributes):
            raise ValueError("bind_attributes names an attribute twice")
        return self

    @property
    def cipher(self) -> Cipher | None:
        """Key and bound attributes; None without a key."""
        return None if self.key is None else Cipher(_bytes(self.key), self.bind_attributes)


def _bytes(key: SecretStr) -> bytes:
    """Raises `ValueError`."""
    text = key.get_secret_value()
    if not text.startswith(_BASE64):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_BASE64), validate=True)
    except binascii.Error as error:
        raise ValueError(f"the text after {_BASE64!r} is not base64: {error}") from None


class WireFormat(StrEnum):
    """Where a message says which schema it is of."""

    ATTRIBUTES = "attributes"
    CONFLUENT = "confluent"
    APICURIO = "apicurio"
    AUTO = "auto"


class Subjects(Table):
    """`[subjects]`: which subject the schemas of framed messages must be registered under."""

    strategy: Strategy | None = Field(
        default=None, description="Strategy for the name of the subject; without it, every subject is accepted."
    )
    topic: Name | None = Field(default=None, description="Topic that the subject is named after, if it is.")

    @model_validator(mode="after")
    def _named(self) -> "Subjects":
        if self.strategy in {Strategy.TOPIC, Strategy.TOPIC_RECORD} and self.topic is None:
            raise ValueError(f"the strategy {self.strategy} needs a topic to name subjects after")
        return self

    @property
    def choice(self) -> SubjectChoice | None:
        """The choices as the pipeline takes them."""
        return None if self.strategy is None else SubjectChoice(self.strategy, self.topic or "")


class DeadLetterBudget(Table):
    """`[dead_letter_budget]`: a worker that would dead-letter nearly everything stops instead."""

    window: Count | None = Field(
        default=None, description="Messages that are looked back at. Without it, any number of dead letters is fine."
    )
    max_ratio: Annotated[float, Field(gt=0, lt=1)] = Field(
        default=0.5, description="Share of them that may be dead letters."
    )

    @property
    def limits(self) -> BudgetLimits | None:
        """The choices as the pipeline takes them."""
        return None if self.window is None else BudgetLimits(self.window, self.max_ratio)
