"""Schemas in the shape of FHIR's: many resources that contain each other through one `oneOf`, without types."""


def resources(count: int, *, added: bool = False) -> dict[str, object]:
    """A schema of `count` resources; with one more property in one of them where `added`."""
    names = [f"Resource{number}" for number in range(count)]
    definitions: dict[str, object] = {
        "word": {"type": "string", "pattern": "^[a-z]+$"},
        "Note": _object({"text": "word"}),
    }
    for name in names:
        definitions[f"{name}_Part"] = _object({"id": "word", "note": "Note"})
        properties = {"id": "word", "note": "Note", "part": f"{name}_Part"}
        if added and name == names[count // 2]:
            properties["added"] = "word"
        definitions[name] = _resource(name, properties)
    definitions["Any"] = {"oneOf": [_to(name) for name in names]}
    return {"oneOf": [_to(name) for name in names], "definitions": definitions}


def _to(name: str) -> dict[str, object]:
    return {"$ref": f"#/definitions/{name}"}


def _object(properties: dict[str, str]) -> dict[str, object]:
    return {"properties": {name: _to(kind) for name, kind in properties.items()}, "additionalProperties": False}


def _resource(name: str, properties: dict[str, str]) -> dict[str, object]:
    lists = {"contained": {"type": "array", "items": _to("Any")}}
    own = {"resourceType": {"const": name}, **{key: _to(kind) for key, kind in properties.items()}, **lists}
    return {"properties": own, "required": ["resourceType"], "additionalProperties": False}
