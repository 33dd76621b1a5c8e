"""A table compiled for checking rows."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from sluicegate.shared.formats.effort import Effort, Linear
from sluicegate.shared.formats.engine import Fault, Rejection
from sluicegate.shared.formats.json_tree import nodes, pointer
from sluicegate.shared.formats.public_paths import public_pointer
from sluicegate.shared.formats.table.model import SqlKind, SqlType, Table, TableColumn
from sluicegate.shared.formats.table.payload.checks import check_of
from sluicegate.shared.formats.table.payload.faults import RowCode
from sluicegate.shared.formats.table.payload.loading import FAILURES, PayloadTooComplex, loads
from sluicegate.shared.formats.table.payload.numbers import Check
from sluicegate.shared.formats.table.payload.wording import sentence
from sluicegate.shared.formats.table.refusals import shown
from sluicegate.shared.model import Violation

_ESCAPED_NUL = b"\\u0000"

_SLOW: Final = frozenset({SqlKind.INET, SqlKind.CIDR})
"""Types whose values the standard library reads, slowly."""


class RowValidator:
    """Takes one row: a JSON object with a value for each column.

    Bounded in time by the payload's length.
    """

    __slots__ = ("_checks", "_required", "_table", "accepts")

    accepts: Callable[[bytes], bool]
    """Whether the payload is a row. A closure and not a method: one call less for every message."""

    def __init__(self, table: Table) -> None:
        """Compile."""
        self._table = table
        self._checks = {name: check_of(column.type) for name, column in table.columns.items()}
        self._required = frozenset(name for name, column in table.columns.items() if not column.optional)
        self.accepts = _verdict(table, self._checks, self._required)

    def explain(self, payload: bytes, limit: int = 10) -> Rejection | None:
        """Return the violations of a payload that is not a row of the table; None if it is valid.

        Paths are JSON pointers into the row.
        """
        try:
            row = loads(payload)
        except (PayloadTooComplex, RecursionError) as error:
            return _rejection(Fault.INVALID, RowCode.TOO_COMPLEX, f"The payload is too complex to be checked: {error}")
        except FAILURES as error:
            return _rejection(Fault.MALFORMED, RowCode.JSON_MALFORMED, _malformed(error))
        if not isinstance(row, dict):
            return _rejection(
                Fault.MALFORMED, RowCode.NOT_A_ROW, "A row is a JSON object with a value for each column: {...}"
            )
        found = tuple(islice(self._faults(row, _ESCAPED_NUL in payload), max(limit, 1)))
        return Rejection(Fault.INVALID, found) if found else None

    def public_path(self, path: str) -> str:
        """Return a JSON pointer without names of unknown columns and without indexes."""
        return public_pointer(path, self._table.columns)

    def effort(self) -> Effort:
        """One look at each value, which may be as short as two bytes."""
        slow = any(column.type.kind in _SLOW for column in self._table.columns.values())
        return Effort(verdict=Linear(2_000 if slow else 700, memory=120), reasons=Linear(4_000, memory=200))

    def _faults(self, row: dict[str, object], may_hold_nul: bool) -> Iterator[Violation]:
        for name, value in row.items():
            column = self._table.columns.get(name)
            if column is None:
                yield self._unknown(name)
            else:
                yield from _value_faults(name, column, self._checks[name], value)
        for name in self._table.columns:
            if name in self._required and name not in row:
                message = f"The column {shown(name)} is missing; it is NOT NULL and has no default"
                yield Violation(pointer(name), RowCode.COLUMN_MISSING, message)
        if may_hold_nul:
            yield from _nul_faults(row)

    def _unknown(self, name: str) -> Violation:
        message = (
            f"The table {shown(self._table.name)} has no column {shown(name)}. Its columns: {_listed(self._table)}"
        )
        return Violation(pointer(name), RowCode.COLUMN_UNKNOWN, message)


def _verdict(table: Table, checks: dict[str, Check], required: frozenset[str]) -> Callable[[bytes], bool]:
    not_null = frozenset(name for name, column in table.columns.items() if not column.nullable)

    def accepts(payload: bytes) -> bool:
        try:
            row = loads(payload)
        except FAILURES:
            return False
        if type(row) is not dict or not required <= row.keys():
            return False
        for name, value in row.items():
            if name not in checks or (name in not_null if value is None else checks[name](value) is not None):
                return False
        return _ESCAPED_NUL not in payload or next(_nul_faults(row), None) is None

    return accepts


def _value_faults(name: str, column: TableColumn, check: Check, value: object) -> Iterator[Violation]:
    if value is None:
        if not column.nullable:
            yield Violation(pointer(name), RowCode.NULL, f"The column {shown(name)} is NOT NULL, and the row says null")
        return
    code = check(value)
    if code is not None:
        yield from _located(pointer(name), column.type, code, value)


def _located(path: str, of: SqlType, code: RowCode, value: object) -> Iterator[Violation]:
    """The violation of a value; of an array, those of its elements."""
    if not isinstance(value, list) or not of.is_array or code is RowCode.DIMENSIONS:
        yield Violation(path, code, sentence(of, code, value))
        return
    check = check_of(of.element)
    for place, item in _elements(path, value):
        found = None if item is None else check(item)
        if found is not None:
            yield Violation(place, found, sentence(of.element, found, item))


def _elements(path: str, value: list[object]) -> Iterator[tuple[str, object]]:
    """The elements of an array of few dimensions, each with its place."""
    for index, item in enumerate(value):
        if isinstance(item, list):
            yield from _elements(f"{path}/{index}", item)
        else:
            yield f"{path}/{index}", item


def _nul_faults(row: dict[str, object]) -> Iterator[Violation]:
    """PostgreSQL keeps no character U+0000, in no type."""
    for path, value in nodes(row):
        texts = value if isinstance(value, dict) else (value,)
        if any(isinstance(text, str) and "\0" in text for text in texts):
            yield Violation(
                path, RowCode.NUL_CHARACTER, "The text holds the character U+0000, which PostgreSQL does not store"
            )


def _listed(table: Table) -> str:
    names = [shown(name) for name in table.columns]
    return ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")


def _malformed(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"The payload is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
    return f"The payload is not JSON: {str(error)[:200]}"


def _rejection(fault: Fault, code: RowCode, message: str) -> Rejection:
    return Rejection(fault, (Violation("", code, message),))
