"""What all bodies of this API have in common."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    """A JSON object: names in camel case, unknown properties refused unless the request says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=True)


class Answer(Body):
    """A JSON object that is served."""
