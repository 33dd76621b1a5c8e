"""Tags of objects and properties, which a text carries as the keyword `confluent:tags`.

A path leads from the root through the kinds of schemas and the names of properties:
`object.lines.array.object.sku`, `object.definitions.City.object.name`,
`object.payment.oneof.1.object.card`. A name may hold dots. So it is in Confluent's
`JsonSchemaUtils.findMatchingEntity` and `JsonSchema.inlineTaggedEntities`.
"""

from collections import deque
from collections.abc import Iterator

from sluicegate.shared.errors import EntityUnknown
from sluicegate.shared.formats.engine import Entity, EntityType, TagChange, Tags
from sluicegate.shared.formats.json_schema.canonical import compact
from sluicegate.shared.formats.json_schema.composition import (
    BRANCHES,
    CRITERIA,
    CompositionPart,
    numbered,
    parts,
    types,
)
from sluicegate.shared.formats.json_schema.parser import parse
from sluicegate.shared.formats.json_schema.values import JsonObject, listing, mapping
from sluicegate.shared.formats.json_tree import INLINE_TAGS, inline_tags

_DEFINITIONS = ("definitions", "$defs")
_COMPOSED = {each.lower(): each for each in CRITERIA}


def tags(text: str) -> Tags:
    """Return the tagged entities of a text. References are tagged at their place."""
    found: dict[Entity, tuple[str, ...]] = {}
    for entity, node in _entities(parse(text)):
        names = inline_tags(node)
        if names:
            found.setdefault(entity, names)
    return found


def retagged(text: str, change: TagChange) -> str:
    """A text with other tags. Raises `EntityUnknown`."""
    root = parse(text)
    search = _Search()
    for entity in change.entities:
        node = search.find(root, entity)
        if not isinstance(node, dict):
            raise EntityUnknown(entity.path)
        names = change.of(entity, inline_tags(node))
        if names:
            node[INLINE_TAGS] = names
        else:
            node.pop(INLINE_TAGS, None)
    return compact(root)


class _Search:
    """Follows paths through a text. Compositions are sorted once."""

    def __init__(self) -> None:
        self._numbered: dict[int, list[object]] = {}

    def find(self, root: object, entity: Entity) -> object:
        """Return the target of a path, or None."""
        here: object = root
        path = deque(entity.path.split("."))
        while path and isinstance(here, dict):
            match path.popleft():
                case "object" if not path:
                    return here if entity.type is EntityType.RECORD else None
                case "object":
                    holder = path.popleft() if path[0] in _DEFINITIONS else "properties"
                    here = _named(mapping(here, holder), path)
                    if not path:
                        return here
                case "array":
                    here = here.get("items")
                case "not":
                    here = here.get("not")
                case ("allof" | "anyof" | "oneof") as criterion:
                    here = self._composed(here, criterion, path)
                case _:
                    return None
        return None

    def _composed(self, schema: JsonObject, criterion: str, path: deque[str]) -> object:
        number = path.popleft() if path else ""
        if _COMPOSED[criterion] in schema:
            inner = self._in_order(listing(schema, _COMPOSED[criterion]))
            return inner[int(number)] if _is_number(number) and int(number) < len(inner) else None
        if criterion == "allof" and len(path) > 1 and path[0] == "conditional":
            path.popleft()
            branch = path.popleft()
            return schema.get(branch) if branch in BRANCHES else None
        return None if criterion == "oneof" else schema

    def _in_order(self, schemas: list[object]) -> list[object]:
        if id(schemas) not in self._numbered:
            self._numbered[id(schemas)] = numbered(schemas)
        return self._numbered[id(schemas)]


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 10


def _named(holder: JsonObject, path: deque[str]) -> object:
    """Return the value under the longest matching name at the begin of the path, or None."""
    name = path.popleft() if path else ""
    while name not in holder and path:
        name = f"{name}.{path.popleft()}"
    return holder.get(name)


def _entities(schema: object, scope: str = "", *, is_property: bool = False) -> Iterator[tuple[Entity, JsonObject]]:
    """Every object and property of a schema; a property that is an object is the property alone."""
    if not isinstance(schema, dict):
        return
    found = parts(schema)
    for number, (part, keyword) in enumerate(found):
        alone = len(found) == 1
        inner = scope if alone else f"{scope}allof.{number}."
        yield from _part(schema, part, keyword, inner, is_property=is_property and alone)


def _part(
    schema: JsonObject, part: CompositionPart, keyword: str, scope: str, *, is_property: bool
) -> Iterator[tuple[Entity, JsonObject]]:
    match part:
        case CompositionPart.OBJECT:
            if not is_property:
                yield Entity(f"{scope}object", EntityType.RECORD), schema
            yield from _object(schema, f"{scope}object")
        case CompositionPart.ARRAY:
            yield from _entities(schema.get("items"), f"{scope}array.")
        case CompositionPart.NOT:
            yield from _entities(schema["not"], f"{scope}not.")
        case CompositionPart.CONDITIONAL:
            for branch in BRANCHES:
                yield from _entities(schema.get(branch), f"{scope}conditional.{branch}.")
        case CompositionPart.COMBINED:
            yield from _composition(schema, keyword, scope)


def _composition(schema: JsonObject, keyword: str, scope: str) -> Iterator[tuple[Entity, JsonObject]]:
    if keyword == "type":
        for number, kind in enumerate(types(schema)):
            yield from _part(schema, kind, "", f"{scope}anyof.{number}.", is_property=False)
    for number, inner in enumerate(numbered(listing(schema, keyword)) if keyword in CRITERIA else ()):
        yield from _entities(inner, f"{scope}{keyword.lower()}.{number}.")


def _object(schema: JsonObject, path: str) -> Iterator[tuple[Entity, JsonObject]]:
    for name, inner in mapping(schema, "properties").items():
        if isinstance(inner, dict):
            yield Entity(f"{path}.{name}", EntityType.FIELD), inner
            yield from _entities(inner, f"{path}.{name}.", is_property=True)
    for keyword in _DEFINITIONS:
        for name, inner in mapping(schema, keyword).items():
            yield from _entities(inner, f"{path}.{keyword}.{name}.")
