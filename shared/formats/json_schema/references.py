"""Where the references of a schema lead.

Nothing is ever fetched: a target is in the schema, in a named reference, or a metaschema.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from posixpath import normpath
from typing import NamedTuple, TypeVar, cast
from urllib.parse import quote, unquote, urljoin

# the types of a registry's answers, which are not exported
from referencing._core import Resolved, Resolver
from referencing.exceptions import CannotDetermineSpecification, Unresolvable
from referencing.jsonschema import Schema as Resolvable
from referencing.jsonschema import SchemaRegistry, SchemaResource, UnknownDialect

from sluicegate.shared.formats.json_schema import drafts
from sluicegate.shared.formats.json_schema.drafts import Draft
from sluicegate.shared.formats.json_schema.keywords import ANNOTATIONS, LEADING, REFERENCES, subschemas, under
from sluicegate.shared.formats.json_schema.resources import drafts_of, has_embedded, own_dialect
from sluicegate.shared.formats.json_schema.values import JsonObject, Schema, nodes, pointer, schema_of, text, values

FAULTS = (Unresolvable, UnknownDialect, CannotDetermineSpecification, AttributeError, KeyError, TypeError, ValueError)
"""Errors of resolving a reference: the library trusts identifiers, and a schema may contain
anything.
"""

_REFERENCES = frozenset(REFERENCES)

_URI_CHARACTERS = "%/:?#[]@!$&'()*+,;=~"
"""Kept in a name that is used as a URI; others, such as spaces, are percent-encoded."""

_ADVICE = (
    "A reference may lead into this schema, to an $id inside it, to a metaschema, or to one of the schema's named references; nothing is "
    "fetched from elsewhere. Put the schema under $defs and refer to it there"
)

T = TypeVar("T")


class UnresolvedReference(Exception):
    """A reference leads to no permitted place. Its text has the reason and the remedy."""


class Node(NamedTuple):
    """A schema at its place: value, resolver, and path. A tuple: very many are made.

    `path` is a JSON pointer into the schema, after `name#` in a referenced one.
    """

    schema: Schema
    resolver: Resolver[Resolvable]
    path: str
    home: "ReferenceIndex"
    draft: Draft

    @property
    def key(self) -> int:
        """The node's identity: the object in the parsed text, so that all ways to it are one node.

        Booleans are all alike.
        """
        return id(self.schema)

    @property
    def base(self) -> str:
        """The URI against which the node's references are resolved."""
        return self.resolver._base_uri

    @property
    def keywords(self) -> JsonObject:
        """The keywords of the schema that its draft knows; none for a boolean."""
        schema = self.schema
        if isinstance(schema, bool):
            return {}
        kept = self.home.keywords.get(id(schema))  # asked for a million times in a large comparison
        if kept is None:
            kept = self.home.keywords[id(schema)] = schema, _known(schema, self.draft)
        return kept[1]

    def under(self, *keywords: str) -> Iterator["Node"]:
        """The schemas under some of the node's keywords."""
        held = self.keywords
        for keyword in keywords:
            if keyword in held:
                for tail, schema in under(held, keyword):
                    yield self.home.child(self, tail, schema)

    def at(self, keyword: str, name: str | int) -> "Node | None":
        """The schema with a name (or an index) under a keyword."""
        held = self.keywords.get(keyword)
        value = held.get(name) if isinstance(held, dict) else held[int(name)] if isinstance(held, list) else None
        schema = schema_of(value)
        return None if schema is None else self.home.child(self, pointer(keyword, name), schema)

    def one(self, keyword: str) -> "Node | None":
        """The schema that is the keyword's own value."""
        schema = schema_of(self.keywords.get(keyword))
        return None if schema is None else self.home.child(self, pointer(keyword), schema)


def _known(schema: JsonObject, draft: Draft) -> JsonObject:
    if draft.unknown.isdisjoint(schema) and ("$ref" not in schema or draft.siblings_of_ref):
        return schema
    alone = "$ref" in schema and not draft.siblings_of_ref
    return {
        keyword: value
        for keyword, value in schema.items()
        if keyword not in draft.unknown and (not alone or keyword == "$ref" or keyword in ANNOTATIONS)
    }


