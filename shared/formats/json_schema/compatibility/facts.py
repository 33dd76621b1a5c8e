"""Facts about a value that fits the writer: schemas that all apply, and those that do not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from types import MappingProxyType

from sluicegate.shared.formats.json_schema.canonical import canonical_value
from sluicegate.shared.formats.json_schema.drafts import DRAFTS, Draft
from sluicegate.shared.formats.json_schema.keywords import ANNOTATIONS, REFERENCES
from sluicegate.shared.formats.json_schema.references import Node, UnresolvedReference
from sluicegate.shared.formats.json_schema.values import JsonObject, listing, mapping, names

FINITE_LIMIT = 200
"""Maximum of values of an enum that are checked one by one."""

NUMBERS = frozenset({"integer", "whole", "fraction"})
"""The types of numbers: written without a fraction, with one that is zero (`1.0`, in draft 4 no
integer), with another one.
"""

ALL_TYPES = frozenset({"null", "boolean", "object", "array", "string"}) | NUMBERS
"""The types of values, so that no type is part of another one."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """The other alternatives of a `oneOf`, which exclude each other.

    Kept as one list for all of them.
    """

    key: tuple[int, str]
    alternatives: tuple[Node, ...]
    own: int

    @property
    def others(self) -> tuple[Node, ...]:
        """The alternatives that do not hold."""
        return (*self.alternatives[: self.own], *self.alternatives[self.own + 1 :])

    @property
    def whole_types(self) -> frozenset[str]:
        """The types of which the other alternatives accept all values: a value of one of them fits several."""
        own = self.alternatives[self.own]
        counts = own.home.remembered(f"whole types {self.key}", self.alternatives[0], self._counted)
        return frozenset(name for name, count in counts.items() if count > (name in whole_types(own)))

    def _counted(self) -> Counter[str]:
        return Counter(name for node in self.alternatives for name in whole_types(node))


@dataclass(frozen=True, slots=True)
class Branch:
    """One alternative of a value: the schemas that apply then, and those that do not."""

    holds: tuple[Node, ...]
    excluded: tuple[Node, ...] = ()
    rivals: Rivals | None = None


@dataclass(frozen=True, slots=True)
class FactChoice:
    """Branches of which at least one is taken by every value that fits."""

    key: tuple[int, str]
    branches: tuple[Branch, ...]

    @property
    def is_of_alternatives(self) -> bool:
        """Return whether it is an `anyOf` or a `oneOf`."""
        return self.key[1] in ("anyOf", "oneOf")

    @property
    def alternatives(self) -> tuple[Node, ...]:
        """The schemas of an `anyOf` or a `oneOf`."""
        return tuple(branch.holds[0] for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Opened:
    """A node as the schemas that it amounts to: `allOf` and `$ref` opened."""

    atoms: tuple[Node, ...]
    impossible: bool
    unknown: tuple[Node, ...]


_OPENED_KEYWORDS = ANNOTATIONS | {*REFERENCES, "allOf"}
"""Keywords that say nothing themselves once a schema is opened."""


def opened(roots: Iterable[Node]) -> Opened:
    """Open nodes.

    `unknown` holds those whose references lead nowhere, or to several places (`$dynamicRef`).
    """
    atoms: dict[int, Node] = {}
    unknown: list[Node] = []
    impossible = False
    pending = list(roots)
    while pending:
        node = pending.pop(0)
        impossible = impossible or node.schema is False
        if isinstance(node.schema, bool) or node.key in atoms:
            continue
        atoms[node.key] = node
        pending.extend(node.under("allOf"))
        try:
            targets = [] if node.home.dynamic(node) else list(node.home.targets(node))
        except UnresolvedReference:
            targets = []
        if not targets and any(keyword in node.keywords for keyword in REFERENCES):
            unknown.append(node)
        pending.extend(targets)
    kept = tuple(node for node in atoms.values() if node.keywords.keys() - _OPENED_KEYWORDS)
    return Opened(kept, impossible, tuple(unknown))


@dataclass(frozen=True, eq=False)
class Facts:
    """A conjunction. `split` names the choices that were made on the way here.

    `partial` says that the writer may name more properties of the value than these schemas do (see
    `leniency`).
    """

    atoms: tuple[Node, ...]
    negatives: tuple[Node, ...] = ()
    split: frozenset[tuple[int, str]] = frozenset()
    impossible: bool = False
    partial: bool = False
    rivals: tuple[Rivals, ...] = ()

    @staticmethod
    def of(nodes: Iterable[Node], *, partial: bool = False) -> "Facts":
        """Return the facts about a value that fits all these schemas."""
        found = opened(nodes)
        negatives = tuple(inner for atom in found.atoms for inner in atom.under("not"))
        return Facts(found.atoms, negatives, impossible=found.impossible, partial=partial)

    @cached_property
    def excluded(self) -> tuple[Node, ...]:
        """The schemas that do not hold."""
        return (*self.negatives, *(other for each in self.rivals for other in each.others))

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Return the identity of the facts."""
        return (
            frozenset(node.key for node in self.atoms), frozenset(node.key for node in self.negatives), self.split, self.impossible,
            self.partial, frozenset((each.key, each.own) for each in self.rivals),
        )  # fmt: skip

    def also(self, branch: Branch, split: Iterable[tuple[int, str]] = ()) -> "Facts":
        """With a branch taken."""
        more = Facts.of(branch.holds)
        mine = {atom.key for atom in self.atoms}
        return Facts(
            (*self.atoms, *(atom for atom in more.atoms if atom.key not in mine)),
            (*self.negatives, *more.negatives, *branch.excluded),
            self.split | frozenset(split),
            self.impossible or more.impossible,
            self.partial,
            self.rivals if branch.rivals is None else (*self.rivals, branch.rivals),
        )

    @cached_property
    def labels(self) -> dict[str, tuple[frozenset[str], ...]]:
        """Return the values of required properties by name, if schemas enumerate them."""
        found: dict[str, tuple[frozenset[str], ...]] = {}
        for atom in self.atoms:
            for name, values in labels_of(atom).items():
                if name in self.required:
                    found[name] = (*found.get(name, ()), values)
        return found

    @cached_property
    def shapes(self) -> Mapping[str, Node]:
        """The schemas that hold, by their texts."""
        return {shape(atom): atom for atom in self.atoms}

    @cached_property
    def choices(self) -> tuple[FactChoice, ...]:
        """The choices that were not made yet."""
        found = (
            choice for atom in self.atoms for choice in atom.home.remembered("choices", atom, partial(_choices, atom))
        )
        return tuple(choice for choice in found if choice.key not in self.split)

    @cached_property
    def first_cases(self) -> tuple["Facts", ...]:
        """The facts with the first and the second alternative of each open choice of alternatives."""
        cases = (
            self.also(branch, (choice.key,))
            for choice in self.choices
            if choice.is_of_alternatives
            for branch in choice.branches[:2]
        )
        return tuple(case for case in cases if not case.never)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types that a value may have."""
        if self.impossible:
            return frozenset()
        possible = ALL_TYPES
        for atom in self.atoms:
            possible &= atom.home.remembered("types", atom, partial(_types, atom, 0))
        for node in self.negatives:
            possible -= whole_types(node)
        for rivals in self.rivals:
            possible -= rivals.whole_types
        return possible

    @property
    def never(self) -> bool:
        """Whether no value fits at all, as far as types and enumerations tell."""
        return not self.types or self.values == ()

    @cached_property
    def values(self) -> tuple[object, ...] | None:
        """All values that may fit, when an enumeration says so; else None."""
        lists = [found for atom in self.atoms if (found := enumerated(atom)) is not None]
        if lists:
            first = min(lists, key=len)
            return (
                tuple(value for value in first if types_of(value) & self.types) if len(first) <= FINITE_LIMIT else None
            )
        if self.types and self.types <= {"null", "boolean"}:
            return tuple(value for value in (None, True, False) if types_of(value) & self.types)
        return None

    def each(self, *keywords: str) -> Iterator[Node]:
        """The schemas that are the value of some keyword in any of the atoms."""
        for atom in self.atoms:
            for keyword in keywords:
                inner = atom.one(keyword)
                if inner is not None:
                    yield inner

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that every object has."""
        return frozenset(name for atom in self.atoms for name in names(atom.keywords.get("required")))


