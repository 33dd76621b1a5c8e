"""Rules of JSON Schema itself (validity FULL)."""

from collections.abc import Iterator
from itertools import islice

import jsonschema_rs

from sluicegate.shared.formats.json_schema import drafts
from sluicegate.shared.formats.json_schema.complexity import LOOKS_LIMIT, looks
from sluicegate.shared.formats.json_schema.dialect import dialect, metaschema
from sluicegate.shared.formats.json_schema.drafts import DRAFT_7, DRAFTS, Draft
from sluicegate.shared.formats.json_schema.keywords import REFERENCES
from sluicegate.shared.formats.json_schema.native import native_errors, native_validator
from sluicegate.shared.formats.json_schema.payload import FAILURES
from sluicegate.shared.formats.json_schema.references import Node, ReferenceIndex, UnresolvedReference
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.json_schema.values import Schema, pointer, text
from sluicegate.shared.formats.options import UnknownDraft
from sluicegate.shared.model import Violation

LIMIT = 100
"""Violations named of one schema."""

METASCHEMA_LIMIT = 20
"""Metaschemas of their own among a schema and its references: a validator is built of each, with
all references.
"""


def violations(schema: JsonSchema) -> tuple[Violation, ...]:
    """Everything that is wrong with a schema. Empty exactly when payloads can be checked with it."""
    return schema.remembered("violations", lambda: _violations(schema))


def _violations(schema: JsonSchema) -> tuple[Violation, ...]:
    unknown = (*_unknown_drafts(schema), *_mixed_vocabularies(schema))
    found = unknown + tuple(islice(_each_once(_metaschema(schema)), LIMIT))
    if not found:
        found = tuple(_unresolved(schema.references))
    if not found:
        found = tuple(_explosive(schema.references)) or tuple(_own_metaschema(schema)) or tuple(_unbuildable(schema))
    return found[:LIMIT]


def obeys(schema: JsonSchema, draft: Draft) -> bool:
    """Whether a schema and those that it refers to fit the metaschema of a draft."""
    return all(
        drafts.metaschema(each.dialect.draft).is_valid(each.for_library(schema.named))
        for each in schema.under(draft).resources
    )


def _each_once(found: Iterator[Violation]) -> Iterator[Violation]:
    seen: set[Violation] = set()
    for violation in found:
        if violation not in seen:
            seen.add(violation)
            yield violation


def _unknown_drafts(schema: JsonSchema) -> Iterator[Violation]:
    """Yield refused `$schema`s: unknown ones on request, metaschemas without a draft always."""
    for place, uri, draft in _strangers(schema):
        if draft is None or schema.reading.unknown is UnknownDraft.REFUSE:
            yield Violation(place, "$schema", _unknown_draft(uri, own=draft is None))


def warnings(schema: JsonSchema) -> tuple[Violation, ...]:
    """Return a warning for each unknown `$schema`, which is read as the default draft."""
    found = (
        Violation(
            place,
            "$schema",
            f"The draft {_cut(repr(uri), 200)} is not known. The schema is read as {draft.name}",
        )
        for place, uri, draft in _strangers(schema)
        if draft is not None
    )
    return tuple(islice(found, LIMIT))


def _strangers(schema: JsonSchema) -> Iterator[tuple[str, str, Draft | None]]:
    """Yield each `$schema` without a draft: place, URI, and the used draft.

    None instead of a draft if it names a reference.
    """
    for prefix, document in _documents(schema):
        uri = document.get("$schema") if isinstance(document, dict) else None
        if isinstance(uri, str) and dialect(document, schema.named) is None:
            named = metaschema(document, schema.named) is not None
            yield f"{prefix}/$schema", uri, None if named else schema.dialect(document).draft


def _mixed_vocabularies(schema: JsonSchema) -> Iterator[Violation]:
    """Refuse named schemas with their own `$vocabulary` in a schema of another one.

    jsonschema-rs reads them by the rules of the referring schema.
    """
    for prefix, _, found in schema.resources:
        if found.own_vocabulary and found.draft is not schema.draft:
            yield Violation(
                f"{prefix}/$schema",
                "$schema",
                f"The metaschema changes the vocabulary of {found.draft.name}, and the schema that refers here is of {schema.draft.name}. "
                "Use one draft for both",
            )


def _unknown_draft(uri: str, *, own: bool) -> str:
    supported = ", ".join(draft.uri for draft in DRAFTS)
    if own:
        return f"The metaschema {uri!r} does not lead to a draft that is known. Give it one of these as its $schema: {supported}"
    return f"The draft {uri!r} is not known. Use one of: {supported}"


