"""JSON Schema, draft 2020-12."""

import json

from hypothesis import strategies as st

from sluicegate.shared.model import SchemaFormat
from tests.properties.language import Language, accepted, json_respelt
from tests.unit.formats.json_schema.generated import INSTANCES, SCHEMAS

_NARROWER = SCHEMAS.flatmap(lambda whole: SCHEMAS.map(lambda part: (whole, {"allOf": [whole, part]})))

JSON = Language(
    schemas=SCHEMAS,
    pairs=st.tuples(SCHEMAS, SCHEMAS) | _NARROWER,
    text=json.dumps,
    data=lambda _: INSTANCES.map(lambda value: json.dumps(value).encode()),
    reads=accepted(SchemaFormat.JSON),
    respelt=json_respelt,
)