_KEYWORDS_OF_TYPES: Mapping[str, frozenset[str]] = MappingProxyType({
    **dict.fromkeys(
        ("properties", "patternProperties", "additionalProperties", "propertyNames", "required", "minProperties", "maxProperties"),
        frozenset({"object"}),
    ),
    **dict.fromkeys(
        ("items", "prefixItems", "additionalItems", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems"),
        frozenset({"array"}),
    ),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), frozenset({"string"})),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), NUMBERS),
    "type": frozenset(),
})  # fmt: skip
"""Keywords that look at values of some types only."""


def whole_types(node: Node) -> frozenset[str]:
    """The types of which a schema accepts all values, as far as that can be seen at once."""
    return node.home.remembered("whole types", node, partial(_whole_types, node))


def _whole_types(node: Node) -> frozenset[str]:
    found = opened((node,))
    if found.impossible or found.unknown:
        return frozenset()
    possible = ALL_TYPES
    for atom in found.atoms:
        keywords = atom.keywords.keys() - _OPENED_KEYWORDS
        if not keywords <= _KEYWORDS_OF_TYPES.keys():
            return frozenset()
        possible = (possible & stated_types(atom)).difference(*(_KEYWORDS_OF_TYPES[each] for each in keywords))
    return possible


def shape(node: Node) -> str:
    """Return a text of a schema's content.

    Equal schemas mostly have equal texts; equal texts may represent different schemas.
    """
    return node.home.remembered("shape", node, partial(_shape, node))


