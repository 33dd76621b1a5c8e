"""Tags of records and fields, which a text carries as the attribute `confluent:tags`.

A record's path is its full name, or its simple name alone; a field's is that of its record, a dot,
and its name. So it is in Confluent's `AvroSchema.copy` and `inlineTaggedEntities`.
"""

from collections import deque
from collections.abc import Iterator

from sluicegate.shared.errors import EntityUnknown
from sluicegate.shared.formats.avro import document
from sluicegate.shared.formats.avro.json_text import dumps
from sluicegate.shared.formats.avro.model import Json
from sluicegate.shared.formats.avro.names import resolve
from sluicegate.shared.formats.engine import Entity, EntityType, TagChange, Tags
from sluicegate.shared.formats.json_tree import INLINE_TAGS, inline_tags

_Node = dict[str, Json]


def tags(text: str) -> Tags:
    """The tagged entities of a text, records by their full names."""
    found: dict[Entity, tuple[str, ...]] = {}
    for full, record in _records(document.read(text)):
        found[Entity(full, EntityType.RECORD)] = inline_tags(record)
        for name, each in _fields(record):
            found[Entity(f"{full}.{name}", EntityType.FIELD)] = inline_tags(each)
    return {entity: names for entity, names in found.items() if names}


def retagged(text: str, change: TagChange) -> str:
    """A text with other tags. Raises `EntityUnknown`."""
    root = document.read(text)
    places = _Places(root)
    for entity in change.entities:
        for node in places.of(entity):
            names = change.of(entity, inline_tags(node))
            if names:
                node[INLINE_TAGS] = list[Json](names)
            else:
                node.pop(INLINE_TAGS, None)
    return dumps(root)


class _Places:
    """Places of a text's entities.

    A record may occur twice, verbatim: both stay the same.
    """

    def __init__(self, root: Json) -> None:
        self._records: dict[str, list[_Node]] = {}
        self._full: dict[str, str] = {}
        for full, record in _records(root):
            self._records.setdefault(full, []).append(record)
            self._full.setdefault(full.rpartition(".")[2], full)

    def of(self, entity: Entity) -> list[_Node]:
        path = entity.path.removeprefix(".")
        if entity.type is EntityType.RECORD:
            found = self._named(path)
        else:
            record, _, field = path.rpartition(".")
            found = [each for node in self._named(record) for name, each in _fields(node) if name == field]
        if not found:
            raise EntityUnknown(entity.path)
        return found

    def _named(self, name: str) -> list[_Node]:
        return self._records.get(name) or self._records.get(self._full.get(name, ""), [])


def _records(root: Json) -> Iterator[tuple[str, _Node]]:
    """Every record that a text defines, by its full name, the outermost first."""
    waiting: deque[tuple[Json, str]] = deque([(root, "")])
    while waiting:
        node, space = waiting.popleft()
        if isinstance(node, list):
            waiting.extend((branch, space) for branch in node)
        elif isinstance(node, dict):
            match node:
                case {"type": "record" | "error", "name": str(simple)}:
                    own = node.get("namespace")
                    name = resolve(simple, own if isinstance(own, str) else space)
                    yield name.full, node
                    waiting.extend((each.get("type"), name.space) for _, each in _fields(node))
                case {"type": "array", "items": part} | {"type": "map", "values": part}:
                    waiting.append((part, space))


def _fields(record: _Node) -> Iterator[tuple[str, _Node]]:
    listed = record.get("fields")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and isinstance(name := each.get("name"), str):
            yield name, each