def _documents(schema: JsonSchema) -> Iterator[tuple[str, Schema]]:
    yield "", schema.root
    for name, document in schema.named.items():
        yield f"{name}#", document


def _metaschema(schema: JsonSchema) -> Iterator[Violation]:
    """Yield the violations of the drafts' metaschemas, in schemas without their own."""
    for resource in schema.resources:
        draft = resource.dialect.draft
        if resource.dialect.metaschema is None:
            for error in drafts.metaschema(draft).iter_errors(resource.for_library(schema.named)):
                hint = schema.remembered("hint", lambda: _hint(schema))
                yield _violation(resource.path, f"JSON Schema {draft.name}", error, hint)


def _own_metaschema(schema: JsonSchema) -> Iterator[Violation]:
    """Yield the violations of the schema's own metaschema.

    Called after that one was checked, and its cost is bounded.
    """
    found = [(prefix, document, dialect.metaschema) for prefix, document, dialect in schema.resources]
    owns = {id(own): schema.metaschema(own) for _, _, own in found if own is not None}
    if len(owns) > METASCHEMA_LIMIT:
        message = f"The schema and its references have {len(owns)} metaschemas; at most {METASCHEMA_LIMIT} are allowed. Share them"
        yield Violation("/$schema", "$schema", message)
        return
    for prefix, document, own in found:
        if own is not None:
            yield from _broken(owns[id(own)], prefix, document)


def _broken(own: JsonSchema, prefix: str, document: Schema) -> Iterator[Violation]:
    uri = text(document, "$schema") if isinstance(document, dict) else None
    try:
        for error in native_errors(own)(document, None):
            yield _violation(prefix, f"its metaschema {uri!r}", error, "")
    except (*FAILURES, jsonschema_rs.ReferencingError) as error:
        message = f"The metaschema {uri!r} cannot be used: {_cut(str(error))}"
        yield Violation(f"{prefix}/$schema", "$schema", message)


def _hint(schema: JsonSchema) -> str:
    """Return a hint for a schema without a draft that is written for an older one, as many are."""
    if schema.declared is None and not obeys(schema, schema.draft) and obeys(schema, DRAFT_7):
        return f'. It is right in draft 7: add "$schema": "{DRAFT_7.uri}" if that is meant'
    return ""


def _violation(prefix: str, rules: str, error: jsonschema_rs.ValidationError, hint: str) -> Violation:
    path = pointer(*error.instance_path)
    keyword = next((str(token) for token in reversed(error.instance_path) if isinstance(token, str)), error.kind.name)
    message = f"{keyword} breaks the rules of {rules}: {_cut(error.message)}{hint}"
    return Violation(prefix + path, keyword, message)


def _cut(message: str, limit: int = 400) -> str:
    return message if len(message) <= limit else f"{message[:limit]}..."


def _unresolved(references: ReferenceIndex) -> Iterator[Violation]:
    for node in references.referring:
        for keyword in REFERENCES:
            reference = text(node.keywords, keyword)
            if reference is not None:
                yield from _leads_nowhere(references, node, keyword, reference)


def _leads_nowhere(references: ReferenceIndex, node: Node, keyword: str, reference: str) -> Iterator[Violation]:
    try:
        references.target(node, keyword, reference)
    except UnresolvedReference as error:
        yield Violation(node.path + pointer(keyword), keyword, str(error))


def _explosive(references: ReferenceIndex) -> Iterator[Violation]:
    found = looks(references)
    if found.endless is not None:
        message = (
            "The schema leads back to itself for the same value, so that checking would never end. Let it refer to itself only under "
            "a keyword that goes deeper into the value, such as properties or items"
        )
        yield Violation(found.endless, "endless", message)
    elif found.count > LOOKS_LIMIT:
        times = str(found.count) if found.count < 10**12 else "more than 10^12"
        message = (
            f"One value would have to be checked up to {times} times here; at most {LOOKS_LIMIT} are allowed. Let allOf, anyOf, oneOf and "
            "$ref lead to each schema fewer times"
        )
        yield Violation(found.path, "too_complex", message)


def _unbuildable(schema: JsonSchema) -> Iterator[Violation]:
    """Yield faults that only building finds: invalid patterns, identifiers that are no URIs."""
    try:
        native_validator(schema)
    except jsonschema_rs.ValidationError as error:
        yield _violation("", f"JSON Schema {schema.draft.name}", error, "")
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        yield Violation("", "schema", f"No validator can be built from the schema: {_cut(str(error))}")
