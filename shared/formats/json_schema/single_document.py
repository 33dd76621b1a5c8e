"""A schema and its references as one document for each draft, with JSON pointers only.

jsonschema-rs compiles the target of a pointer once. It compiles a schema behind an `$id`, or in
another document, anew for each path to it: with twenty schemas that refer to each other this takes
seconds, and the cost doubles with every two more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin

from sluicegate.shared.formats.json_schema.drafts import Draft
from sluicegate.shared.formats.json_schema.references import Node, ReferenceIndex
from sluicegate.shared.formats.json_schema.resources import split
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.json_schema.values import JsonObject, Schema, mapping, nodes, pointer, text, values

_DOCUMENTS: Final = "definitions"
"""The keyword that holds the named schemas: every draft's metaschema knows it as an object."""

_POINTER_CHARACTERS: Final = "/~!$&'()*+,;=:@?"
"""Kept in a fragment (RFC 3986, section 3.5)."""

_CONSTANTS: Final[JsonObject] = {"sluicegate:true": {}, "sluicegate:false": {"not": {}}}
"""Replacements of boolean schemas, which draft 4 does not have."""

_ANCHORS: Final = frozenset({"$anchor", "$dynamicAnchor", "$recursiveAnchor"})
_DYNAMIC: Final = ("$dynamicRef", "$recursiveRef")


@dataclass(frozen=True, slots=True)
class Documents:
    """The document of the schema's own draft.

    Where there are several drafts, `others` has those of all by their URIs.
    """

    root: JsonObject
    others: Mapping[str, JsonObject]


def single_document(schema: JsonSchema) -> Documents | None:
    """Return the documents, or None where a schema needs none or cannot be written so.

    Raises `UnresolvedReference` when a reference leads nowhere.
    """
    root = schema.root
    if not isinstance(root, dict) or not (schema.named or _has_identifiers(schema)) or not _fits(schema):
        return None
    keys = _keys(schema)
    places = {key: _Place(schema.draft, path) for key, path in _paths(root, "")}
    for name, document in schema.named.items():
        draft = schema.dialect(document).draft
        places |= {key: _Place(draft, path) for key, path in _paths(document, pointer(_DOCUMENTS, keys[name]))}
    writer = _Writer.of(schema, places)
    held: dict[Draft, JsonObject] = {schema.draft: {}}
    for name, key in keys.items():
        document = schema.named[name]
        draft = schema.dialect(document).draft
        held.setdefault(draft, {})[key] = writer.written(document)
    written = writer.written(root)
    definitions = mapping(written, _DOCUMENTS) | held.pop(schema.draft) | _CONSTANTS
    others: dict[str, JsonObject] = {
        _uri(draft): {"$schema": draft.uri, _DOCUMENTS: documents | _CONSTANTS} for draft, documents in held.items()
    }
    if others:
        others[_uri(schema.draft)] = {"$schema": schema.draft.uri, **written, _DOCUMENTS: definitions}
    return Documents(written | {_DOCUMENTS: definitions}, others)


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a schema: the draft of its document, and the JSON pointer in it."""

    draft: Draft
    path: str


def _paths(document: Schema, above: str) -> Iterator[tuple[int, str]]:
    return ((id(value), above + path) for path, value in nodes(document) if isinstance(value, dict))


def _uri(draft: Draft) -> str:
    return f"urn:sluicegate:{draft.version}"


def _has_identifiers(schema: JsonSchema) -> bool:
    identifier = schema.draft.identifier
    held = (value for value in values(schema.root) if isinstance(value, dict) and value is not schema.root)
    return any(identifier in value for value in held)


def _fits(schema: JsonSchema) -> bool:
    """Whether each document is of one dialect, and no reference depends on the way to it."""
    root = schema.root
    assert isinstance(root, dict)
    return (
        bool(schema.references.referring)
        and isinstance(root.get(_DOCUMENTS, {}), dict)
        and all(_is_uniform(schema, document) for document in (root, *schema.named.values()))
        and not any(keyword in node.keywords for node in schema.references.referring for keyword in _DYNAMIC)
    )


def _is_uniform(schema: JsonSchema, document: Schema) -> bool:
    own = schema.dialect(document)
    held = (found for _, _, found in split(document, own, schema.named))
    return all(each.draft is own.draft and not each.own_vocabulary for each in held)


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
    """Writes documents.

    By the identity of a schema: `identifiers` has its keyword for URIs, `targets` its new `$ref`.
    """

    identifiers: Mapping[int, str]
    targets: Mapping[int, str]

    @classmethod
    def of(cls, schema: JsonSchema, places: Mapping[int, _Place]) -> "_Writer":
        """Find where each reference leads. Raises `UnresolvedReference`."""
        references = schema.references
        targets = {}
        for node in references.referring:
            reference = text(node.keywords, "$ref")
            if reference is not None:
                targets[node.key] = _target(references, node, reference, places)
        return cls({node.key: node.draft.identifier for node in references.everything}, targets)

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
        if id(value) in self.identifiers:
            for keyword in (*_ANCHORS, self.identifiers[id(value)]):
                copy.pop(keyword, None)
        if id(value) in self.targets:
            copy["$ref"] = self.targets[id(value)]
        return copy


def _target(references: ReferenceIndex, node: Node, reference: str, places: Mapping[int, _Place]) -> str:
    target = references.target(node, "$ref", reference)
    if isinstance(target.schema, bool):
        return f"#{pointer(_DOCUMENTS, 'sluicegate:true' if target.schema else 'sluicegate:false')}"
    place = places.get(target.key)
    if place is None:  # in a metaschema
        return urljoin(node.base, reference)
    document = "" if place.draft is node.draft else _uri(place.draft)
    return f"{document}#{quote(place.path, safe=_POINTER_CHARACTERS)}"
