"""Database tables; the data are rows."""

import json

from hypothesis import strategies as st

from sluicegate.shared.model import SchemaFormat
from tests.properties.language import Language, accepted, json_respelt
from tests.unit.formats.table.strategies import columns, tables, values, written

_PLAIN = ("smallint", "int", "bigint", "numeric", "text", "varchar(3)", "varchar(9)", "boolean", "date", "timestamp")
_FEW = st.tuples(st.sampled_from(_PLAIN), st.sampled_from(["", " not null", " default f()"])).map("".join)
_COLUMNS = st.dictionaries(st.sampled_from("abc"), _FEW | columns(), min_size=1)
_FITTING = st.sampled_from([1, 7, 300, 70_000, True, "a", "abcd", "2026-01-31", "2026-01-31T12:00:00", None])


def _rows(table: dict[str, dict[str, str]]) -> st.SearchStrategy[bytes]:
    cells = {name: _FITTING | values() for name in table["columns"]}
    return st.fixed_dictionaries({}, optional=cells).map(lambda row: written(row).encode())


@st.composite
def _changed(draw: st.DrawFn) -> tuple[object, object]:
    """A table, and the same table with a column changed or added, or one left out."""
    before = draw(_COLUMNS)
    after = before | {draw(st.sampled_from("abcd")): draw(_FEW)}
    if len(after) > 1 and draw(st.booleans()):
        after.pop(draw(st.sampled_from(sorted(after))))
    both = [{"table": "t", "columns": each} for each in (before, after)]
    return (both[0], both[1]) if draw(st.booleans()) else (both[1], both[0])


TABLE = Language(
    schemas=tables(),
    pairs=_changed(),
    text=json.dumps,
    data=_rows,
    reads=accepted(SchemaFormat.TABLE),
    respelt=json_respelt,
)
