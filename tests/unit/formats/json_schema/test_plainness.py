"""Which texts are certain to be judged soon."""

import json

import pytest

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import NamedSource, SchemaSource, is_plain
from sluicegate.shared.formats.json_schema.plainness import COMMAS_LIMIT, LENGTH_LIMIT
from sluicegate.shared.model import SchemaFormat
from tests.unit.formats.json_schema.schemas import ENGINE

PERSON = """{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://example.com/person",
  "type": "object",
  "properties": {"name": {"type": "string", "maxLength": 80}, "age": {"type": "integer", "maximum": 150.5}},
  "required": ["name"]
}"""


def plain(text: str) -> bool:
    return is_plain(ENGINE, SchemaSource(text))


def test_most_schemas_are_plain() -> None:
    assert plain(PERSON)
    assert plain("true")
    assert plain("not even JSON")


@pytest.mark.parametrize(
    "doubtful",
    [
        '{"$ref": "#/$defs/a"}',
        '{"$dynamicRef": "#a"}',
        '{"$recursiveRef": "#"}',
        '{"pattern": "a"}',
        '{"patternProperties": {"a": true}}',
        r'{"\u0070attern": "a"}',
        r'{"\u0024ref": "#"}',
        '{"maximum": 1e400}',
        '{"multipleOf": 1E-9}',
        '{"maximum": 12345678901234567}',
        '{"title": "\N{LATIN SMALL LETTER E WITH ACUTE}"}',
        json.dumps({"title": "x" * LENGTH_LIMIT}),
        json.dumps({"enum": list(range(COMMAS_LIMIT + 2))}),
    ],
)
def test_what_could_be_dear_is_not(doubtful: str) -> None:
    assert not plain(doubtful)


def test_nothing_is_known_of_what_refers_to_others() -> None:
    assert not is_plain(ENGINE, SchemaSource("{}", (NamedSource("other", SchemaSource("{}"), "f"),)))


@pytest.mark.parametrize("schema_format", sorted(set(SchemaFormat) - {SchemaFormat.JSON, SchemaFormat.AVRO}))
def test_of_other_formats_nothing_is_known(schema_format: SchemaFormat) -> None:
    assert not is_plain(catalog.engine(schema_format), SchemaSource("{}"))
