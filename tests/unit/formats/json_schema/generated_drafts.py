"""Small schemas of every draft by hypothesis, with keywords of all drafts."""

from hypothesis import strategies as st

from sluicegate.shared.formats.json_schema.drafts import DRAFT_4, DRAFT_2020, DRAFTS, Draft
from tests.unit.formats.json_schema.generated import NAMES, SIZES, TYPES

SCALARS = st.sampled_from([None, True, False, 0, 1, 2, 3, -1, 1.0, 2.0, 1.5, "", "a", "b", "ab"])
BOUNDS = st.sampled_from([0, 1, 2, 1.5])
PLACES = ("$defs", "definitions")

DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)


def _leaves(draft: Draft) -> st.SearchStrategy[object]:
    leaf: st.SearchStrategy[object] = st.builds(dict) | TYPES.map(lambda name: {"type": name})
    return leaf if draft is DRAFT_4 else leaf | st.booleans()


def _keywords(inner: st.SearchStrategy[object], draft: Draft) -> dict[str, st.SearchStrategy[object]]:
    many = st.lists(inner, min_size=1, max_size=3)
    name_lists = st.lists(NAMES, min_size=1, max_size=2, unique=True)
    exclusive = BOUNDS
    keywords: dict[str, st.SearchStrategy[object]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
        "enum": st.lists(st.sampled_from(["a", "b", "ab", 1, 2, None]), min_size=1, max_size=3, unique=True),
        "const": st.sampled_from(["a", 1, None, 1.5]),
        "minimum": BOUNDS,
        "maximum": BOUNDS,
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "pattern": st.sampled_from(["a", "b", "^a"]),
        "format": st.sampled_from(["ipv4", "uuid", "nonsense"]),
        "contentEncoding": st.just("base64"),
        "properties": st.dictionaries(NAMES, inner, min_size=1, max_size=2),
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^b"]), inner, min_size=1, max_size=1),
        "additionalProperties": inner,
        "unevaluatedProperties": inner,
        "propertyNames": inner,
        "required": name_lists,
        "dependencies": st.dictionaries(NAMES, inner | name_lists, min_size=1, max_size=1),
        "dependentRequired": st.dictionaries(NAMES, name_lists, min_size=1, max_size=1),
        "dependentSchemas": st.dictionaries(NAMES, inner, min_size=1, max_size=1),
        "prefixItems": many,
        "items": inner if draft is DRAFT_2020 else inner | many,
        "additionalItems": inner,
        "unevaluatedItems": inner,
        "contains": inner,
        "minContains": SIZES,
        "maxContains": SIZES,
        "uniqueItems": st.booleans(),
        "anyOf": many,
        "allOf": many,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "$ref": st.sampled_from([f"#/{place}/a" for place in PLACES]),
    }
    if draft is not DRAFT_4:
        keywords |= {"exclusiveMinimum": exclusive, "exclusiveMaximum": exclusive}
    sizes = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]
    return keywords | dict.fromkeys(sizes, SIZES)


def _schemas(inner: st.SearchStrategy[object], draft: Draft) -> st.SearchStrategy[object]:
    keywords = _keywords(inner, draft)
    few = st.lists(st.sampled_from(sorted(keywords)), max_size=3, unique=True)
    made = few.flatmap(lambda chosen: st.fixed_dictionaries({name: keywords[name] for name in chosen}))
    if draft is DRAFT_4:  # where a bound's exclusive form is a boolean beside it
        made |= st.fixed_dictionaries({"minimum": BOUNDS, "exclusiveMinimum": st.booleans()})
    return made


def _whole(draft: Draft) -> st.SearchStrategy[dict[str, object]]:
    """A schema with `$schema`, and with definitions that its references lead to."""
    part = st.recursive(_leaves(draft), lambda inner: _schemas(inner, draft), max_leaves=5)
    leaf = _leaves(draft)
    return st.builds(
        lambda body, one, other: {
            **(body if isinstance(body, dict) else {"allOf": [body]}),
            "$schema": draft.uri,
            "$defs": {"a": one},
            "definitions": {"a": other},
        },
        part,
        leaf,
        leaf,
    )


SCHEMAS = {draft: _whole(draft) for draft in DRAFTS}


def embedded(outer: Draft) -> st.SearchStrategy[dict[str, object]]:
    """A schema of one draft around a resource of any draft."""
    inner = st.sampled_from(DRAFTS).flatmap(
        lambda draft: SCHEMAS[draft].map(lambda held: held | {draft.identifier: "https://x.example/inner"})
    )
    return inner.map(
        lambda held: {
            "$schema": outer.uri,
            outer.identifier: "https://x.example/outer",
            "allOf": [{"$ref": "inner"}],
            "definitions": {"i": held},
        }
    )
