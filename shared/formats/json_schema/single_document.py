"""A schema and those that it refers to as one document in which every reference is a JSON pointer.

jsonschema-rs compiles the target of a pointer once. A schema that is reached through an `$id` or
through another document is compiled anew on each way that leads to it: with twenty schemas that
refer to each other this takes seconds, and the cost doubles with every two more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin

from sluicegate.shared.formats.json_schema.references import Node, References
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.json_schema.values import JsonObject, Schema, mapping, nodes, pointer, text, values

_DOCUMENTS: Final = "definitions"
"""The keyword that holds the named schemas: every draft's metaschema knows it as an object."""

_POINTER_CHARACTERS: Final = "/~!$&'()*+,;=:@?"
"""Kept in a fragment (RFC 3986, section 3.5)."""

_CONSTANTS: Final[JsonObject] = {"sluicegate:true": {}, "sluicegate:false": {"not": {}}}
"""What stands for boolean schemas, which draft 4 does not know."""

_ANCHORS: Final = frozenset({"$anchor", "$dynamicAnchor", "$recursiveAnchor"})
_DYNAMIC: Final = ("$dynamicRef", "$recursiveRef")


def single_document(schema: JsonSchema) -> JsonObject | None:
    """Return the document, or None where a schema needs none or cannot be written as one.

    Raises `Unresolved` when a reference leads nowhere.
    """
    root = schema.root
    if not isinstance(root, dict) or not (schema.named or _has_identifiers(schema)) or not _fits(schema):
        return None
    keys = _keys(schema)
    places = {id(value): f"#{path}" for path, value in nodes(root) if isinstance(value, dict)}
    for name, document in schema.named.items():
        above = pointer(_DOCUMENTS, keys[name])
        places |= {id(value): f"#{above}{path}" for path, value in nodes(document) if isinstance(value, dict)}
    writer = _Writer.of(schema, places)
    written = writer.written(root)
    held = {key: writer.written(schema.named[name]) for name, key in keys.items()}
    return written | {_DOCUMENTS: mapping(written, _DOCUMENTS) | held | _CONSTANTS}


def _has_identifiers(schema: JsonSchema) -> bool:
    identifier = schema.draft.identifier
    held = (value for value in values(schema.root) if isinstance(value, dict) and value is not schema.root)
    return any(identifier in value for value in held)


def _fits(schema: JsonSchema) -> bool:
    """Whether all resources are of one dialect, and no reference depends on the way to it."""
    root = schema.root
    assert isinstance(root, dict)
    return (
        bool(schema.references.referring)
        and isinstance(root.get(_DOCUMENTS, {}), dict)
        and all(each.draft is schema.draft and not each.own_vocabulary for each in schema.dialects)
        and not any(keyword in node.keywords for node in schema.references.referring for keyword in _DYNAMIC)
    )


def _keys(schema: JsonSchema) -> dict[str, str]:
    """The name under which each named schema is kept; none that the schema itself uses."""
    root = schema.root
    assert isinstance(root, dict)
    taken = mapping(root, _DOCUMENTS)
    found = {}
    for number, name in enumerate(schema.named):
        key = f"sluicegate:{number}"
        while key in taken:
            key += "'"
        found[name] = key
    return found


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes documents. `targets` has the new `$ref` of each schema that has one, by the schema's identity."""

    identifier: str
    schemas: frozenset[int]
    targets: Mapping[int, str]

    @classmethod
    def of(cls, schema: JsonSchema, places: Mapping[int, str]) -> "_Writer":
        """Find where each reference leads. Raises `Unresolved`."""
        references = schema.references
        targets = {}
        for node in references.referring:
            reference = text(node.keywords, "$ref")
            if reference is not None:
                targets[node.key] = _target(references, node, reference, places)
        return cls(schema.draft.identifier, frozenset(node.key for node in references.everything), targets)

    def written(self, document: Schema) -> JsonObject:
        """Copy a document, with pointers for references and without identifiers."""
        if isinstance(document, bool):
            return {} if document else {"not": {}}
        return self._copied(document)

    def _copy(self, value: object) -> object:
        if isinstance(value, list):
            return [self._copy(each) for each in value]
        return self._copied(value) if isinstance(value, dict) else value

    def _copied(self, value: JsonObject) -> JsonObject:
        copy = {key: self._copy(each) for key, each in value.items()}
        if id(value) in self.schemas:
            for keyword in (*_ANCHORS, self.identifier):
                copy.pop(keyword, None)
        if id(value) in self.targets:
            copy["$ref"] = self.targets[id(value)]
        return copy


def _target(references: References, node: Node, reference: str, places: Mapping[int, str]) -> str:
    target = references.target(node, "$ref", reference)
    if isinstance(target.schema, bool):
        return f"#{pointer(_DOCUMENTS, 'sluicegate:true' if target.schema else 'sluicegate:false')}"
    place = places.get(target.key)
    if place is None:  # in a metaschema
        return urljoin(node.base, reference)
    return f"#{quote(place[1:], safe=_POINTER_CHARACTERS)}"
