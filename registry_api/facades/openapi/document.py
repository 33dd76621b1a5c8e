"""The OpenAPI 3.1 document, made from the very operations that Flask serves."""

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from sluicegate.registry_api.facades.openapi.components import renamed, titled, unique_names
from sluicegate.registry_api.facades.openapi.recorded import answers
from sluicegate.registry_api.facades.openapi.texts import HEADERS, PARAMETERS, TAGS
from sluicegate.registry_api.facades.operation import JSON, Facade, Operation, Reply

Json = dict[str, Any]
"""A part of the document: JSON as Python writes it."""

_Key = tuple[Any, JsonSchemaMode]
_SECURITY: Mapping[str, Json] = {
    "token": {"type": "http", "scheme": "basic", "description": "The user `token`, and an API key as its password."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a JWT of a configured issuer."},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."},
}
"""The ways in which a caller may send its credentials; one of them is enough."""


def document(facades: Iterable[Facade]) -> Json:
    """The whole document."""
    served = [(facade, operation) for facade in facades for operation in facade.operations]
    shapes, components = _shapes(operation for _, operation in served)
    paths: dict[str, Json] = {}
    recorded = answers()
    for facade, operation in served:
        item = paths.setdefault(operation.path, {})
        item[operation.method.lower()] = _operation(facade, operation, shapes, recorded.get(operation.name, {}))
        if facade.mounts != ("",):
            item["servers"] = [{"url": base or "/"} for base in facade.mounts]
    names = unique_names(components)
    tags = dict.fromkeys(facade.name for facade, _ in served)
    described = {
        "openapi": "3.1.0",
        "info": {
            "title": "Sluicegate schema registry",
            "version": version("sluicegate"),
            "description": "Every path may also end in a slash, and every GET may be a HEAD.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "This registry"}],
        "tags": [{"name": tag, "description": TAGS.get(tag, "")} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": {names[name]: titled(names[name], shape) for name, shape in components.items()},
            "securitySchemes": dict(_SECURITY),
        },
    }
    return renamed(described, names)


def _shapes(operations: Iterable[Operation]) -> tuple[Mapping[_Key, Json], Json]:
    """Return the JSON Schemas of all types of the operations, and their definitions."""
    wanted = {key: None for operation in operations for key in _keys(operation)}
    inputs = [(key, mode, TypeAdapter(key)) for key, mode in wanted]
    shapes, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/components/schemas/{model}")
    return shapes, definitions.get("$defs", {})


def _keys(operation: Operation) -> Iterator[_Key]:
    if operation.body and operation.body_media == JSON:
        yield operation.body, "validation"
    for reply in operation.replies.values():
        if reply.shape is not None:
            yield reply.shape, "serialization"


def _operation(facade: Facade, operation: Operation, shapes: Mapping[_Key, Json], examples: Mapping[str, Any]) -> Json:
    described: Json = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [facade.name],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_header_parameters(operation)],
        "security": [] if operation.need is None else [{name: []} for name in _SECURITY],
        "responses": {
            str(status): _response(reply, shapes, examples.get(str(status), reply.example))
            for status, reply in operation.replies.items()
        },
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _body(operation, shapes)}
    if operation.need is not None:
        described["description"] = f"Needs: {operation.need}."
        described["x-sluicegate-role"] = str(operation.need.role)
    return described


def _body(operation: Operation, shapes: Mapping[_Key, Json]) -> Json:
    """Return the content of a request. A body of any media type is bytes: generators know no `*/*`."""
    if operation.body_media == "*/*":
        binary = {"type": "string", "format": "binary"}
        return {"application/octet-stream": {"schema": binary, "example": operation.example}}
    schema = shapes[operation.body, "validation"] if operation.body_media == JSON else {}
    return {operation.body_media: {"schema": schema, "example": operation.example}}


def _path_parameters(operation: Operation) -> Iterator[Json]:
    for name, schema in operation.parameters.items():
        yield {"name": name, "in": "path", "required": True, **_told(name, schema)}


def _header_parameters(operation: Operation) -> Iterator[Json]:
    for name, schema in operation.headers.items():
        yield {"name": name, "in": "header", **_told(name, schema)}


def _told(name: str, schema: Mapping[str, Any]) -> Json:
    """Return the description of a parameter, its shape, and an example that fits it."""
    if name not in PARAMETERS:
        return {"schema": schema}
    text, example = PARAMETERS[name]
    fitting = str(example) if schema.get("type") == "string" else example
    return {"description": text, "schema": schema, "example": fitting}


def _query_parameters(operation: Operation) -> Iterator[Json]:
    if operation.query is None:
        return
    schema = operation.query.model_json_schema(mode="validation")
    definitions = schema.get("$defs", {})
    for name, property_schema in schema["properties"].items():
        shape = _given(property_schema, definitions)
        yield {
            "name": name,
            "in": "query",
            "description": shape.pop("description", "") or PARAMETERS.get(name, ("",))[0],
            "schema": shape,
        }


def _given(schema: Json, definitions: Json) -> Json:
    """Return the shape of a parameter: without null and title, with resolved references."""
    shape = {key: value for key, value in schema.items() if key not in {"title", "anyOf", "$ref"}}
    if shape.get("default", ...) is None:
        del shape["default"]
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    referring = choices[0] if choices else schema
    if "$ref" in referring:
        definition = definitions[referring["$ref"].rpartition("/")[2]]
        return {key: value for key, value in definition.items() if key not in {"title", "description"}} | shape
    return {**referring, **shape} if choices else shape


def _response(reply: Reply, shapes: Mapping[_Key, Json], example: Any) -> Json:
    names = (*reply.headers, "Sluicegate-Registry", "X-Request-Id")
    described: Json = {
        "description": reply.description,
        "headers": {name: {"description": HEADERS[name], "schema": {"type": "string"}} for name in names},
    }
    if reply.shape is not None:
        described["content"] = {media: _content(media, reply, shapes, example) for media in reply.media}
    return described


def _content(media: str, reply: Reply, shapes: Mapping[_Key, Json], example: Any) -> Json:
    """A text that is served raw has no shape where its media type would have it parsed as JSON."""
    raw = reply.shape is str and media.endswith("json")
    content: Json = {"schema": {} if raw else shapes[reply.shape, "serialization"]}
    return content if example is None else {**content, "example": example}
