"""A JSON document -> table, with everything that is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.json_tree import pointer
from sluicegate.shared.formats.table.column_object import read_object
from sluicegate.shared.formats.table.column_text import ColumnDraft, read_column
from sluicegate.shared.formats.table.model import Table, TableColumn, TableSchema
from sluicegate.shared.formats.table.payload.checks import check_of
from sluicegate.shared.formats.table.payload.wording import sentence
from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode, shown
from sluicegate.shared.model import Violation

KEYS: Final = ("table", "columns", "primary_key", "unique", "description")

MAX_NAME_LENGTH: Final = 63
"""Bytes of a name in PostgreSQL; longer ones it cuts, and two may become one."""

MAX_COLUMNS: Final = 1600
MAX_KEYS: Final = 200
"""Lists under `unique`. PostgreSQL has no limit, and no table comes near."""

MAX_VIOLATIONS: Final = 100

Key = tuple[str, ...]


def read_table(document: dict[str, object]) -> TableSchema:
    """Parse a document. Never raises: unreadable parts are violations, and left out of the table."""
    return _Reading(document).result()


class _Reading:
    """One document being read."""

    def __init__(self, document: dict[str, object]) -> None:
        self._document = document
        self._violations: list[Violation] = []

    def result(self) -> TableSchema:
        self._check_keys()
        name = self._name()
        drafts = self._drafts()
        primary_key = self._primary_key(drafts)
        unique = self._unique(drafts, primary_key)
        columns = self._columns(drafts, primary_key)
        table = Table(name, MappingProxyType(columns), primary_key, unique)
        return TableSchema(self._document, table, tuple(self._violations[:MAX_VIOLATIONS]))

    def _has_enough(self) -> bool:
        """Return whether there are enough violations: hints are expensive, and faults may be many."""
        return len(self._violations) >= MAX_VIOLATIONS

    def _say(self, path: str, code: TableSchemaCode, message: str) -> None:
        self._violations.append(Violation(path, code, message))

    def _check_keys(self) -> None:
        for key in self._document:
            if key not in KEYS and not self._has_enough():
                self._say(pointer(key), TableSchemaCode.KEY_UNKNOWN, unknown_key(key, KEYS))

    def _name(self) -> str:
        name = self._document.get("table")
        if name is None:
            self._say("", TableSchemaCode.KEY_MISSING, 'The schema does not name its table. Add "table": "..."')
        elif not isinstance(name, str) or not name.strip() or "\0" in name:
            self._say(
                "/table", TableSchemaCode.NAME_INVALID, f"{shown(name)} is no name of a table. Write it as a string"
            )
        return name if isinstance(name, str) else ""

    def _drafts(self) -> dict[str, ColumnDraft]:
        columns = self._document.get("columns")
        if not isinstance(columns, dict) or not columns:
            code = TableSchemaCode.VALUE_INVALID if "columns" in self._document else TableSchemaCode.KEY_MISSING
            self._say(
                "/columns" if code is TableSchemaCode.VALUE_INVALID else "",
                code,
                'The table has no columns. Add "columns": {"id": "integer", ...}',
            )
            return {}
        if len(columns) > MAX_COLUMNS:
            self._say(
                "/columns",
                TableSchemaCode.VALUE_INVALID,
                f"The table has {len(columns)} columns; PostgreSQL takes at most {MAX_COLUMNS}",
            )
            return {}
        drafts = {name: self._draft(name, value) for name, value in columns.items() if not self._has_enough()}
        return {name: draft for name, draft in drafts.items() if draft is not None}

    def _draft(self, name: str, value: object) -> ColumnDraft | None:
        path = pointer("columns", name)
        if not name or "\0" in name or len(name.encode()) > MAX_NAME_LENGTH:
            self._say(
                path,
                TableSchemaCode.NAME_INVALID,
                f"{shown(name)} is no name of a column: it has 1 to {MAX_NAME_LENGTH} bytes",
            )
        return self._tried(path, lambda: _draft(value))

    def _tried(self, path: str, read: Callable[[], ColumnDraft | None]) -> ColumnDraft | None:
        try:
            return read()
        except Flaw as flaw:
            self._say(path, flaw.code, flaw.message)
            return None

    def _primary_key(self, drafts: Mapping[str, ColumnDraft]) -> Key:
        own = tuple(name for name, draft in drafts.items() if draft.primary_key)
        listed = self._key("/primary_key", self._document["primary_key"]) if "primary_key" in self._document else ()
        if own and listed and set(own) != set(listed):
            self._say(
                "/primary_key",
                TableSchemaCode.CONSTRAINT_CONFLICT,
                "The columns say another primary key. Say it in one place",
            )
        if len(own) > 1 and not listed:
            message = f"{len(own)} columns say that they are the primary key. For a key of several columns use the key primary_key"
            self._say(pointer("columns", own[1]), TableSchemaCode.CONSTRAINT_CONFLICT, message)
        return tuple(sorted(listed or own))

    def _unique(self, drafts: Mapping[str, ColumnDraft], primary_key: Key) -> tuple[Key, ...]:
        found: set[Key] = {(name,) for name, draft in drafts.items() if draft.unique}
        listed = self._document.get("unique", [])
        if not isinstance(listed, list):
            self._say(
                "/unique", TableSchemaCode.VALUE_INVALID, 'unique is a list of lists of columns, such as [["email"]]'
            )
            listed = []
        if len(listed) > MAX_KEYS:
            self._say(
                "/unique",
                TableSchemaCode.VALUE_INVALID,
                f"unique has {len(listed)} lists; at most {MAX_KEYS} are allowed",
            )
        found |= {tuple(sorted(self._key(f"/unique/{index}", item))) for index, item in enumerate(listed[:MAX_KEYS])}
        return tuple(sorted(found - {(), primary_key}))

    def _key(self, path: str, value: object) -> Key:
        """The columns of a key that is listed; none when the list is at fault."""
        if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
            self._say(path, TableSchemaCode.VALUE_INVALID, f'{shown(value)} is no list of columns, such as ["id"]')
            return ()
        if len(set(value)) != len(value):
            self._say(path, TableSchemaCode.VALUE_INVALID, f"{shown(value)} holds a column twice. Remove one of them")
        columns = self._document.get("columns")
        known = columns if isinstance(columns, dict) else {}
        for index, name in enumerate(value):
            if name not in known and not self._has_enough():
                self._say(
                    f"{path}/{index}",
                    TableSchemaCode.COLUMN_UNKNOWN,
                    f"The table has no column {shown(name)}. {_nearest(name, known)}".strip(),
                )
        return tuple(dict.fromkeys(name for name in value if name in known))

    def _columns(self, drafts: Mapping[str, ColumnDraft], primary_key: Key) -> dict[str, TableColumn]:
        columns: dict[str, TableColumn] = {}
        for name, draft in drafts.items():
            path = pointer("columns", name)
            try:
                columns[name] = draft.column(name in primary_key)
            except Flaw as flaw:
                self._say(path, flaw.code, flaw.message)
                continue
            self._check_default(path, columns[name])
        return columns

    def _check_default(self, path: str, column: TableColumn) -> None:
        default = column.default
        if default is None or default.expression is not None:
            return
        code = check_of(column.type)(default.value)
        if code is not None:
            message = f"The default does not fit the type: {sentence(column.type, code, default.value)}"
            self._say(path, TableSchemaCode.DEFAULT_INVALID, message)


def unknown_key(key: str, known: Iterable[str]) -> str:
    """Why a key of an object is refused."""
    return f"The key {shown(key)} means nothing here. {_nearest(key, known) or 'Use: ' + ', '.join(known)}"


def _draft(value: object) -> ColumnDraft:
    if isinstance(value, str):
        return read_column(value)
    if isinstance(value, dict):
        return read_object(value)
    raise Flaw(
        TableSchemaCode.VALUE_INVALID,
        f'A column is a SQL type such as "integer", or an object {{"type": ...}}, not {shown(value)}',
    )


def _nearest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name[:MAX_NAME_LENGTH], list(known), n=1)
    return f"Is {shown(near[0])} meant?" if near else ""
