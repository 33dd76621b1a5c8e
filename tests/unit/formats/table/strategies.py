"""Hypothesis strategies of types, tables and rows that fit them."""

import base64
import ipaddress
import json
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
LABELS = ("a", "b", "long label", "it's")
SIZES = st.integers(1, 6)
CLOCK = st.integers(0, 6)
PLAIN = (
    "smallint", "int", "bigint", "real", "double precision", "text", "bytea", "boolean", "date", "interval", "uuid",
    "json", "jsonb", "inet", "cidr", "macaddr", "macaddr8", "varchar", "varbit",
)  # fmt: skip


def _numerics() -> st.SearchStrategy[str]:
    sized = st.tuples(st.integers(1, 12), st.integers(-3, 12)).map(lambda both: "numeric({}, {})".format(*both))
    return st.just("numeric") | sized


def types() -> st.SearchStrategy[str]:
    """A type's text."""
    plain = st.sampled_from(PLAIN)
    sized = st.tuples(st.sampled_from(("char", "varchar", "bit", "varbit")), SIZES).map(
        lambda both: "{}({})".format(*both)
    )
    clocks = st.tuples(st.sampled_from(("time", "timetz", "timestamp", "timestamptz", "interval")), CLOCK)
    enums = st.lists(st.sampled_from(LABELS), min_size=1, unique=True).map(
        lambda labels: "enum({})".format(", ".join("'{}'".format(each.replace("'", "''")) for each in labels))
    )
    scalars = plain | sized | clocks.map(lambda both: "{}({})".format(*both)) | enums | _numerics()
    return scalars | scalars.map(lambda of: f"{of}[]")


def columns() -> st.SearchStrategy[Any]:
    """A column: with and without NOT NULL and a default."""
    return st.tuples(types(), st.sampled_from(["", " not null", " default f()", " not null default f()"])).map("".join)


def tables() -> st.SearchStrategy[dict[str, Any]]:
    """A document of a few columns, with names that two of them share often."""
    return st.dictionaries(st.sampled_from("abc"), columns(), min_size=1).map(
        lambda each: {"table": "t", "columns": each}
    )


_FRACTIONS = st.sampled_from(["", ".5", ".123", ".123456", ".500000"])
_OFFSETS = st.sampled_from(["", "Z", "+02", "-05:30", "+0200"])
_TIMES = st.builds(lambda at, fraction: at.strftime("%H:%M:%S") + fraction, st.times(), _FRACTIONS)
_DATES = st.dates(min_value=date(1000, 1, 1)).map(date.isoformat)
_SCALARS = st.one_of(
    st.integers(-(2**15) - 2, 2**15 + 2),
    st.integers(-(2**64), 2**64),
    st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False).filter(lambda each: abs(each.adjusted()) < 500),
    st.booleans(),
    TEXT,
    st.sampled_from(LABELS),
    st.sampled_from(
        ["NaN", "Infinity", "-Infinity", "infinity", "1.50", "12", "", "0101", "1", "P1D", "1 day 02:03:04", "{}"]
    ),
    st.binary(max_size=4).map(lambda each: base64.b64encode(each).decode()),
    st.binary(max_size=4).map(lambda each: "\\x" + each.hex()),
    st.uuids().map(str),
    st.ip_addresses().map(str),
    st.ip_addresses().map(lambda each: str(ipaddress.ip_network(each))),
    st.sampled_from(["08:00:2b:01:02:03", "08:00:2b:01:02:03:04:05"]),
    _DATES,
    st.tuples(_TIMES, _OFFSETS).map("".join),
    st.tuples(_DATES, st.sampled_from("T "), _TIMES, _OFFSETS).map("".join),
)


def values() -> st.SearchStrategy[Any]:
    """A JSON value of the kind that columns hold."""
    return (
        st.none() | _SCALARS | st.lists(st.none() | _SCALARS, max_size=3) | st.dictionaries(TEXT, _SCALARS, max_size=2)
    )


def written(value: Any) -> str:
    """A value as JSON, with decimals exactly."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)
