"""Evaluation of one value under a schema's draft, for samples of overlapping alternatives.

The result is True, False, or None if unknown: after too many steps, under `unevaluated...`, behind
references without a unique target. Libraries check whole documents; here a schema is any place in
one of two documents.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.compatibility.enforcement import enforced, enforcer, matches
from sluicegate.shared.formats.json_schema.compatibility.facts import stated_types
from sluicegate.shared.formats.json_schema.compatibility.items import at, counts
from sluicegate.shared.formats.json_schema.compatibility.ranges import bounds, exact
from sluicegate.shared.formats.json_schema.keywords import LEADING, REFERENCES
from sluicegate.shared.formats.json_schema.references import Node, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import listing, mapping, names, number, text

LOOKS: Final = 100_000
"""Schemas that are looked at in one comparison; each takes some ten microseconds."""

Answer = bool | None


class Evaluation:
    """The evaluations of one comparison, which share a bound on their work."""

    def __init__(self) -> None:
        """Start with the whole bound."""
        self._left = LOOKS

    def fits(self, node: Node, value: object) -> Answer:
        """Whether a value fits a schema."""
        if isinstance(node.schema, bool):
            return node.schema
        self._left -= 1
        if self._left < 0:
            return None
        kind = type_name(value, node)
        if kind not in stated_types(node):
            return False
        return _all(rule(self, node, value) for rule in _rules(node, kind))


def type_name(value: object, node: Node) -> str:
    """The type of a value, as facts name types."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "whole" if value.is_integer() else "fraction"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


Rule = Callable[[Evaluation, Node, object], Answer]


def _all(answers: Iterable[Answer]) -> Answer:
    known = True
    for answer in answers:
        if answer is False:
            return False
        known = known and answer is not None
    return True if known else None


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _rules(node: Node, kind: str) -> Iterable[Rule]:
    of_type = _OF_TYPE.get(kind, {})
    found = ((_ANY.get(keyword), of_type.get(keyword)) for keyword in node.keywords)
    return dict.fromkeys(rule for pair in found for rule in pair if rule is not None)


def _enum(_: Evaluation, node: Node, value: object) -> Answer:
    written = canonical_value(value)
    return any(canonical_value(each) == written for each in listing(node.keywords, "enum"))


def _const(_: Evaluation, node: Node, value: object) -> Answer:
    return canonical_value(node.keywords["const"]) == canonical_value(value)


def _reference(run: Evaluation, node: Node, value: object) -> Answer:
    if node.home.dynamic(node):
        return None
    try:
        return _all(run.fits(target, value) for target in node.home.targets(node))
    except UnresolvedReference:
        return None


def _all_of(run: Evaluation, node: Node, value: object) -> Answer:
    return _all(run.fits(each, value) for each in node.under("allOf"))


def _any_of(run: Evaluation, node: Node, value: object) -> Answer:
    return _not(_all(_not(run.fits(each, value)) for each in node.under("anyOf")))


def _one_of(run: Evaluation, node: Node, value: object) -> Answer:
    answers = [run.fits(each, value) for each in node.under("oneOf")]
    if answers.count(True) > 1:
        return False
    return None if None in answers else answers.count(True) == 1


def _no(run: Evaluation, node: Node, value: object) -> Answer:
    return _all(_not(run.fits(each, value)) for each in node.under("not"))


def _condition(run: Evaluation, node: Node, value: object) -> Answer:
    test = node.one("if")
    met = None if test is None else run.fits(test, value)
    if met is None:
        return None
    part = node.one("then" if met else "else")
    return True if part is None else run.fits(part, value)


def _number(_: Evaluation, node: Node, value: object) -> Answer:
    assert isinstance(value, int | float)
    low, high = (list(bounds(node, sign, name)) for sign, name in ((1, "minimum"), (-1, "maximum")))
    divisor = number(node.keywords, "multipleOf")
    return (
        all(_above(exact(value), *bound) for bound in low)
        and all(_above(-exact(value), *bound) for bound in high)
        and (not divisor or (exact(value) / exact(divisor)).denominator == 1)
    )


def _above(value: Fraction, bound: Fraction, excluded: bool) -> bool:
    return value > bound if excluded else value >= bound


def _size(node: Node, noun: str, size: int) -> bool:
    low, high = number(node.keywords, f"min{noun}"), number(node.keywords, f"max{noun}")
    return (low is None or size >= low) and (high is None or size <= high)