class ReferenceIndex:
    """The references of one schema."""

    def __init__(
        self,
        root: Schema,
        named: Mapping[str, Schema],
        draft_of: Callable[[Schema], Draft],
        *,
        assert_format: Callable[[Draft], bool] = attrgetter("asserts_format"),
    ) -> None:
        """Index a schema and its named ones, each with the draft of `draft_of`.

        `assert_format`: the drafts in which `format` is an assertion.
        """
        self.asserts_format = assert_format
        self._root, self._named, self._draft, self._of_document = root, named, draft_of(root), draft_of
        self._base = _base(root)
        self._remembered: dict[tuple[str, int], object] = {}
        self.keywords: dict[int, tuple[JsonObject, JsonObject]] = {}
        """Schemas by their identity, and those of their keywords that count. A kept schema's identity is never another's."""
        self._lookups: dict[tuple[str, str], Resolved[Resolvable]] = {}

    def remembered(self, what: str, node: "Node", make: Callable[[], T]) -> T:
        """Return a cached result about one node of this schema."""
        key = (what, id(node.schema))
        try:
            return cast("T", self._remembered[key])
        except KeyError:
            made = self._remembered[key] = make()
            return made

    @property
    def draft(self) -> Draft:
        """The draft that the schema is written for."""
        return self._draft

    @cached_property
    def registry(self) -> SchemaRegistry:
        """Everything that a reference may lead to."""
        return self.registry_of(lambda schema: schema)

    def registry_of(self, changed: Callable[[Schema], Schema]) -> SchemaRegistry:
        """Return a registry of changed copies of the schema and the named ones."""
        found = ((uri, self._resource(schema, changed(schema))) for uri, schema in self.resources())
        registry: SchemaRegistry = drafts.metaschemas.with_resources(found).with_resource(
            self._base, self._resource(self._root, changed(self._root))
        )
        return _crawled(registry)

    def resources(self) -> Iterator[tuple[str, Schema]]:
        """Yield the named schemas by their verbatim name, resolved name, and spelling in `$ref`s."""
        yield from self._spelled()
        for name, schema in self._named.items():
            yield quote(name, safe=_URI_CHARACTERS), schema
            resolved = _joined(self._base, name)
            if resolved not in (name, None):
                yield str(resolved), schema

    def _spelled(self) -> Iterator[tuple[str, Schema]]:
        """Yield the named schemas by other spellings: `./child.json`, `my%20child.json`."""
        plain = {_plain(name): schema for name, schema in self._named.items()}
        documents = (self._root, *self._named.values()) if plain else ()
        held = (value for each in documents for value in values(each) if isinstance(value, dict))
        written = {reference.partition("#")[0] for each in held if (reference := text(each, "$ref")) is not None}
        for spelling in sorted(written - self._named.keys()):
            found = plain.get(_plain(spelling)) if spelling else None
            if found is not None:
                yield spelling, found

    @cached_property
    def root(self) -> Node:
        """The schema itself."""
        # no reference will be resolved
        registry = drafts.metaschemas if self.is_simple else self.registry
        return Node(self._root, registry.resolver(self._base), "", self, self._draft)

    def child(self, parent: Node, tail: str, schema: Schema) -> Node:
        """A schema inside another; `tail` is the JSON pointer between them."""
        resolver, draft = parent.resolver, parent.draft
        if isinstance(schema, dict) and ("$id" in schema or "id" in schema):
            own = own_dialect(schema, self._named)
            draft = draft if own is None else own.draft
            try:
                resolver = resolver.in_subresource(draft.specification.create_resource(schema))
            except FAULTS:
                resolver = parent.resolver
        return Node(schema, resolver, parent.path + tail, self, draft)

    def targets(self, node: Node) -> Iterator[Node]:
        """Where the node's own references lead. Raises `UnresolvedReference`."""
        if _REFERENCES.isdisjoint(node.keywords):
            return
        for keyword in REFERENCES:
            reference = text(node.keywords, keyword)
            if reference is not None:
                yield self.target(node, keyword, reference)

    def target(self, node: Node, keyword: str, reference: str) -> Node:
        """Where one reference leads. Raises `UnresolvedReference` with the reason."""
        try:
            resolved = self._resolved(node.resolver, reference)
        except FAULTS as error:
            raise UnresolvedReference(f"{keyword} {reference!r} leads nowhere. {_ADVICE}") from error
        schema = schema_of(resolved.contents)
        if schema is None:
            raise UnresolvedReference(f"{keyword} {reference!r} leads to something that is not a schema. {_ADVICE}")
        path = self._locations.get(id(schema)) if isinstance(schema, dict) else None
        draft = self._draft_of(schema, node)
        if draft is not node.draft and draft is not self._draft_of(_document(node, reference), node):
            raise UnresolvedReference(
                f"{keyword} {reference!r} leads into an embedded schema of another draft. Refer to that by its {draft.identifier}"
            )
        return Node(schema, resolved.resolver, node.path + pointer(keyword) if path is None else path, self, draft)

    def _resolved(self, resolver: Resolver[Resolvable], reference: str) -> Resolved[Resolvable]:
        """Look a reference up once for each base URI.

        A lookup costs 50 microseconds, and large schemas refer to few definitions from tens of
        thousands of places. Nothing else decides: dynamic references that depend on the way of an
        evaluation are not looked up (`dynamic`).
        """
        key = (resolver._base_uri, reference)
        if key not in self._lookups:
            self._lookups[key] = resolver.lookup(reference)
        return self._lookups[key]

    def _draft_of(self, schema: object, node: Node) -> Draft:
        """Return the draft of an inner, named or meta-schema; a boolean has the node's."""
        if not isinstance(schema, dict):
            return node.draft
        return (self._drafts or {}).get(id(schema)) or drafts.of_metaschema(schema) or self._draft

    @cached_property
    def _drafts(self) -> dict[int, Draft] | None:
        """The draft of each object; None where all are of the schema's own."""
        documents = [(each, self._of_document(each)) for each in (self._root, *self._named.values())]
        if all(draft is self._draft and not has_embedded(each, self._named) for each, draft in documents):
            return None
        return {key: draft for each in documents for key, draft in drafts_of(*each, self._named).items()}

    def is_own(self, node: Node) -> bool:
        """Whether a node is in the schema or a named one, and not in a metaschema."""
        return node.key in self._locations

    def dynamic(self, node: Node) -> bool:
        """Whether where a reference of the node leads depends on the way that an evaluation came."""
        anchor = text(node.keywords, "$dynamicRef")
        name = anchor.rpartition("#")[2] if anchor is not None else None
        return (name is not None and self._anchors.get(name, 0) > 1) or (
            "$recursiveRef" in node.keywords and self._anchors.get(True, 0) > 1
        )

    @cached_property
    def everything(self) -> tuple[Node, ...]:
        """Return every schema of the document, the named ones, and targets inside them; each once."""
        return tuple(self._walk())

    @cached_property
    def referring(self) -> tuple[Node, ...]:
        """Those of `everything` that hold a reference: most schemas have none."""
        if self.is_simple:
            return ()
        return tuple(node for node in self.everything if not _REFERENCES.isdisjoint(node.keywords))

    @cached_property
    def is_simple(self) -> bool:
        """Return whether no schema leads to another for the same value, and none has a reference.

        Most schemas are so, and need no walk.
        """
        held = (
            value for root in (self._root, *self._named.values()) for value in values(root) if isinstance(value, dict)
        )
        return all(map(LEADING.isdisjoint, held))

    def _walk(self) -> Iterator[Node]:
        seen: set[int] = set()
        pending = deque([self.root, *self._named_roots()])
        while pending:
            node = pending.popleft()
            if not isinstance(node.schema, dict) or node.key in seen:
                continue
            seen.add(node.key)
            yield node
            pending.extend(self.child(node, tail, inner) for tail, inner in subschemas(node.schema))
            if not _REFERENCES.isdisjoint(node.schema):
                pending.extend(self._own_targets(node))

    def _own_targets(self, node: Node) -> list[Node]:
        try:
            return [target for target in self.targets(node) if self.is_own(target)]
        except UnresolvedReference:
            return []

    def _named_roots(self) -> Iterator[Node]:
        for name, schema in self._named.items():
            uri = _joined(_joined(self._base, name) or name, _base(schema))
            if uri is not None:
                yield Node(schema, self.registry.resolver(uri), f"{name}#", self, self._draft_of(schema, self.root))

    def _resource(self, schema: Schema, copy: Schema) -> SchemaResource:
        return self._of_document(schema).specification.create_resource(copy)

    @cached_property
    def _locations(self) -> dict[int, str]:
        found = {id(value): path for path, value in nodes(self._root) if isinstance(value, dict)}
        for name, schema in self._named.items():
            found |= {id(value): f"{name}#{path}" for path, value in nodes(schema) if isinstance(value, dict)}
        return found

    @cached_property
    def _anchors(self) -> dict[str | bool, int]:
        """How often each `$dynamicAnchor`, and `$recursiveAnchor` (True), is set."""
        found: dict[str | bool, int] = {}
        for document in (self._root, *self._named.values()):
            for _, value in nodes(document):
                if isinstance(value, dict):
                    for anchor in (value.get("$dynamicAnchor"), value.get("$recursiveAnchor")):
                        if isinstance(anchor, str) or anchor is True:
                            found[anchor] = found.get(anchor, 0) + 1
        return found


def _crawled(registry: SchemaRegistry) -> SchemaRegistry:
    """Find every `$id` and anchor once.

    An uncrawled registry does so anew at each look-up of an embedded `$id`, because registries are
    immutable. Malformed schemas stay uncrawled, so that only the look-ups that need it fail.
    """
    try:
        return registry.crawl()
    except FAULTS:
        return registry


def _document(node: Node, reference: str) -> object:
    """The document or embedded resource that the part of a reference before `#` leads to."""
    return node.resolver.lookup(f"{reference.partition('#')[0]}#").contents


def _base(schema: Schema) -> str:
    identifier = text(schema, "$id") or text(schema, "id") if isinstance(schema, dict) else None
    return (identifier or "").removesuffix("#")


def _plain(name: str) -> str:
    """A relative reference without percent-encoding and dot segments (RFC 3986, section 5.2.4)."""
    return name if ":" in name else normpath(unquote(name))


def _joined(base: str, name: str) -> str | None:
    try:
        return urljoin(base, name)
    except ValueError:
        return None
