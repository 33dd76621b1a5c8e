"""Small schemas of draft 2020-12 and small values, made by hypothesis."""

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c"])
TYPES = st.sampled_from(["null", "boolean", "object", "array", "string", "integer", "number"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, 3, -1, 1.5, "", "a", "b", "ab"])
SIZES = st.integers(0, 2)
BOUNDS = st.sampled_from([0, 1, 2, 1.5])

INSTANCES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=6
)


def _schemas(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    many = st.lists(inner, min_size=1, max_size=3)
    keywords: dict[str, st.SearchStrategy[object]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=2, unique=True),
        "enum": st.lists(st.sampled_from(["a", "b", "ab", 1, 2, None]), min_size=1, max_size=3, unique=True),
        "const": st.sampled_from(["a", 1, None, 1.5]),
        "minimum": BOUNDS,
        "maximum": BOUNDS,
        "exclusiveMinimum": BOUNDS,
        "exclusiveMaximum": BOUNDS,
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "pattern": st.sampled_from(["a", "b", "^a"]),
        "properties": st.dictionaries(NAMES, inner, min_size=1, max_size=2),
        "patternProperties": st.dictionaries(st.sampled_from(["a", "^b"]), inner, min_size=1, max_size=1),
        "additionalProperties": inner,
        "unevaluatedProperties": inner,
        "propertyNames": inner,
        "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=1), min_size=1, max_size=1),
        "dependentSchemas": st.dictionaries(NAMES, inner, min_size=1, max_size=1),
        "prefixItems": many,
        "items": inner,
        "contains": inner,
        "uniqueItems": st.booleans(),
        "anyOf": many,
        "allOf": many,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
    }
    keywords |= dict.fromkeys(
        ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"], SIZES
    )
    few = st.lists(st.sampled_from(sorted(keywords)), max_size=3, unique=True)
    return few.flatmap(lambda chosen: st.fixed_dictionaries({name: keywords[name] for name in chosen}))


SCHEMAS: st.SearchStrategy[object] = st.recursive(
    st.booleans() | st.builds(dict) | TYPES.map(lambda name: {"type": name}), _schemas, max_leaves=5
)


OBJECTS = st.dictionaries(NAMES, INSTANCES, max_size=3)
"""Objects with the names of the schemas."""


def _described(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.fixed_dictionaries(
        {"properties": st.dictionaries(NAMES, inner, min_size=1, max_size=3)},
        optional={
            "type": st.just("object"),
            "required": st.lists(NAMES, max_size=1),
            "minProperties": SIZES,
            "patternProperties": st.dictionaries(st.sampled_from(["a", "^b"]), inner, max_size=1),
            "additionalProperties": inner,
            "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=1), max_size=1),
        },
    )


def _around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """A schema with others around it: at the same place, and further up."""
    two = st.lists(inner, min_size=1, max_size=2)
    places = st.sampled_from(["allOf", "anyOf", "oneOf"])
    return (
        st.tuples(places, two, SCHEMAS).map(lambda drawn: {drawn[0]: [*drawn[1], drawn[2]]})
        | st.tuples(places, two).map(lambda drawn: {drawn[0]: drawn[1]})
        | st.fixed_dictionaries({"items": inner})
        | st.fixed_dictionaries({"if": SCHEMAS, "then": inner}, optional={"else": inner})
        | st.fixed_dictionaries({"dependentSchemas": st.dictionaries(NAMES, inner, min_size=1, max_size=1)})
        | st.fixed_dictionaries({"properties": st.dictionaries(NAMES, inner, min_size=1, max_size=2)})
        | st.fixed_dictionaries({"unevaluatedProperties": st.booleans(), "allOf": two})
    )


_PROPERTIES = TYPES.map(lambda name: {"type": name}) | st.booleans() | SCHEMAS
WITH_PROPERTIES: st.SearchStrategy[object] = st.recursive(_described(_PROPERTIES), _around, max_leaves=3)
"""Schemas that describe properties."""