def _string(_: Evaluation, node: Node, value: object) -> Answer:
    assert isinstance(value, str)
    pattern = text(node.keywords, "pattern")
    return (
        _size(node, "Length", len(value))
        and (pattern is None or matches(pattern, value))
        and all(enforcer(node.draft, *each).is_valid(value) for each in enforced(node).items())
    )


def _array(run: Evaluation, node: Node, value: object) -> Answer:
    assert isinstance(value, list)
    if not _size(node, "Items", len(value)):
        return False
    if node.keywords.get("uniqueItems") is True and len({canonical_value(each) for each in value}) < len(value):
        return False
    items = (run.fits(schema, item) for place, item in enumerate(value) for schema in at(node, place, alone=False))
    return _all((*items, _contains(run, node, value)))


def _contains(run: Evaluation, node: Node, value: list[object]) -> Answer:
    wanted = node.one("contains")
    if wanted is None:
        return True
    low, high = counts(node)
    answers = [run.fits(wanted, item) for item in value]
    found, perhaps = answers.count(True), answers.count(None)
    if found + perhaps < low or (high is not None and found > high):
        return False
    return True if found >= low and (high is None or found + perhaps <= high) else None


def _object(run: Evaluation, node: Node, value: object) -> Answer:
    assert isinstance(value, dict)
    keywords = node.keywords
    if not _size(node, "Properties", len(value)) or not value.keys() >= set(names(keywords.get("required"))):
        return False
    answers = [run.fits(schema, each) for name, each in value.items() for schema in _of_property(node, name)]
    wanted = node.one("propertyNames")
    answers += [] if wanted is None else [run.fits(wanted, name) for name in value]
    return _all((*answers, *_dependencies(run, node, value)))


def _of_property(node: Node, name: str) -> Iterator[Node]:
    patterns = [each for each in mapping(node.keywords, "patternProperties") if matches(each, name)]
    declared = name in mapping(node.keywords, "properties")
    found = [node.at("properties", name)] if declared else []
    found += [node.at("patternProperties", each) for each in patterns]
    if not declared and not patterns:
        found.append(node.one("additionalProperties"))
    yield from (each for each in found if each is not None)


def _dependencies(run: Evaluation, node: Node, value: dict[str, object]) -> Iterator[Answer]:
    for keyword in ("dependencies", "dependentRequired", "dependentSchemas"):
        for name in mapping(node.keywords, keyword).keys() & value.keys():
            schema = node.at(keyword, name)
            if schema is not None:
                yield run.fits(schema, value)
            else:
                yield value.keys() >= set(names(mapping(node.keywords, keyword)[name]))


def _unevaluated_properties(run: Evaluation, node: Node, value: object) -> Answer:
    """Decide by the keywords beside it; in-place ones may evaluate more."""
    assert isinstance(value, dict)
    rest = node.one("unevaluatedProperties")
    left = [each for name, each in value.items() if next(_of_property(node, name), None) is None]
    if rest is None or not left:
        return True
    return _all(run.fits(rest, each) for each in left) if LEADING.isdisjoint(node.keywords) else None


def _unevaluated_items(run: Evaluation, node: Node, value: object) -> Answer:
    assert isinstance(value, list)
    rest = node.one("unevaluatedItems")
    left = [item for place, item in enumerate(value) if not at(node, place, alone=False)]
    if rest is None or not left:
        return True
    return _all(run.fits(rest, each) for each in left) if _SEEING.isdisjoint(node.keywords) else None


_SEEING: Final = LEADING | {"contains"}


_ANY: Mapping[str, Rule] = MappingProxyType({
    **dict.fromkeys(REFERENCES, _reference), "enum": _enum, "const": _const, "allOf": _all_of, "anyOf": _any_of,
    "oneOf": _one_of, "not": _no, "if": _condition,
})  # fmt: skip

_NUMBER = dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _number)
_OF_TYPE: Mapping[str, Mapping[str, Rule]] = MappingProxyType({
    "integer": _NUMBER, "whole": _NUMBER, "fraction": _NUMBER,
    "string": dict.fromkeys(
        ("minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"), _string
    ),
    "array": {
        **dict.fromkeys(
            ("items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains"), _array
        ),
        "unevaluatedItems": _unevaluated_items,
    },
    "object": {
        **dict.fromkeys(
            (
                "properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties",
                "maxProperties", "dependencies", "dependentRequired", "dependentSchemas",
            ),
            _object,
        ),
        "unevaluatedProperties": _unevaluated_properties,
    },
})  # fmt: skip
