"""Schemas with many embedded `$id`s: the cost of registering and compiling them grows linearly.

Operations are counted, not timed: the interpreter reports every call of a Python or C function.
"""

import sys
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from sluicegate.shared.formats.json_schema.engine import JsonSchemaEngine
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from tests.unit.formats.json_schema.schemas import DRAFT_4, DRAFT_7, DRAFT_2020, ENGINE, parsed

COUNT = 40
TIMES = 4
BASE = "http://example.com/definitions/"

Shape = Callable[[int], object]


def _by_id(count: int) -> object:
    """Return a schema like AsyncAPI's: each definition has an `$id`, which others refer to."""
    definitions = {
        f"{BASE}{number}.json": {
            "$id": f"{BASE}{number}.json",
            "type": "object",
            "properties": {
                "next": {"$ref": f"{BASE}{(number + 1) % count}.json"},
                "relative": {"$ref": f"{(number + 2) % count}.json"},
                "inside": {"$ref": "#/definitions/own"},
            },
            "definitions": {"own": {"type": "string"}},
        }
        for number in range(count)
    }
    return {"$schema": DRAFT_7, "$ref": f"{BASE}0.json", "definitions": definitions}


def _by_pointer(count: int) -> object:
    definitions = {
        f"d{number}": {
            "$id": f"d{number}.json",
            "properties": {"next": {"$ref": f"{BASE}root.json#/$defs/d{(number + 1) % count}"}},
        }
        for number in range(count)
    }
    return {"$schema": DRAFT_2020, "$id": f"{BASE}root.json", "$ref": "#/$defs/d0", "$defs": definitions}


def _by_anchor(count: int) -> object:
    definitions = {
        f"d{number}": {"$anchor": f"a{number}", "properties": {"next": {"$ref": f"#a{(number + 1) % count}"}}}
        for number in range(count)
    }
    return {"$schema": DRAFT_2020, "$ref": "#a0", "$defs": definitions}


def _bundled_drafts(count: int) -> object:
    """Every second resource names a draft of its own."""
    definitions = {
        f"d{number}": {
            "$id": f"{BASE}{number}.json",
            "$schema": DRAFT_7 if number % 2 else DRAFT_2020,
            "properties": {"next": {"$ref": f"{BASE}{(number + 1) % count}.json"}},
        }
        for number in range(count)
    }
    return {"$schema": DRAFT_2020, "$ref": f"{BASE}0.json", "$defs": definitions}


def _of_draft_4(count: int) -> object:
    definitions = {
        f"d{number}": {
            "id": f"{BASE}{number}.json",
            "properties": {"next": {"$ref": f"{BASE}{(number + 1) % count}.json"}},
        }
        for number in range(count)
    }
    return {"$schema": DRAFT_4, "allOf": [{"$ref": f"{BASE}0.json"}], "definitions": definitions}


def _web(count: int) -> dict[str, object]:
    """Documents that each refer to the next two: the ways through them double with every two."""
    return {
        f"n{number}_json": {
            "properties": {name: {"$ref": f"n{(number + step) % count}.json"} for name, step in (("a", 1), ("b", 2))}
        }
        for number in range(count)
    }


def _steps(engine: JsonSchemaEngine, shape: object) -> Iterator[tuple[str, Callable[[], object]]]:
    schema: JsonSchema = parsed(shape)
    yield "violations", lambda: engine.violations(schema)
    yield "canonical", lambda: engine.canonical(schema)
    yield "attributes", lambda: engine.attributes(schema)
    yield "compile", lambda: engine.compile(schema)
    yield "effort", lambda: engine.compile(schema).effort()
    yield "compare", lambda: engine.compare(schema, parsed(shape))


def _calls(step: Callable[[], object]) -> int:
    """Count the calls of functions while a step runs."""
    count = 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        step()
    finally:
        sys.setprofile(before)
    return count


def _costs(shape: object) -> dict[str, int]:
    return {name: _calls(step) for name, step in _steps(ENGINE, shape)}


@pytest.mark.slow
@pytest.mark.parametrize("shape", [_by_id, _by_pointer, _by_anchor, _bundled_drafts, _of_draft_4])
def test_cost_grows_linearly_with_embedded_ids(shape: Shape) -> None:
    assert ENGINE.violations(parsed(shape(COUNT))) == ()
    few, many = _costs(shape(COUNT)), _costs(shape(TIMES * COUNT))
    grown = {name: round(many[name] / few[name], 1) for name in few}
    assert max(grown.values()) <= 1.25 * TIMES, grown


