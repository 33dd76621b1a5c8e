"""Input of the properties for a format: small schemas, pairs of them, and data."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from sluicegate.shared.formats import catalog
from sluicegate.shared.formats.engine import PayloadValidator, SchemaSource
from sluicegate.shared.model import SchemaFormat

Json = Any
Value = Any
"""A schema as its language's strategies make it; `text` writes it."""


@dataclass(frozen=True, slots=True)
class Language:
    """One format.

    `pairs` are a reader and a writer, compatible often enough. `data` are payloads, many of which
    fit the schema. `reads` says whether a payload that fits the writer's text (second) is read with
    the reader's (first). `respelt` writes a text in another way.
    """

    schemas: st.SearchStrategy[Value]
    pairs: st.SearchStrategy[tuple[Value, Value]]
    text: Callable[[Value], str]
    data: Callable[[Value], st.SearchStrategy[bytes]]
    reads: Callable[[str, str, bytes], bool]
    respelt: Callable[[str, random.Random], str]


@lru_cache(maxsize=64)
def validator(schema_format: SchemaFormat, text: str) -> PayloadValidator:
    """The validator of a text."""
    engine = catalog.engine(schema_format)
    return engine.compile(engine.parse(SchemaSource(text)))


def accepted(schema_format: SchemaFormat) -> Callable[[str, str, bytes], bool]:
    """Return `reads` of formats whose readers need their own schema only.

    The payload must fit the reader's schema, too.
    """
    return lambda reader, _, payload: validator(schema_format, reader).explain(payload) is None


def json_respelt(text: str, source: random.Random) -> str:
    """JSON with its members in another order and with spaces."""
    return json.dumps(_shuffled(json.loads(text), source), indent=source.choice([None, 1, 3]), ensure_ascii=True)


def _shuffled(value: Json, source: random.Random) -> Json:
    if isinstance(value, list):
        return [_shuffled(each, source) for each in value]
    if isinstance(value, Mapping):
        names = sorted(value)
        source.shuffle(names)
        return {name: _shuffled(value[name], source) for name in names}
    return value


@st.composite
def with_one_changed(draw: st.DrawFn, lists: st.SearchStrategy[list[Any]], parts: st.SearchStrategy[Any]) -> Value:
    """Two lists: the second is the first with one part replaced, left out, or added at the end."""
    before = draw(lists)
    after = list(before)
    place = draw(st.integers(0, len(after)))
    after[place : place + 1] = draw(st.lists(parts, max_size=1))
    return (after, before) if draw(st.booleans()) else (before, after)