def _shape(node: Node) -> str:
    return canonical_value([atom.schema for atom in opened([node]).atoms])


def labels_of(node: Node) -> dict[str, frozenset[str]]:
    """Return the values of a schema's properties by name, if they are enumerated."""
    return node.home.remembered("labels", node, partial(_labels, node))


def _labels(node: Node) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for atom in opened([node]).atoms:
        for name in mapping(atom.keywords, "properties"):
            inner = atom.at("properties", name)
            values = None if inner is None else enumerated(inner)
            if values is not None:
                found[name] = frozenset(map(canonical_value, values))
    return found


def types_of(value: object) -> frozenset[str]:
    """Return the types of data that equal a value of `enum` or `const`: `1` is also `1.0`."""
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return frozenset({"integer", "whole"})
    if isinstance(value, float):
        return frozenset({"fraction"})
    return frozenset({"string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"})


def enumerated(node: Node) -> tuple[object, ...] | None:
    """The values that `const` or `enum` name, when there is one."""
    if "const" in node.keywords:
        return (node.keywords["const"],)
    return tuple(listing(node.keywords, "enum")) if "enum" in node.keywords else None


def stated_types(node: Node) -> frozenset[str]:
    """The types that `type` allows; all when it is missing."""
    stated = node.keywords.get("type")
    listed = (stated,) if isinstance(stated, str) else names(stated)
    if not listed:
        return ALL_TYPES
    return frozenset().union(*(_named_type(name, node.draft) for name in listed))


def _named_type(name: str, draft: Draft) -> frozenset[str]:
    if name == "number":
        return NUMBERS
    if name == "integer" and draft.whole_doubles_are_integers:
        return frozenset({"integer", "whole"})
    return frozenset({name})


_TYPE_DEPTH = 8
"""Alternatives within alternatives that are looked into for their types; deeper ones are taken to
allow all.
"""


def _types(atom: Node, depth: int) -> frozenset[str]:
    """The types that an opened schema leaves possible; too many rather than too few."""
    possible = stated_types(atom)
    values = enumerated(atom)
    if values is not None:
        possible &= frozenset().union(*map(types_of, values))
    for keyword in ("anyOf", "oneOf") if depth < _TYPE_DEPTH else ():
        branches = list(atom.under(keyword))
        if branches:
            possible &= frozenset().union(*(_branch_types(branch, depth + 1) for branch in branches))
    return possible


def _branch_types(node: Node, depth: int) -> frozenset[str]:
    return node.home.remembered("branch types", node, partial(_opened_types, node, depth))


def _opened_types(node: Node, depth: int) -> frozenset[str]:
    found = opened((node,))
    possible = frozenset() if found.impossible else ALL_TYPES
    for atom in found.atoms:
        possible &= _types(atom, depth)
    return possible


def _choices(atom: Node) -> tuple[FactChoice, ...]:
    return (*_alternatives(atom), *_condition(atom), *_type_list(atom))


def _alternatives(atom: Node) -> Iterator[FactChoice]:
    any_of = tuple(atom.under("anyOf"))
    if any_of:
        yield FactChoice((atom.key, "anyOf"), tuple(Branch((node,)) for node in any_of))
    one_of = tuple(atom.under("oneOf"))
    if one_of:
        key = (atom.key, "oneOf")
        branches = (Branch((node,), rivals=Rivals(key, one_of, own)) for own, node in enumerate(one_of))
        yield FactChoice(key, tuple(branches))


def _condition(atom: Node) -> Iterator[FactChoice]:
    condition, then, otherwise = atom.one("if"), atom.one("then"), atom.one("else")
    if condition is not None and (then is not None or otherwise is not None):
        met = Branch((condition, *(() if then is None else (then,))))
        unmet = Branch(() if otherwise is None else (otherwise,), (condition,))
        yield FactChoice((atom.key, "if"), (met, unmet))


_ONE_TYPE: dict[tuple[str, str], JsonObject] = {
    (name, draft.version): {"type": name}
    for name in ("null", "boolean", "object", "array", "string", "integer", "number")
    for draft in DRAFTS
}
"""Schemas of one type each, permanent: a node is identified by its schema object."""


def one_type(name: str, beside: Node) -> Node:
    """A schema that only says `type`, at the place of another one."""
    return Node(_ONE_TYPE[name, beside.draft.version], beside.resolver, beside.path, beside.home, beside.draft)


def _type_list(atom: Node) -> Iterator[FactChoice]:
    listed = names(atom.keywords.get("type"))
    if len(listed) > 1 and all((name, atom.draft.version) in _ONE_TYPE for name in listed):
        yield FactChoice((atom.key, "type"), tuple(Branch((one_type(name, atom),)) for name in listed))
