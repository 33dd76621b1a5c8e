"""The document of `/openapi.json` matches the routes exactly."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from sluicegate.registry_api.facades.openapi.components import unique_names
from sluicegate.registry_api.facades.openapi.yaml import dumped
from tests.docs.openapi_answers import FILE, WITHOUT
from tests.fakes.registry_service import Service, settings

METHODS = {"get", "put", "post", "delete"}


@pytest.fixture
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.client.get("/openapi.json").json
    return found


def operations(document: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(path, method): item[method] for path, item in document["paths"].items() for method in METHODS & set(item)}


def addresses(document: dict[str, Any], path: str) -> list[str]:
    """Where a path is served: below each of its servers."""
    servers = document["paths"][path].get("servers", [{"url": "/"}])
    return [(server["url"].rstrip("/") + path).rstrip("/") or "/" for server in servers]


def test_it_names_every_route_and_nothing_else(service: Service, document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in service.application.flask.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    said = {(at, method) for path, method in operations(document) for at in addresses(document, path)}
    assert said == served
    assert len([path for path, _ in served if not path.startswith(("/confluent", "/api"))]) == 110


def test_metrics_are_in_it_only_when_they_are_served(service: Service) -> None:
    without = Service(settings=settings(metrics=settings().metrics.model_copy(update={"enabled": False})))
    assert without.client.get("/metrics").status_code == 404
    assert "/metrics" not in without.client.get("/openapi.json").json["paths"]


def test_every_reference_in_it_leads_somewhere(document: dict[str, Any]) -> None:
    named = set(re.findall(r'"#/components/schemas/([\w-]+)"', json.dumps(document)))
    assert named == set(document["components"]["schemas"])


def test_every_answer_says_what_it_looks_like(document: dict[str, Any]) -> None:
    bare = [
        (*key, status)
        for key, operation in operations(document).items()
        for status, response in operation["responses"].items()
        if "content" not in response and status not in {"204", "304"}
    ]
    assert bare == []


def test_every_path_parameter_is_described(document: dict[str, Any]) -> None:
    for (path, _), operation in operations(document).items():
        described = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert described == set(re.findall(r"{(\w+)}", path))


def test_the_parameters_of_a_search_are_described(document: dict[str, Any]) -> None:
    described = {p["name"]: p["schema"] for p in document["paths"]["/schemas/search"]["get"]["parameters"]}
    assert set(described) == {
        "id",
        "version",
        "type",
        "name",
        "attributes",
        "orderBy",
        "sort",
        "limit",
        "offset",
        "after_schema",
        "after_version",
    }
    assert described["orderBy"] == {"type": "string", "enum": ["id", "name", "type", "version"], "default": "id"}
    assert described["limit"] == {"type": "integer", "minimum": 1, "maximum": 1000}


def test_required_fields_are_marked(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["RegisterRequest"]["required"] == ["name", "schema_type", "specification"]


def test_its_examples_are_what_the_server_does(service: Service, document: dict[str, Any]) -> None:
    """Example requests work; example answers have the answer's fields."""
    post = document["paths"]["/schemas"]["post"]
    wish = post["requestBody"]["content"]["application/json"]["example"]
    told = post["responses"]["201"]["content"]["application/json"]["example"]
    answer = service.client.post("/schemas", json={**wish, "specification": "a:int"})
    assert answer.json == {**told, "identification": "1"}


def contents(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each content of a request and of a good answer, with its place."""
    for operation in operations(document).values():
        name = operation["operationId"]
        if name in WITHOUT:
            continue
        for media, content in operation.get("requestBody", {"content": {}})["content"].items():
            yield f"{name} request {media}", content
        for status, response in operation["responses"].items():
            for media, content in response.get("content", {}).items() if status < "300" else ():
                yield f"{name} {status} {media}", content


def test_every_request_and_good_answer_has_an_example_that_fits(document: dict[str, Any]) -> None:
    found = dict(contents(document))
    assert len(found) > 150
    assert [place for place, content in found.items() if content.get("example") is None] == []
    faults = []
    for place, content in found.items():
        schema = {**content["schema"], "components": document["components"]}
        example = json.loads(json.dumps(content["example"]))
        faults += [f"{place}: {fault.message}" for fault in Draft202012Validator(schema).iter_errors(example)]
    assert faults == []


def test_answers_are_of_operations_and_statuses_that_there_are(document: dict[str, Any]) -> None:
    replies = {each["operationId"]: each["responses"] for each in operations(document).values()}
    recorded = {(name, status) for name, answers in json.loads(FILE.read_text()).items() for status in answers}
    assert {each for each in recorded if each[1] not in replies.get(each[0], {})} == set()


def test_no_name_of_a_shape_shows_a_module(document: dict[str, Any]) -> None:
    shapes = document["components"]["schemas"]
    assert [name for name in shapes if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
    assert {name: shape["title"] for name, shape in shapes.items()} == {name: name for name in shapes}


def test_every_parameter_tag_and_operation_is_described(document: dict[str, Any]) -> None:
    for operation in operations(document).values():
        assert operation["summary"]
        assert [each["name"] for each in operation["parameters"] if not each.get("description")] == []
    tags = {tag for operation in operations(document).values() for tag in operation["tags"]}
    assert {each["name"] for each in document["tags"] if each["description"]} == tags
    assert document["servers"] == [{"url": "/", "description": "This registry"}]


@pytest.mark.slow
def test_yaml_says_the_same(service: Service, document: dict[str, Any]) -> None:
    answer = service.client.get("/openapi.yaml")
    assert answer.content_type == "application/yaml"
    assert yaml.safe_load(answer.text) == document


def test_two_shapes_with_one_name_are_refused() -> None:
    shapes = {"a__confluent__b__X": {"type": "object"}, "c__confluent__X": {"type": "string"}}
    with pytest.raises(ValueError, match="'ConfluentX'"):
        unique_names(shapes)


def test_both_shapes_of_a_class_have_names() -> None:
    same = {"X-Input": {"type": "object"}, "X-Output": {"type": "object"}}
    assert set(unique_names(same).values()) == {"X"}
    other = {"X-Input": {"type": "object"}, "X-Output": {"type": "string"}}
    assert sorted(unique_names(other).values()) == ["X", "XOutput"]


SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings_of_hypothesis(suppress_health_check=[HealthCheck.too_slow])  # the machine may be busy
@given(
    value=st.recursive(
        SCALARS, lambda each: st.lists(each, max_size=3) | st.dictionaries(SCALARS.map(str), each, max_size=3)
    )
)
def test_yaml_of_any_value_is_read_as_it_was(value: object) -> None:
    assert yaml.safe_load(dumped(value)) == value
