"""Shared parts of the JSON Schema engine's tests."""

import json

from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.options import JsonDraft

ENGINE = JsonSchemaEngine(default_draft=JsonDraft.DRAFT_2020)

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
DRAFT_6 = "http://json-schema.org/draft-06/schema#"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2019 = "https://json-schema.org/draft/2019-09/schema"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
DRAFTS = (DRAFT_4, DRAFT_6, DRAFT_7, DRAFT_2019, DRAFT_2020)


def parsed(schema: object, **named: object) -> JsonSchema:
    """A schema given as a value, with the schemas that it names (`a_json` is the name `a.json`)."""
    references = tuple(
        NamedSource(name.replace("_", "."), SchemaSource(json.dumps(value))) for name, value in named.items()
    )
    return ENGINE.parse(SchemaSource(json.dumps(schema), references))


def codes(reader: object, writer: object) -> list[str]:
    """Return the codes of all incompatibilities."""
    return [finding.code for finding in ENGINE.compare(parsed(reader), parsed(writer))]


def doubled(levels: int, leaf: object, keyword: str = "allOf") -> dict[str, object]:
    """A schema that looks at one value 2^levels times."""
    level = {f"d{i}": {keyword: [{"$ref": f"#/$defs/d{i + 1}"}] * 2} for i in range(levels)}
    return {"$defs": {**level, f"d{levels}": leaf}, "$ref": "#/$defs/d0"}
