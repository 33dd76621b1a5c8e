"""Schema text -> JSON schema: strict JSON that is an object or a boolean."""

from sluicegate.shared.formats import strict_json
from sluicegate.shared.formats.json_schema.values import Schema, schema_of


def parse(text: str) -> Schema:
    """Return the schema of a text. Raises `SchemaSyntaxError` with places, and nothing else."""
    schema = schema_of(strict_json.read(text))
    if schema is None:
        strict_json.refuse(
            "type", "A JSON schema is a JSON object, or true or false. Put the schema's keywords between { and }"
        )
    return schema
