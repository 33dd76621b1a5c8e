"""Properties of all schemas: "compatible" is never wrong, and each schema reads its own data."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.compatibility.findings import Code
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.options import JsonDraft, Policy
from tests.unit.formats.json_schema.description import is_described
from tests.unit.formats.json_schema.generated import INSTANCES, OBJECTS, SCHEMAS, WITH_PROPERTIES
from tests.unit.formats.json_schema.schemas import ENGINE

pytestmark = pytest.mark.slow

RELAXED = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)

LENIENT = JsonSchemaEngine(policy=Policy.LENIENT, default_draft=JsonDraft.DRAFT_2020)

NARROWINGS = st.sampled_from(
    [
        {},
        {"type": "object"},
        {"type": "integer"},
        {"minimum": 1},
        {"required": ["a"]},
        {"maxItems": 1},
        {"additionalProperties": False},
    ]
)


@RELAXED
@given(SCHEMAS, st.text(max_size=5))
def test_a_schema_is_compatible_with_itself_under_another_title(schema: Any, title: str) -> None:
    assume(isinstance(schema, dict))
    assert _compare({"title": title, "allOf": [schema]}, {"title": "other", "allOf": [schema]}) == []
    assert _compare({**dict(schema), "title": title}, schema) == []


@RELAXED
@given(SCHEMAS, NARROWINGS)
def test_the_whole_reads_what_a_part_of_it_allows(schema: Any, narrowing: Any) -> None:
    assert _compare(schema, {"allOf": [schema, narrowing]}) == []


@RELAXED
@given(SCHEMAS, SCHEMAS, st.lists(INSTANCES, min_size=5, max_size=30))
def test_what_is_compatible_reads_what_was_written(reader: Any, writer: Any, values: list[object]) -> None:
    """Values that fit the writer fit the reader.

    (Without `default` and overlapping `oneOf`, where other registries' rules are kept.)
    """
    assume(_compare(reader, writer) == [])
    reads, wrote = (jsonschema_rs.Draft202012Validator(each, offline=True).is_valid for each in (reader, writer))
    assert [value for value in values if wrote(value) and not reads(value)] == []


@RELAXED
@given(st.data(), st.lists(INSTANCES, min_size=5, max_size=30))
def test_lenient_reads_data_without_undeclared_properties(data: st.DataObject, values: list[object]) -> None:
    """The writers lack some properties of the readers, as most pairs do that LENIENT alone allows."""
    reader = data.draw(WITH_PROPERTIES)
    writer = _trimmed(reader)
    assume(not LENIENT.compare(_parsed(reader), _parsed(writer)))
    _assert_lenient_is_sound(reader, writer, [*values, *data.draw(st.lists(OBJECTS, min_size=10, max_size=30))])


@RELAXED
@given(SCHEMAS, SCHEMAS, st.lists(INSTANCES, min_size=5, max_size=30))
def test_lenient_is_sound_for_any_two_schemas(reader: Any, writer: Any, values: list[object]) -> None:
    assume(not LENIENT.compare(_parsed(reader), _parsed(writer)))
    _assert_lenient_is_sound(reader, writer, values)


def _assert_lenient_is_sound(reader: Any, writer: Any, values: list[object]) -> None:
    reads, wrote = (jsonschema_rs.Draft202012Validator(each, offline=True).is_valid for each in (reader, writer))
    assert [value for value in values if wrote(value) and is_described([writer], value) and not reads(value)] == []


def _trimmed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_trimmed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _trimmed(value) for key, value in schema.items()}
    if isinstance(kept.get("properties"), dict):
        kept["properties"] = dict(list(kept["properties"].items())[1:])
    return kept


@RELAXED
@given(SCHEMAS, SCHEMAS)
def test_codes_are_of_the_closed_set_and_paths_lead_into_the_reader(reader: Any, writer: Any) -> None:
    found = ENGINE.compare(_parsed(reader), _parsed(writer))
    assert {each.code for each in found} <= {code.value for code in Code}
    for each in found:
        _resolve(reader, each.path)


def _resolve(document: Any, path: str) -> None:
    for token in path.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]


def _parsed(schema: Any) -> JsonSchema:
    return ENGINE.parse(SchemaSource(json.dumps(schema)))


def _compare(reader: Any, writer: Any) -> list[str]:
    return [found.code for found in ENGINE.compare(_parsed(reader), _parsed(writer))]
