"""Hypothesis strategies of Avro schemas and of datums, as JSON values and Python values."""

import random
import uuid
from decimal import Decimal
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

Json = Any

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Settings of property tests: a busy machine makes no difference."""

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
LOGICAL = (
    {"type": "string", "logicalType": "uuid"},
    {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
)


@st.composite
def schemas(draw: st.DrawFn) -> Json:
    """A valid schema: every kind of type, names in two namespaces, records that contain themselves."""
    return _Drawing(draw).schema(3, ())


class _Drawing:
    """One schema in the drawing: gives every type a name of its own.

    `around` holds the full names of the records around a type.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._numbers = count()

    def schema(self, depth: int, around: tuple[str, ...]) -> Json:
        match self._draw(st.integers(0, 6)) if depth else 6:
            case 0 | 1:
                return self._record(depth - 1, around)
            case 2:
                return {"type": "array", "items": self.schema(depth - 1, around)}
            case 3:
                return {"type": "map", "values": self.schema(depth - 1, around)}
            case 4:
                return self._union(depth - 1, around)
        return self._leaf()

    def _named(self, kind: str, **others: Json) -> dict[str, Json]:
        space = {"namespace": "a.b"} if self._draw(st.booleans()) else {}
        return {"type": kind, "name": f"T{next(self._numbers)}", **space, **others}

    def _leaf(self) -> Json:
        match self._draw(st.integers(0, 12)):
            case 0:
                default = self._draw(st.sampled_from([{}, {"default": "B"}]))
                return self._named("enum", symbols=["A", "B", "C"], **default)
            case 1:
                return self._named("fixed", size=self._draw(st.integers(0, 5)))
            case 2:
                return self._named("fixed", size=4, logicalType="decimal", precision=7)
            case 3:
                return self._draw(st.sampled_from(LOGICAL))
        return self._draw(st.sampled_from(PRIMITIVES))

    def _union(self, depth: int, around: tuple[str, ...]) -> Json:
        branches = ["null", self._leaf(), *(around[-1:] if self._draw(st.booleans()) else ())]
        branches.append({"type": "array", "items": self.schema(depth, around)})
        return list({kind_of(branch): branch for branch in branches}.values())

    def _record(self, depth: int, around: tuple[str, ...]) -> Json:
        head = {"namespace": "", **self._named("record")}
        full = f"{head['namespace']}.{head['name']}".lstrip(".")
        types = [self.schema(depth, (*around, full)) for _ in range(self._draw(st.integers(0, 4)))]
        fields = [
            {"name": f"f{index}", "type": of, **({"default": None} if kind_of(of) == "null" else {})}
            for index, of in enumerate(types)
        ]
        return {**head, "fields": fields}


def kind_of(schema: Json) -> str:
    """Return the identity of a union's branch: a name, or a kind."""
    if isinstance(schema, dict):
        return str(schema.get("name", schema["type"]))
    return schema if isinstance(schema, str) else "union"


NUMBERS = ("int", "long", "float", "double")


@st.composite
def flat_records(draw: st.DrawFn) -> Json:
    """A record of few names and many types: two of them are compatible often enough."""
    fields = []
    for name in draw(st.lists(st.sampled_from("abcd"), unique=True, max_size=3)):
        of: Json = draw(st.sampled_from([*PRIMITIVES, *NUMBERS]))
        match draw(st.integers(0, 6)):
            case 0:
                of = ["null", of] if of != "null" else ["null", "string"]
            case 1:
                symbols = draw(st.lists(st.sampled_from("XYZ"), min_size=1, unique=True))
                of = {"type": "enum", "name": f"E{name}", "symbols": symbols, "default": symbols[0]}
            case 2:
                of = {"type": "array", "items": of}
            case 3:
                of = {"type": "fixed", "name": f"F{name}", "size": draw(st.integers(1, 2))}
            case 4:
                of = ["null", "double", {"type": "map", "values": of}]
        fields.append({"name": name, "type": of, **draw(_defaults(of))})
    return {"type": "record", "name": "R", "fields": fields}


def _defaults(of: Json) -> st.SearchStrategy[dict[str, Json]]:
    if of == "null" or isinstance(of, list):
        return st.just({"default": None})
    return st.just({"default": 1}) if of in NUMBERS else st.just({})


def datum(schema: Json, source: random.Random, depth: int = 0) -> Any:
    """Return a Python value that fastavro can write; deep values use a union's first branches."""
    names: dict[str, Json] = {}
    return _datum(schema, source, names, depth, "")


def _datum(schema: Json, source: random.Random, names: dict[str, Json], depth: int, space: str) -> Any:
    if isinstance(schema, list):
        choice = schema[0] if depth > 4 else source.choice(schema)
        return _datum(choice, source, names, depth + 1, space)
    if isinstance(schema, str) and schema not in PRIMITIVES:
        return _datum(names[schema], source, names, depth + 1, space)
    if isinstance(schema, str):
        return _primitive(schema, source)
    if "name" in schema:
        space = schema.get("namespace", space)
        names[f"{space}.{schema['name']}".lstrip(".")] = schema
    return _complex(schema, source, names, depth + 1, space)


def _complex(schema: Json, source: random.Random, names: dict[str, Json], depth: int, space: str) -> Any:
    several = range(source.randint(0, 2) if depth < 5 else 0)
    match schema["type"]:
        case "record":
            return {each["name"]: _datum(each["type"], source, names, depth, space) for each in schema["fields"]}
        case "array":
            return [_datum(schema["items"], source, names, depth, space) for _ in several]
        case "map":
            return {f"k{index}": _datum(schema["values"], source, names, depth, space) for index in several}
        case "enum":
            return source.choice(schema["symbols"])
    match schema.get("logicalType"):
        case "decimal":
            return Decimal(source.randint(-999_999, 999_999)).scaleb(-schema.get("scale", 0))
        case "uuid":
            return uuid.UUID(int=source.getrandbits(128))
    return source.randbytes(schema["size"]) if schema["type"] == "fixed" else _primitive(schema["type"], source)


def _primitive(kind: str, source: random.Random) -> Any:
    match kind:
        case "null":
            return None
        case "boolean":
            return source.random() < 0.5
        case "int":
            return source.choice([0, -1, 63, 64, 2**31 - 1, -(2**31)])
        case "long":
            return source.choice([0, -1, 63, 64, 2**63 - 1, -(2**63)])
        case "float" | "double":
            return source.choice([0.0, 1.5, -2.25])
        case "bytes":
            # a reader may promote bytes to a string, which must be UTF-8
            return b"abc"[: source.randint(0, 3)]
    return source.choice(["", "abc", "żółć", "x" * 70])
