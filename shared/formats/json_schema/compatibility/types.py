"""`type`, `enum` and `const`."""

from collections.abc import Iterator

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.compatibility.facts import (
    ALL_TYPES,
    NUMBERS,
    Facts,
    enumerated,
    stated_types,
)
from sluicegate.shared.formats.json_schema.compatibility.findings import Code, finding, shown
from sluicegate.shared.formats.json_schema.compatibility.frame import Frame
from sluicegate.shared.formats.json_schema.references import Node
from sluicegate.shared.formats.json_schema.values import listing
from sluicegate.shared.model import Finding


def types(_frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every type that the writer may use must be one of the reader's."""
    allowed = stated_types(reader)
    if facts.types <= allowed:
        return
    code = Code.TYPE_NARROWED if facts.types & allowed else Code.TYPE_CHANGED
    change = f"The writer allows {type_names(facts.types)}, the reader only {type_names(allowed)}"
    if facts.types - allowed == {"whole"}:
        change += ", which in draft 4 excludes numbers like 1.0"
    yield finding(code, f"{reader.path}/type", change)


def type_names(types: frozenset[str]) -> str:
    """Types as people and `type` name them."""
    if types == ALL_TYPES:
        return "any type"
    number = "number" if "fraction" in types else "integer"
    named = sorted({number if name in NUMBERS else name for name in types})
    return " or ".join(named) or "nothing"


def enumeration(_frame: Frame, reader: Node, facts: Facts) -> Iterator[Finding]:
    """Every value that the writer may use must be one of those that the reader lists."""
    for keyword, allowed in (("enum", listing(reader.keywords, "enum")), ("const", [reader.keywords.get("const")])):
        if keyword in reader.keywords:
            yield from _listed(reader, facts, keyword, allowed)


def _listed(reader: Node, facts: Facts, keyword: str, allowed: list[object]) -> Iterator[Finding]:
    path, is_const = f"{reader.path}/{keyword}", keyword == "const"
    texts = {canonical_value(value) for value in allowed}
    if facts.values is None:
        if not any(_stated_within(atom, texts) for atom in facts.atoms):
            change = f"The reader allows only {shown(allowed[0] if is_const else allowed)}, the writer any {type_names(facts.types)}"
            yield finding(Code.CONST_ADDED if is_const else Code.ENUM_ADDED, path, change)
        return
    missing = [value for value in facts.values if canonical_value(value) not in texts]
    if missing:
        change = (
            f"The writer may use {shown(missing[0] if is_const else missing)}, the reader allows only {shown(allowed)}"
        )
        yield finding(Code.CONST_CHANGED if is_const else Code.ENUM_NARROWED, path, change)


def _stated_within(atom: Node, texts: set[str]) -> bool:
    """Return whether the writer also has a list of values, all of them allowed.

    It is longer than lists that are checked value by value.
    """
    values = enumerated(atom)
    return values is not None and {canonical_value(value) for value in values} <= texts
