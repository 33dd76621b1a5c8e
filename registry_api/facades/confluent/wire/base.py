"""The common part of all bodies of this API."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    """A JSON object: names in camel case; unknown properties are refused by default."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)


class Answer(Body):
    """A JSON object that is served."""
