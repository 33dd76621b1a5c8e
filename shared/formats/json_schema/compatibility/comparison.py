"""Comparison: whether all values of one schema fit another, and the reasons if not.

It is a proof by keywords. The writer's schema becomes facts, the reader's obligations; each keyword
of the reader must follow from the facts, or from each alternative of the writer's `anyOf`, `oneOf`,
`if` or list of types. A missing proof counts as a difference, so errors are on the side of
"incompatible". Known exceptions, as in other registries: `required` with a `default`, and `oneOf`
alternatives that may overlap without a proof (see `overlaps`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from types import MappingProxyType
from typing import Any, cast

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.compatibility.arrays import arrays
from sluicegate.shared.formats.json_schema.compatibility.combined import (
    any_of,
    condition,
    likely_choice,
    not_,
    one_of,
)
from sluicegate.shared.formats.json_schema.compatibility.dependencies import dependencies
from sluicegate.shared.formats.json_schema.compatibility.equality import Equality
from sluicegate.shared.formats.json_schema.compatibility.facts import Branch, FactChoice, Facts, opened
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding
from sluicegate.shared.formats.json_schema.compatibility.frame import FINDING_LIMIT, Frame, Proofs, ProofTooComplex
from sluicegate.shared.formats.json_schema.compatibility.numbers import numbers
from sluicegate.shared.formats.json_schema.compatibility.objects import objects
from sluicegate.shared.formats.json_schema.compatibility.strings import strings
from sluicegate.shared.formats.json_schema.compatibility.types import enumeration, types
from sluicegate.shared.formats.json_schema.drafts import DRAFT_7
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.schema import JsonSchema
from sluicegate.shared.formats.json_schema.validity import obeys
from sluicegate.shared.formats.options import LENIENT_HINT, Policy
from sluicegate.shared.model import Finding

Unit = Callable[[Frame, Node, Facts], Iterator[Finding]]

UNITS: Mapping[Unit, frozenset[str]] = MappingProxyType({
    enumeration: frozenset({"enum", "const"}),
    numbers: frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}),
    strings: frozenset({"minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"}),
    objects: frozenset({
        "properties", "patternProperties", "additionalProperties", "unevaluatedProperties", "propertyNames", "required",
        "minProperties", "maxProperties",
    }),
    dependencies: frozenset({"dependencies", "dependentRequired", "dependentSchemas"}),
    arrays: frozenset({
        "items", "prefixItems", "additionalItems", "unevaluatedItems", "contains", "minItems", "maxItems", "uniqueItems",
    }),
    any_of: frozenset({"anyOf"}),
    one_of: frozenset({"oneOf"}),
    not_: frozenset({"not"}),
    condition: frozenset({"if"}),
})  # fmt: skip
"""The families of keywords, in the order in which their findings are named."""


def compare(reader: JsonSchema, writer: JsonSchema, policy: Policy = Policy.STRICT) -> tuple[Finding, ...]:
    """Why values that fit `writer` do not all fit `reader`; at most `FINDING_LIMIT` reasons.

    Always ends, and in bounded time.

    Where LENIENT would find nothing, the remedies say so.
    """
    if _identity(reader) == _identity(writer):
        return ()
    reader, writer = _readable(reader), _readable(writer)
    unreadable = tuple(_unreadable(reader, writer))
    if unreadable:
        return unreadable
    equality = Equality([reader.references.root, writer.references.root])
    proofs = Proofs(_step, equality, lenient=policy is Policy.LENIENT)
    found = tuple(dict.fromkeys(islice(_found(proofs, reader, writer), FINDING_LIMIT)))
    if not found or not proofs.leniency_matters or any(_found(proofs.as_lenient(), reader, writer)):
        return found
    return tuple(replace(each, remedy=f"{each.remedy}. {LENIENT_HINT}") for each in found)


def _found(proofs: Proofs, reader: JsonSchema, writer: JsonSchema) -> Iterator[Finding]:
    frame = Frame(proofs)
    frame.need(reader.references.root, Facts.of([writer.references.root]))
    try:
        yield from frame.findings()
    except (ProofTooComplex, RecursionError):
        change = "The two schemas have too many alternatives and references to be compared"
        yield finding(Code.SCHEMA_TOO_COMPLEX, "", change)


def _identity(schema: JsonSchema) -> tuple[object, ...]:
    drafts = tuple(schema.dialect(document).draft.name for document in (schema.root, *schema.named.values()))
    return canonical_value(schema.root), tuple(schema.named), canonical_value(list(schema.named.values())), drafts


def _readable(schema: JsonSchema) -> JsonSchema:
    """Read the schema by draft 7 if it names no draft, breaks the default draft, and fits draft 7."""
    if schema.declared is None and not obeys(schema, schema.reading.default) and obeys(schema, DRAFT_7):
        return schema.under(DRAFT_7)
    return schema


def _unreadable(reader: JsonSchema, writer: JsonSchema) -> Iterator[Finding]:
    """Nothing can be said of a schema that breaks its metaschema."""
    for side, schema in (("reader", reader), ("writer", writer)):
        if any(found.own_vocabulary for found in schema.dialects):
            change = f"The {side}'s schema is of a metaschema with a $vocabulary of its own, and these are not compared"
            yield finding(Code.SCHEMA_NOT_COMPARABLE, "", change)
        elif not obeys(schema, schema.reading.default):
            change = f"The {side}'s schema breaks the rules of JSON Schema {schema.draft.name}, so nothing can be said about compatibility"
            yield finding(Code.SCHEMA_NOT_COMPARABLE, "", change)


def _step(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """One pair: open the reader and look at each of its schemas."""
    if facts.never:
        return
    wanted = opened([reader])
    if wanted.impossible:
        yield finding(Code.NOTHING_ACCEPTED, reader.path, "The reader accepts nothing here, the writer may use a value")
        return
    for node in wanted.unknown:
        change = "A reference of the reader leads nowhere, or to several places ($dynamicRef)"
        yield finding(Code.REFERENCE_NOT_COMPARABLE, node.path, change)
    for atom in wanted.atoms:
        if not any(frame.proofs.equality.same(atom, known) for known in facts.atoms):
            yield from _atom(frame, atom, facts)


def _atom(frame: Frame, atom: Node, facts: Facts) -> Iterator[Finding]:
    if "type" in atom.keywords:
        wrong = list(_unit(frame, types, atom, facts))
        yield from wrong
        if wrong:
            return
    for unit, keywords in UNITS.items():
        if not keywords.isdisjoint(atom.keywords):
            yield from _unit(frame, unit, atom, facts)


def _unit(frame: Frame, unit: Unit, atom: Node, facts: Facts) -> Iterator[Finding]:
    """Prove one family of keywords; if the facts have choices, in each branch separately."""
    if not facts.choices:
        yield from unit(frame, atom, facts)
        return
    keyword = {any_of: "anyOf", one_of: "oneOf"}.get(cast("Any", unit))
    likely = None if keyword is None else likely_choice(frame, keyword, atom, facts)
    if likely is not None:
        choice, branches = likely
        if _holds_in_each(frame, unit, atom, facts, choice, branches):
            return
    elif frame.attempt(facts, lambda inner: unit(inner, atom, facts)):
        return
    for choice in facts.choices:
        if (likely is None or choice is not likely[0]) and _holds_in_each(
            frame, unit, atom, facts, choice, choice.branches
        ):
            return
    yield from unit(frame, atom, facts)


def _holds_in_each(
    frame: Frame, unit: Unit, atom: Node, facts: Facts, choice: FactChoice, branches: Sequence[Branch]
) -> bool:
    keys = [each.key for each in facts.choices]
    # created one by one: most attempts end at the first
    cases = (facts.also(branch, keys) for branch in branches)
    return all(case.never or frame.attempt(case, _case(unit, atom, case)) for case in cases)


def _case(unit: Unit, atom: Node, case: Facts) -> Callable[[Frame], Iterator[Finding]]:
    return lambda inner: _unit(inner, unit, atom, case)
