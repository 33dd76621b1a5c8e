"""Compatible means: rows of the writer's schema never break the reader's."""

from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sluicegate.shared.formats.csv_schema.model import CsvSchema
from tests.unit.formats.csv_schema.builders import ENGINE, payload, schema
from tests.unit.formats.csv_schema.strategies import CELLS, DEFINITIONS, PAIRS, ROWS, STEADY, relatives

pytestmark = pytest.mark.slow

ALL_ROWS = tuple(product(CELLS, CELLS))


def counter_example(writer: CsvSchema, reader: CsvSchema, tables: list[list[tuple[str, str]]]) -> bytes | None:
    """A payload that passes the writer's schema and not the reader's."""
    old, new = ENGINE.compile(writer), ENGINE.compile(reader)
    for rows in tables:
        message = payload([("a", "b"), *rows] if not writer.no_header else rows)
        if old.accepts(message) and not new.accepts(message):
            return message
    return None


def check(writer: CsvSchema, reader: CsvSchema, tables: list[list[tuple[str, str]]]) -> None:
    assume(not ENGINE.violations(writer) and not ENGINE.violations(reader))
    if ENGINE.compare(reader, writer) == ():
        assert counter_example(writer, reader, tables + [[row] for row in ALL_ROWS]) is None


@given(PAIRS, st.lists(ROWS, max_size=20))
@settings(STEADY, max_examples=250)
def test_columns(pair: tuple[str, str], tables: list[list[tuple[str, str]]]) -> None:
    writer, reader = (schema(f"a: {definition}", "b:") for definition in pair)
    check(writer, reader, tables)


TWO_ROWS = [[(first, "x"), (second, "y")] for first, second in product(CELLS, CELLS)]


@given(relatives())
@settings(STEADY, max_examples=300)
def test_single_rules(pair: tuple[str, str]) -> None:
    writer, reader = (schema(f"a: {definition}", "b:") for definition in pair)
    check(writer, reader, [*TWO_ROWS, [("a", "a"), ("b", "a")], [("a", "a"), ("a", "b")]])


@given(
    PAIRS,
    DEFINITIONS,
    st.sampled_from([(), ("@permitEmpty",), ("@noHeader",), ("@quoted", "@totalColumns 2")]),
    st.lists(ROWS),
)
@settings(STEADY, max_examples=60)
def test_directives_and_a_second_column(
    pair: tuple[str, str], second: str, prolog: tuple[str, ...], tables: list[list[tuple[str, str]]]
) -> None:
    writer = schema(*prolog, f"a: {pair[0]}", f"b: {second}")
    for directives in ((), prolog, ("@ignoreColumnNameCase",)):
        check(writer, schema(*directives, f"a: {pair[1]}", f"b: {second}"), tables)


@given(DEFINITIONS, DEFINITIONS)
@settings(STEADY, max_examples=60)
def test_a_schema_is_compatible_with_itself_however_it_is_spelled(first: str, second: str) -> None:
    one = schema(f"a: {first}", f"b: {second}")
    other = schema("// again", f'"a" :  {first} // here', "", f"b: {second}")
    assert ENGINE.compare(one, other) == ()
