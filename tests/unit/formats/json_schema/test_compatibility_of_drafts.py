"""For every pair of drafts, sampled data confirm the verdict "compatible"."""

import json
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.engine import SchemaSource
from sluicegate.shared.formats.json_schema.drafts import DRAFT_7, DRAFT_2020, DRAFTS, Draft
from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from tests.unit.formats.json_schema.generated_drafts import DATA, SCHEMAS, embedded

pytestmark = pytest.mark.slow

ENGINE = JsonSchemaEngine()
RELAXED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
)
PAIRS = [pytest.param(*pair, id=f"{pair[0].version}-reads-{pair[1].version}") for pair in product(DRAFTS, DRAFTS)]


def _assert_sound(reader: Any, writer: Any, values: list[object]) -> None:
    reads, writes = (ENGINE.parse(SchemaSource(json.dumps(each))) for each in (reader, writer))
    assume(not ENGINE.violations(reads) and not ENGINE.violations(writes))
    if ENGINE.compare(reads, writes):
        return
    accepts, wrote = ENGINE.compile(reads).accepts, ENGINE.compile(writes).accepts
    payloads = [json.dumps(value).encode() for value in values]
    assert [payload for payload in payloads if wrote(payload) and not accepts(payload)] == []


@pytest.mark.parametrize(("reader", "writer"), PAIRS)
@RELAXED
@given(st.data())
def test_compatible_reader_accepts_sampled_data_of_the_writer(
    reader: Draft, writer: Draft, data: st.DataObject
) -> None:
    read = data.draw(SCHEMAS[reader])
    respelt = SCHEMAS[reader].map(lambda found: found | {"$schema": writer.uri})
    wrote = data.draw(SCHEMAS[writer] | st.just(read | {"$schema": writer.uri}) | respelt)
    _assert_sound(read, wrote, data.draw(st.lists(DATA, min_size=10, max_size=40)))


@pytest.mark.parametrize("outer", [DRAFT_7, DRAFT_2020], ids=lambda draft: draft.version)
@RELAXED
@given(st.data())
def test_embedded_resources_are_compared_by_their_own_draft(outer: Draft, data: st.DataObject) -> None:
    schemas = embedded(outer)
    first = data.draw(schemas)
    second = data.draw(schemas | st.sampled_from(DRAFTS).map(lambda draft: _redrafted(first, draft)))
    _assert_sound(first, second, data.draw(st.lists(DATA, min_size=10, max_size=40)))


def test_additional_items_are_no_fact_for_tuples() -> None:
    """Without `items`, `additionalItems` means nothing; only a reader that says the same is compared with it."""
    writer = {"$schema": DRAFTS[3].uri, "type": "array", "additionalItems": {"type": "null"}}
    tuple_ = {"$schema": DRAFT_2020.uri, "type": "array", "prefixItems": [{"type": "null"}]}
    reads, writes = (ENGINE.parse(SchemaSource(json.dumps(each))) for each in (tuple_, writer))
    assert [each.code for each in ENGINE.compare(reads, writes)] == ["ITEM_ADDED_TO_OPEN_CONTENT_MODEL"]


def _redrafted(schema: Any, draft: Draft) -> Any:
    """The same schema, the embedded resource being of another draft."""
    inner = {key: value for key, value in schema["definitions"]["i"].items() if key not in ("id", "$id", "$schema")}
    return schema | {"definitions": {"i": inner | {"$schema": draft.uri, draft.identifier: "https://x.example/inner"}}}
