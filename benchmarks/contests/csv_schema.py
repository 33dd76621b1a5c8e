"""CSV: people, one row or many.

No other program in Python reads the National Archives' schema language, so there is no peer.
"""

import csv
import io

from benchmarks.contest import Contest, Payloads
from sluicegate.shared.model import SchemaFormat

SCHEMA = """version 1.2
@totalColumns 6
id: positiveInteger
name: notEmpty length(1, 80)
email: regex("[^@ ]+@[^@ ]+") @optional
age: range(0, 150)
state: is("new") or is("active") or is("gone")
since: xDate
"""
HEADER = "id,name,email,age,state,since\r\n"


def _payloads(rows: int) -> Payloads:
    good, bad = ((HEADER + "".join(_row(n, rows, last) for n in range(rows))).encode() for last in ("36", "-1"))
    return Payloads(good, bad)


def _row(number: int, rows: int, last: str) -> str:
    age = last if number == rows - 1 else str(number % 90)
    return f'{number + 1},"Lovelace, Ada {number:04}",ada.{number:04}@example.com,{age},active,2026-01-31\r\n'


def _bare(payload: bytes) -> object:
    return list(csv.reader(io.StringIO(payload.decode(), newline=""), strict=True))


CONTEST = Contest(
    format=SchemaFormat.CSV,
    schema=SCHEMA,
    payloads={"one row": _payloads(1), "20 KB": _payloads(290)},
    bare_name="csv.reader",
    bare=_bare,
    peer=None,
)
