"""Properties of all tables and rows."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.shared.errors import SchemaSyntaxError
from sluicegate.shared.formats.engine import SchemaSource
from tests.unit.formats.table.builders import ENGINE, parsed
from tests.unit.formats.table.samples import is_counted
from tests.unit.formats.table.strategies import columns, tables, types, values, written

pytestmark = pytest.mark.slow

STEADY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=300)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str, Any]:
    """A reader's and a writer's column, and a value."""
    return draw(columns()), draw(columns()), draw(values())


@STEADY
@given(pairs())
def test_what_is_compatible_takes_every_row_of_the_writer(drawn: tuple[str, str, Any]) -> None:
    reader, writer = (parsed({"table": "t", "columns": {"a": text}}) for text in drawn[:2])
    row = f'{{"a":{written(drawn[2])}}}'.encode()
    if (
        is_counted(*drawn[:2], written(drawn[2]))
        and ENGINE.compile(writer).accepts(row)
        and not ENGINE.compare(reader, writer)
    ):
        assert ENGINE.compile(reader).explain(row) is None


@STEADY
@given(tables(), tables(), st.data())
def test_rows_that_leave_columns_out_fit_a_compatible_reader(reader: Any, writer: Any, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from("abc"), unique=True))
    cells = {name: data.draw(values()) for name in names}
    row = "{" + ",".join(f'"{name}":{written(value)}' for name, value in cells.items()) + "}"
    counted = all(is_counted(reader, writer, written(value)) for value in cells.values())
    fits = counted and ENGINE.compile(parsed(writer)).accepts(row.encode())
    if fits and not ENGINE.compare(parsed(reader), parsed(writer)):
        assert ENGINE.compile(parsed(reader)).explain(row.encode()) is None


@STEADY
@given(columns(), values())
def test_verdict_and_explanation_agree(column: str, value: Any) -> None:
    validator = ENGINE.compile(parsed({"table": "t", "columns": {"a": column}}))
    payload = f'{{"a":{written(value)}}}'.encode()
    assert validator.accepts(payload) is (validator.explain(payload) is None)


@given(st.binary(max_size=40) | st.text(alphabet='{}[]":,a0e-1.9\\u', max_size=40).map(str.encode))
def test_any_bytes_get_a_verdict(payload: bytes) -> None:
    validator = ENGINE.compile(parsed({"table": "t", "columns": {"a": "numeric(5, 2)[]"}}))
    assert validator.accepts(payload) is (validator.explain(payload) is None)


@STEADY
@given(tables())
def test_canonical_text_is_stable_and_the_same_table(document: Any) -> None:
    schema = parsed(document)
    assert schema.violations == ()
    again = parsed(ENGINE.canonical(schema))
    assert ENGINE.canonical(again) == ENGINE.canonical(schema)
    assert again.table == schema.table
    assert ENGINE.compare(again, schema) == ENGINE.compare(schema, again) == ()


@given(types(), st.sampled_from([str.upper, str.lower, lambda text: f"  {text}  "]))
def test_case_and_spaces_around_do_not_count(text: str, change: Any) -> None:
    if "enum" not in text:
        one, other = (parsed({"table": "t", "columns": {"a": each}}) for each in (text, change(text)))
        assert ENGINE.canonical(one) == ENGINE.canonical(other)


KEYS = st.sampled_from(["table", "columns", "primary_key", "unique", "type", "default", "a", "references", "nullable"])
DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | columns()
    | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
)


@STEADY
@given(st.dictionaries(KEYS, DOCUMENTS))
def test_any_json_object_has_a_stable_canonical_text_or_is_refused(document: Any) -> None:
    try:
        schema = ENGINE.parse(SchemaSource(written(document)))
    except SchemaSyntaxError:
        return
    ENGINE.attributes(schema)
    text = ENGINE.canonical(schema)
    assert ENGINE.canonical(parsed(text)) == text


@given(st.text(max_size=60) | st.text(alphabet="int(1,2)'\" notuldefa-;", max_size=30))
def test_any_text_of_a_column_is_read_or_refused(text: str) -> None:
    try:
        schema = parsed({"table": "t", "columns": {"a": text}})
    except SchemaSyntaxError:  # half a surrogate
        return
    assert schema.violations or schema.table.columns
