"""Schema text -> JSON schema: strict JSON that is an object or a boolean."""

from sluicegate.shared.formats import strict_json
from sluicegate.shared.formats.json_schema.values import Schema, schema_of


def parse(text: str) -> Schema:
    """The schema that a text holds.

    Raises `SchemaSyntaxError`, whose violations say where, and nothing else.
    """
    schema = schema_of(strict_json.read(text))
    if schema is None:
        strict_json.refuse(
            "type", "A JSON schema is a JSON object, or true or false. Put the schema's keywords between { and }"
        )
    return schema
