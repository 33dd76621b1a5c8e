"""Short ways to parsed schemas."""

import json
from typing import Any

import pytest

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.avro.engine import AvroEngine
from sluicegate.shared.formats.avro.model import Schema
from sluicegate.shared.formats.engine import NamedSource, SchemaSource
from sluicegate.shared.model import Violation

ENGINE = AvroEngine()


def parsed(schema: Any, *references: Any) -> Schema:
    """A schema from a JSON value; from a text when it begins like one.

    References are JSON values, too.
    """
    named = tuple(NamedSource(f"reference {index}", source(each)) for index, each in enumerate(references))
    return ENGINE.parse(SchemaSource(text(schema), named))


def source(schema: Any) -> SchemaSource:
    return SchemaSource(text(schema))


def text(schema: Any) -> str:
    return json.dumps(schema)


def record(*fields: Any, name: str = "x.R", **others: Any) -> dict[str, Any]:
    """A record schema: fields are objects, or pairs of a name and a type."""
    listed = [each if isinstance(each, dict) else {"name": each[0], "type": each[1]} for each in fields]
    return {"type": "record", "name": name, "fields": listed, **others}


def refused(schema_text: str) -> Violation:
    """The first violation of a text that does not parse."""
    with pytest.raises(SchemaSyntaxError) as caught:
        ENGINE.parse(SchemaSource(schema_text))
    assert caught.value.violations[0].message in caught.value.message
    return caught.value.violations[0]
