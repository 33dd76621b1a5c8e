"""Properties, by content model.

An object schema is *open* when properties that it does not name may hold anything, *closed* when
there may be none of them (`additionalProperties: false`), and *partially open* when they must fit
`additionalProperties` or a pattern.
"""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.compatibility.facts import Facts, one_type
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.compatibility.leniency import is_partial_property, is_partial_rest, may_miss
from sluicegate.shared.formats.json_schema.compatibility.names import (
    ALWAYS,
    PERHAPS,
    certain,
    declared,
    patterns,
    unevaluated,
)
from sluicegate.shared.formats.json_schema.compatibility.sizes import PROPERTIES, bounds, least, most
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import names as listed
from sluicegate.shared.model import Finding


def objects(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every object that the writer may use must be one that the reader takes."""
    if "object" not in facts.types:
        return
    for name in _named(reader, facts):
        if not _is_same(frame, reader, facts, name):
            yield from _property(frame, reader, facts, name)
    yield from _patterns(frame, reader, facts)
    yield from _others(frame, reader, facts)
    yield from _required(reader, facts)
    yield from _names(frame, reader, facts)
    yield from _sizes(reader, facts)


def _is_same(frame: Frame, reader: Node, facts: Facts, name: str) -> bool:
    """Whether all that the reader wants of a property is a schema that the writer has for it too."""
    if not reader.keywords.keys().isdisjoint(("patternProperties", "unevaluatedProperties")):
        return False
    mine = reader.at("properties", name) if name in declared(reader) else None
    theirs = (atom.at("properties", name) for atom in facts.atoms if name in declared(atom))
    return mine is not None and any(each is not None and frame.proofs.equality.same(mine, each) for each in theirs)


def written(facts: Facts, name: str) -> Facts:
    """Return the facts about the value of a property."""
    schemas = [schema for atom in facts.atoms for schema in certain(atom, name)]
    for atom in facts.atoms:
        inner, seen = unevaluated(atom, PERHAPS)
        if inner is not None and not seen.has(name):
            schemas.append(inner)
    return Facts.of(schemas, partial=is_partial_property(facts, name))


def _named(reader: Node, facts: Facts) -> Iterator[str]:
    """Yield the declared names, the reader's first, and the writer's possibly unevaluated ones."""
    found = dict.fromkeys(declared(reader))
    for atom in facts.atoms:
        found |= dict.fromkeys(declared(atom)) | dict.fromkeys(sorted(unevaluated(atom, PERHAPS)[1].names))
    return iter(found)


def _is_declared(facts: Facts, name: str) -> bool:
    return any(name in declared(atom) for atom in facts.atoms)


def _property(frame: Frame, reader: Node, facts: Facts, name: str) -> Iterator[Finding]:
    wanted = certain(reader, name)
    inner, seen = unevaluated(reader, ALWAYS)
    if inner is not None and not seen.has(name):
        wanted.append(inner)
    known = written(facts, name)
    if known.never:
        return
    if _is_declared(facts, name) and name in declared(reader):
        for schema in wanted:
            frame.need(schema, known)
    elif name in declared(reader):
        yield from _added(frame, reader, facts, name, (wanted, known))
    else:
        yield from _removed(frame, reader, name, (wanted, known))


def _added(frame: Frame, reader: Node, facts: Facts, name: str, pair: tuple[list[Node], Facts]) -> Iterator[Finding]:
    wanted, known = pair
    is_open = not known.atoms and not known.excluded
    if is_open and frame.proofs.lenient and may_miss(facts, name):
        return
    if all(frame.prove(schema, known) for schema in wanted):
        return
    frame.proofs.leniency_matters |= is_open
    path, model = wanted[0].path, "open" if is_open else "partially open"
    change = f"The reader describes the property {shown(name)}; the writer does not, and its object is {model}, so that it may hold "
    if is_open:
        yield finding(Code.PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL, path, f"{change}anything there")
        return
    allows = shown(known.atoms[0].schema if known.atoms else {})
    code = Code.PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
    yield finding(code, path, f"{change}{allows} there; the reader wants {shown(wanted[0].schema)}")


def _removed(frame: Frame, reader: Node, name: str, pair: tuple[list[Node], Facts]) -> Iterator[Finding]:
    wanted, known = pair
    if all(frame.prove(schema, known) for schema in wanted):
        return
    change = f"The writer may use the property {shown(name)}, which the reader does not name; there the reader accepts "
    if any(schema.schema is False for schema in wanted):
        yield finding(Code.PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL, reader.path, f"{change}nothing")
    else:
        code = Code.PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
        yield finding(code, wanted[0].path, f"{change}only {shown(wanted[0].schema)}")


def _patterns(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    for pattern in patterns(reader):
        schema = reader.at("patternProperties", pattern)
        if schema is not None and not _all_prove(frame, schema, _undeclared(facts, pattern, frozenset())):
            change = (
                f"The reader accepts only {shown(schema.schema)} in properties like {shown(pattern)}, the writer more"
            )
            yield finding(Code.PATTERN_PROPERTY_ADDED_OR_NARROWED, schema.path, change)


def _others(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """The properties that neither side names."""
    inner, seen = unevaluated(reader, ALWAYS)
    for schema in (reader.one("additionalProperties"), None if seen.everything else inner):
        if schema is None or schema.schema is True:
            continue
        alternatives = _undeclared(facts, None, frozenset(patterns(reader)))
        if not _all_prove(frame, schema, alternatives):
            closed = schema.schema is False
            accepts = "no" if closed else f"only {shown(schema.schema)} in"
            change = f"The reader accepts {accepts} properties that it does not name, the writer {_model(alternatives)}"
            code = Code.ADDITIONAL_PROPERTIES_REMOVED if closed else Code.ADDITIONAL_PROPERTIES_NARROWED
            yield finding(code, schema.path, change)


def _model(alternatives: list[Facts]) -> str:
    for known in alternatives:
        if not known.atoms and not known.impossible:
            return "allows any"
    return f"allows {shown(next((known.atoms[0].schema for known in alternatives if known.atoms), {}))}"


def _all_prove(frame: Frame, schema: Node, alternatives: list[Facts]) -> bool:
    return all(known.never or frame.prove(schema, known) for known in alternatives)


def _undeclared(facts: Facts, pattern: str | None, excluded: frozenset[str]) -> list[Facts]:
    """Return possible facts about an undeclared property.

    It matches the pattern (or, with `excluded`, does not). One of the results holds. If several
    schemas have a choice, only the first one's is followed: fewer facts are known then.
    """
    sure: list[Node] = []
    choice: list[list[Node]] = []
    for atom in facts.atoms:
        ways = _ways(atom, pattern, excluded)
        if len(ways) == 1:
            sure.extend(ways[0])
        elif not choice:
            choice = ways
    partial = is_partial_rest(facts)
    return [Facts.of([*sure, *way], partial=partial) for way in choice or [[]]]


def _ways(atom: Node, pattern: str | None, excluded: frozenset[str]) -> list[list[Node]]:
    if pattern is not None and pattern in patterns(atom):
        inner = atom.at("patternProperties", pattern)
        return [[] if inner is None else [inner]]
    ways = [
        [inner] for each in patterns(atom) if each not in excluded and (inner := atom.at("patternProperties", each))
    ]
    rest = atom.one("additionalProperties")
    others, seen = unevaluated(atom, PERHAPS)
    also = [others] if others is not None and not seen.everything and not seen.patterns else []
    return [*ways, [*([] if rest is None else [rest]), *also]]


def _required(reader: Node, facts: Facts) -> Iterator[Finding]:
    for name in listed(reader.keywords.get("required")):
        if name in facts.required or _has_default(reader, name) or _passed_over(reader, facts, name):
            continue
        path, known = f"{reader.path}/required", _is_declared(facts, name)
        change = f"The reader requires the property {shown(name)}, which the writer {'may leave out' if known else 'does not name'}"
        yield finding(Code.REQUIRED_ATTRIBUTE_ADDED if known else Code.REQUIRED_PROPERTY_ADDED, path, change)


def _has_default(reader: Node, name: str) -> bool:
    """Return whether a reader has a default for a missing property.

    Other registries have this rule.
    """
    schema = reader.at("properties", name) if name in declared(reader) else None
    return schema is not None and "default" in schema.keywords


def _passed_over(reader: Node, facts: Facts, name: str) -> bool:
    """Return whether an undeclared name in `required` that replaced another is ignored.

    Confluent's registry ignores it.
    """
    nobody = bool(declared(reader)) and name not in declared(reader) and not _is_declared(facts, name)
    replaced = facts.required - set(listed(reader.keywords.get("required")))
    return nobody and bool(replaced) and "additionalProperties" not in reader.keywords


def _names(frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    schema = reader.one("propertyNames")
    if schema is None:
        return
    a_string = one_type("string", schema)
    if not frame.prove(schema, Facts.of([*facts.each("propertyNames"), a_string])):
        change = f"The reader accepts only property names like {shown(schema.schema)}, the writer more"
        yield finding(Code.PROPERTY_NAMES_NARROWED, schema.path, change)


def _sizes(reader: Node, facts: Facts) -> Iterator[Finding]:
    low = least(facts, PROPERTIES)
    if facts.required:
        low = max(low or 0, len(facts.required))
    closed = [
        len(list(declared(atom))) for atom in facts.atoms
        if atom.keywords.get("additionalProperties") is False and not list(patterns(atom))
    ]  # fmt: skip
    high = most(facts, PROPERTIES)
    sizes = [*closed, *([] if high is None else [high])]
    yield from bounds(reader, PROPERTIES, low, min(sizes) if sizes else None)
