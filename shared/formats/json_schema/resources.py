"""Embedded resources: inner schemas with a URI and their own `$schema`.

See 2020-12 core, section 9.3.3. Each has its own draft, independent of the outer one. A `$schema`
without a URI beside it does not count.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sluicegate.shared.formats.json_schema.dialect import Dialect, dialect
from sluicegate.shared.formats.json_schema.drafts import Draft
from sluicegate.shared.formats.json_schema.keywords import mapped, subschemas
from sluicegate.shared.formats.json_schema.named_groups import numbered
from sluicegate.shared.formats.json_schema.values import JsonObject, Schema, mapping, text, values

Named = Mapping[str, Schema]


class EmbeddedResource(NamedTuple):
    """A document, or a resource embedded in it, without the embedded resources of other dialects."""

    path: str
    schema: Schema
    dialect: Dialect

    def for_library(self, named: Named) -> Schema:
        """The schema as libraries must be handed it."""
        return for_library(self.schema, self.dialect.draft, named)


def own_dialect(schema: JsonObject, named: Named) -> Dialect | None:
    """The dialect that an embedded schema chooses for itself."""
    found = dialect(schema, named) if "$schema" in schema else None
    uri = None if found is None else text(schema, found.draft.identifier)
    return found if uri and not uri.startswith("#") else None


def has_embedded(document: Schema, named: Named) -> bool:
    """Whether any schema inside a document chooses a dialect."""
    return any(
        isinstance(value, dict) and value is not document and own_dialect(value, named) for value in values(document)
    )


def drafts_of(document: Schema, draft: Draft, named: Named) -> dict[int, Draft]:
    """The draft of every object of a document, by the object's identity."""
    found = {id(value): draft for value in values(document) if isinstance(value, dict)}
    pending = [(document, draft)]
    for schema, around in pending:
        if isinstance(schema, dict):
            own = None if schema is document else own_dialect(schema, named)
            here = around if own is None else own.draft
            found[id(schema)] = here
            pending.extend((inner, here) for _, inner in subschemas(schema))
    return found


def split(document: Schema, around: Dialect, named: Named) -> Iterator[EmbeddedResource]:
    """Yield the document and embedded resources of other dialects, each replaced by `{}`."""
    if not has_embedded(document, named):
        yield EmbeddedResource("", document, around)
        return
    pending = [EmbeddedResource("", document, around)]
    for path, schema, here in pending:
        cut: list[EmbeddedResource] = []
        yield EmbeddedResource(path, _without(schema, path, here, _Cut(cut, named)), here)
        pending.extend(cut)


class _Cut(NamedTuple):
    found: list[EmbeddedResource]
    named: Named


def _without(schema: Schema, path: str, around: Dialect, cut: _Cut) -> Schema:
    def inner(tail: str, held: Schema) -> Schema:
        own = own_dialect(held, cut.named) if isinstance(held, dict) else None
        if own is None or own == around:
            return _without(held, path + tail, around, cut)
        cut.found.append(EmbeddedResource(path + tail, held, own))
        return {}

    return mapped(schema, inner) if isinstance(schema, dict) else schema


_LEGACY = "dependencies"
"""jsonschema-rs heeds it in 2019-09 and 2020-12 too, which do not know it."""


def for_library(document: Schema, draft: Draft, named: Named) -> Schema:
    """Return a document in which the libraries read every schema by its own draft.

    Every `$schema` has the usual spelling, and unknown ones (which a library might fetch) are left
    out. Its own metaschema is named only if its vocabulary matters; otherwise the draft is named,
    with the same meaning.
    """
    if not isinstance(document, dict):
        return document
    found = dialect(document, named)
    inner = _respelt(document, draft if found is None else found.draft, named)
    if found is not None and found.own_vocabulary:
        return inner | {"$schema": document["$schema"]}
    return {"$schema": (draft if found is None else found.draft).uri} | inner


def _respelt(document: JsonObject, draft: Draft, named: Named) -> JsonObject:
    if any(
        isinstance(value, dict)
        and (_LEGACY in value or ("$schema" in value and value is not document) or _refers_to_names(value))
        for value in values(document)
    ):
        return _inner_respelt(document, draft, named)
    return {keyword: value for keyword, value in document.items() if not _is_uri(keyword, value)}


def _inner_respelt(schema: JsonObject, draft: Draft, named: Named) -> JsonObject:
    def inner(_: str, held: Schema) -> Schema:
        if not isinstance(held, dict):
            return held
        own = own_dialect(held, named)
        if own is None:
            return _inner_respelt(held, draft, named)
        uri = text(held, "$schema") if own.own_vocabulary else own.draft.uri
        return {"$schema": uri, **_inner_respelt(held, own.draft, named)}

    dropped = {_LEGACY} & draft.unknown
    kept = {key: value for key, value in schema.items() if key not in dropped and not _is_uri(key, value)}
    return _numbered(mapped(kept, inner))


def _refers_to_names(schema: JsonObject) -> bool:
    patterns = (schema.get("pattern"), *mapping(schema, "patternProperties"))
    return any(isinstance(pattern, str) and numbered(pattern) != pattern for pattern in patterns)


def _numbered(schema: JsonObject) -> JsonObject:
    """Return a schema whose patterns the library can read."""
    if not _refers_to_names(schema):
        return schema
    changed = dict(schema)
    pattern = text(schema, "pattern")
    if pattern is not None:
        changed["pattern"] = numbered(pattern)
    if isinstance(schema.get("patternProperties"), dict):
        changed["patternProperties"] = {
            numbered(name): held for name, held in mapping(schema, "patternProperties").items()
        }
    return changed


def _is_uri(keyword: str, value: object) -> bool:
    return keyword == "$schema" and isinstance(value, str)
