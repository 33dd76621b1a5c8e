"""Names of the document's shapes, as generators of clients can use them.

pydantic tells classes of the same name apart by their modules, and the two shapes of one class, in
requests and in answers, by `-Input` and `-Output`. Generators make Python and TypeScript names of
both, and some drop every operation whose names collide then.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

REFERENCE: Final = "#/components/schemas/"
_APIS: Final = {"confluent": "Confluent", "artifacts": "Artifacts"}
_MODE: Final = re.compile(r"-(Input|Output)$")


def renamed(part: Json, names: Mapping[str, str]) -> Json:
    """Return a part of the document with the new names of shapes in its references."""
    text = json.dumps(part)
    for old, new in names.items():
        text = text.replace(f'"{REFERENCE}{old}"', f'"{REFERENCE}{new}"')
    found: Json = json.loads(text)
    return found


def unique_names(definitions: Mapping[str, Json]) -> Mapping[str, str]:
    """Return the name of each shape: the class, with the API in front where two APIs have one of that name.

    Both shapes of a class have one name where they are equal. Raises `ValueError` when two different
    shapes would have one name.
    """
    names: dict[str, str] = {}
    shapes: dict[str, Json] = {}
    for definition, shape in definitions.items():
        short, whole = _name(definition, ""), _name(definition, r"\1")
        name = short if shapes.setdefault(short, shape) == shape else whole
        if shapes.setdefault(name, shape) != shape:
            raise ValueError(f"Two shapes of the OpenAPI document are named {name!r}. Rename a class.")
        names[definition] = name
    return names


def titled(name: str, shape: Json) -> Json:
    """Return a shape with its name as the title, by which generators name classes, and no title in its parts."""
    return {"title": name, **_untitled(shape)}


def _name(definition: str, mode: str) -> str:
    *modules, last = definition.split("__")
    api = next((name for module, name in _APIS.items() if module in modules), "")
    return api + _MODE.sub(mode, last)


def _untitled(shape: Json) -> Json:
    found = {key: _parts(value) for key, value in shape.items() if key != "title"}
    if "properties" in shape:  # a property may be called title
        found["properties"] = {name: _parts(each) for name, each in shape["properties"].items()}
    return found


def _parts(value: Any) -> Any:
    if isinstance(value, dict):
        return _untitled(value)
    return [_parts(each) for each in value] if isinstance(value, list) else value
