"""A column as SQL writes it: a type, then constraints in any order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sluicegate.shared.formats.table.defaults import default_of
from sluicegate.shared.formats.table.model import GENERATED, ColumnDefault, ForeignKey, SqlType, TableColumn
from sluicegate.shared.formats.table.refusals import Flaw, TableSchemaCode, shown
from sluicegate.shared.formats.table.tokens import Pieces
from sluicegate.shared.formats.table.type_text import read_type

_BEGINNINGS: Final = frozenset({
    "not", "null", "default", "primary", "unique", "references", "check", "constraint", "generated", "auto_increment",
    "autoincrement", "collate", "comment", "on",
})  # fmt: skip


@dataclass(slots=True)
class ColumnDraft:
    """A column under construction. None: nothing was said."""

    type: SqlType
    nullable: bool | None = None
    default: ColumnDefault | None = None
    references: ForeignKey | None = None
    primary_key: bool = False
    unique: bool = False

    def allow_null(self, allowed: bool) -> None:
        """Say whether the column may be null. Raises `Flaw` when the opposite was said."""
        if self.nullable is (not allowed):
            raise Flaw(
                TableSchemaCode.CONSTRAINT_CONFLICT,
                "The column is said to be nullable and not to be. Keep one of the two",
            )
        self.nullable = allowed

    def give(self, default: ColumnDefault | None) -> None:
        """Set the default. Raises `Flaw` when there is one."""
        if self.default is not None and default is not None:
            raise Flaw(
                TableSchemaCode.CONSTRAINT_CONFLICT,
                "The column has two defaults, or one and is generated. Keep one of them",
            )
        self.default = default or self.default

    def column(self, in_primary_key: bool) -> TableColumn:
        """The column. Raises `Flaw` for a nullable column of the primary key."""
        if in_primary_key:
            if self.nullable:
                raise Flaw(
                    TableSchemaCode.CONSTRAINT_CONFLICT,
                    "A column of the primary key is not nullable. Remove NULL, or the key",
                )
            self.nullable = False
        return TableColumn(self.type, self.nullable is not False, self.default, self.references)


def read_column(text: str) -> ColumnDraft:
    """A column from its SQL text, such as `varchar(255) not null default 'x'`. Raises `Flaw`."""
    pieces = Pieces(text)
    if pieces.is_empty():
        raise Flaw(TableSchemaCode.COLUMN_MALFORMED, "The column has no type. Write one, such as integer or text")
    of, counted = read_type(pieces)
    draft = ColumnDraft(of)
    if counted:
        draft.allow_null(False)
        draft.give(GENERATED)
    while not pieces.is_empty():
        _constraint(pieces, draft)
    return draft


def read_only_type(text: str) -> SqlType:
    """A type with nothing behind it. Raises `Flaw`."""
    pieces = Pieces(text)
    if pieces.is_empty():
        raise Flaw(TableSchemaCode.COLUMN_MALFORMED, "The type is empty. Write one, such as integer or text")
    of, counted = read_type(pieces)
    if counted:
        raise Flaw(
            TableSchemaCode.TYPE_UNKNOWN, f"{text.strip()} is {of} with a default. Write {of}, and generated: true"
        )
    if not pieces.is_empty():
        raise Flaw(
            TableSchemaCode.COLUMN_MALFORMED,
            f"{shown(pieces.next().text)} is no part of a type. Use the keys nullable, default, primary_key, unique, references",
        )
    return of


def _constraint(pieces: Pieces, draft: ColumnDraft) -> None:
    read = _CONSTRAINTS.get(pieces.key())
    if read is None:
        word = shown(pieces.next().text)
        raise Flaw(
            TableSchemaCode.COLUMN_MALFORMED,
            f"{word} begins no constraint. Use NOT NULL, NULL, DEFAULT, PRIMARY KEY, UNIQUE, REFERENCES or GENERATED",
        )
    read(pieces, draft)


def _not_null(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("not", "null")
    draft.allow_null(False)


def _null(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("null")
    draft.allow_null(True)


def _default(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("default")
    taken = pieces.until(_BEGINNINGS)  # the first token always belongs to it: DEFAULT NULL
    draft.give(default_of(draft.type, taken, pieces.between(taken)))


def _primary_key(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("primary", "key")
    draft.primary_key = True


def _unique(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("unique")
    pieces.take("key")
    draft.unique = True


def _references(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("references")
    table = pieces.name()
    while pieces.take("."):
        table = f"{table}.{pieces.name()}"
    column = None
    if pieces.take("("):
        column = pieces.name()
        pieces.expect(")")
    draft.references = ForeignKey(table, column)
    # actions on referenced rows change no row of this table
    while pieces.key() == "on" and pieces.key(1) in ("delete", "update"):
        pieces.take("on", pieces.key(1))
        _action(pieces)


def _action(pieces: Pieces) -> None:
    actions = (("cascade",), ("restrict",), ("no", "action"), ("set", "null"), ("set", "default"))
    if not any(pieces.take(*words) for words in actions):
        raise Flaw(
            TableSchemaCode.COLUMN_MALFORMED,
            "Behind ON DELETE or ON UPDATE stands CASCADE, RESTRICT, NO ACTION, SET NULL or SET DEFAULT",
        )


def _generated(pieces: Pieces, draft: ColumnDraft) -> None:
    pieces.expect("generated")
    if not pieces.take("always"):
        pieces.expect("by", "default")
    pieces.expect("as")
    if pieces.take("identity"):
        draft.allow_null(False)
    if pieces.key() == "(":
        pieces.until(_BEGINNINGS | {"stored", "virtual"})
        _ = pieces.take("stored") or pieces.take("virtual")
    draft.give(GENERATED)


def _counted(pieces: Pieces, draft: ColumnDraft) -> None:
    """MySQL's word for an identity column."""
    pieces.next()
    draft.give(GENERATED)


def _named(pieces: Pieces, _: ColumnDraft) -> None:
    pieces.expect("constraint")
    pieces.name()


def _check(_: Pieces, __: ColumnDraft) -> None:
    raise Flaw(
        TableSchemaCode.CONSTRAINT_UNSUPPORTED,
        "CHECK is not supported: its expression could not be kept to. Leave it out; only the type and the keys are checked",
    )


def _remark(pieces: Pieces, _: ColumnDraft) -> None:
    """COLLATE and MySQL's COMMENT: they change no value."""
    pieces.next()
    pieces.next()
    while pieces.take("."):
        pieces.name()


def _on_update(pieces: Pieces, _: ColumnDraft) -> None:
    """Skip MySQL's ON UPDATE CURRENT_TIMESTAMP: updates change no row that the worker sees."""
    pieces.expect("on", "update")
    pieces.until(_BEGINNINGS)


_CONSTRAINTS: Mapping[str, Callable[[Pieces, ColumnDraft], None]] = MappingProxyType(
    {
        "not": _not_null,
        "null": _null,
        "default": _default,
        "primary": _primary_key,
        "unique": _unique,
        "references": _references,
        "generated": _generated,
        "auto_increment": _counted,
        "autoincrement": _counted,
        "constraint": _named,
        "check": _check,
        "collate": _remark,
        "comment": _remark,
        "on": _on_update,
    }
)