def test_unresolved_references_cost_linearly() -> None:
    def dangling(count: int) -> object:
        missing = {f"p{number}": {"$ref": f"{BASE}missing{number}.json"} for number in range(count)}
        definitions = {f"d{number}": {"$id": f"{BASE}{number}.json"} for number in range(count)}
        return {"$schema": DRAFT_7, "properties": missing, "definitions": definitions}

    few, many = _costs_of_violations(dangling(COUNT)), _costs_of_violations(dangling(TIMES * COUNT))
    assert many <= 1.25 * TIMES * few


def _costs_of_violations(shape: object) -> int:
    schema = parsed(shape)
    return _calls(lambda: ENGINE.violations(schema))


def test_embedded_id_wins_over_reference_of_the_same_name() -> None:
    """jsonschema-rs decides so; comparisons must resolve references like payload checks."""
    root = {
        "$schema": DRAFT_7,
        "properties": {"p": {"$ref": "a.json"}},
        "definitions": {"a": {"$id": "a.json", "type": "string"}},
    }
    schema = parsed(root, a_json={"type": "integer"})
    validator = ENGINE.compile(schema)
    assert validator.accepts(b'{"p": "text"}')
    assert not validator.accepts(b'{"p": 1}')
    narrowed = parsed(root | {"properties": {"p": {"type": "string"}}}, a_json={"type": "integer"})
    assert ENGINE.compare(narrowed, schema) == ()


def test_documents_that_refer_to_each_other_are_compiled_once_each() -> None:
    """The count of ways through 60 documents is 2^30: compiling each way would never end."""
    schema = parsed({"$schema": DRAFT_7, "allOf": [{"$ref": "n0.json"}]}, **_web(60))
    assert ENGINE.violations(schema) == ()
    deep: object = {"$ref": "n0.json", "type": "string"}
    ends = _web(60) | {"n59_json": {"type": "string"}}
    validator = ENGINE.compile(parsed({"$schema": DRAFT_7, "allOf": [deep]}, **ends))
    assert not validator.accepts(_nested(59, "5"))
    assert validator.accepts(_nested(59, '"text"'))


def _nested(levels: int, inner: str) -> bytes:
    return ('{"a":' * levels + inner + "}" * levels).encode()


@pytest.mark.parametrize("draft", [DRAFT_4, DRAFT_7, DRAFT_2020])
@pytest.mark.parametrize("name", ["a~b", "a/b", "a%b", "a b", 'a"b', "ä", "a#b", "a^|{}b"])
def test_references_to_embedded_ids_reach_names_of_any_spelling(draft: str, name: str) -> None:
    identifier = "id" if draft == DRAFT_4 else "$id"
    schema = {
        "$schema": draft,
        "properties": {"p": {"$ref": "a.json"}, "q": {"$ref": "other.json"}},
        "definitions": {name: {identifier: "a.json", "type": "string"}},
    }
    validator = ENGINE.compile(parsed(schema, other_json={"definitions": {"x": {"type": "null"}}, "type": "array"}))
    assert validator.accepts(b'{"p": "text", "q": []}')
    assert not validator.accepts(b'{"p": 1}')
    assert not validator.accepts(b'{"q": 1}')


def test_references_to_booleans_and_metaschemas_are_kept() -> None:
    schema = {
        "$schema": DRAFT_7,
        "$id": "http://json-schema.org/draft-07/own",
        "properties": {
            "never": {"$ref": "#/definitions/no"},
            "always": {"$ref": "#/definitions/yes"},
            "schema": {"$ref": "schema#"},
            "embedded": {"$ref": "a.json"},
        },
        "definitions": {"no": False, "yes": True, "a": {"$id": "a.json", "type": "string"}},
    }
    assert ENGINE.violations(parsed(schema)) == ()
    validator = ENGINE.compile(parsed(schema))
    assert validator.accepts(b'{"always": 1, "schema": {"type": "string"}, "embedded": "text"}')
    for refused in (b'{"never": 1}', b'{"schema": {"type": "nothing"}}', b'{"embedded": 1}'):
        assert not validator.accepts(refused)
