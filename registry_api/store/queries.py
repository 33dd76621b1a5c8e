"""The named statements of `queries.sql`."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib import resources
from typing import LiteralString

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_PARAMETER = re.compile(r"%\((\w+)\)s")
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Queries:
    """The statements that are run. The searches hold an `{order}` yet, for the columns to order by."""

    registry_id: LiteralString
    version: LiteralString
    latest: LiteralString
    history: LiteralString
    schema: LiteralString
    versions: LiteralString
    hold_settings: LiteralString
    lock_schemas: LiteralString
    add_version: LiteralString
    deactivate_schema: LiteralString
    deactivate_version: LiteralString
    ready: LiteralString
    with_terms: LiteralString
    with_name: LiteralString
    search: LiteralString
    search_by_version: LiteralString


def parse_statements(text: LiteralString) -> Mapping[str, LiteralString]:
    """Name -> statement, with each `{name}` of an earlier one replaced by it."""
    _, *parts = _NAME.split(text)
    statements: dict[str, LiteralString] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        statement = _COMMENT.sub("", body).strip()
        for earlier, part in statements.items():
            statement = statement.replace(f"{{{earlier}}}", part)
        statements[name] = statement
    return statements


@dataclass(frozen=True, slots=True)
class Call:
    """A statement as libpq takes it: `$1` for the first of the named parameters, and so on."""

    name: bytes
    statement: bytes
    parameters: tuple[str, ...]


def call(name: str, statement: str) -> Call:
    """A statement with `%(name)s` for each parameter, none of them twice."""
    parameters = tuple(_PARAMETER.findall(statement))
    places = itertools.count(1)
    numbered = _PARAMETER.sub(lambda _: f"${next(places)}", statement)
    return Call(name.encode(), numbered.encode(), parameters)


# The file is part of the program, so its text is as good as a literal.
_STATEMENTS = parse_statements(resources.files(__package__).joinpath("queries.sql").read_text(encoding="utf-8"))

QUERIES = Queries(**{field.name: _STATEMENTS[field.name] for field in fields(Queries)})
CREATE_SCHEMA = call("create_schema", _STATEMENTS["create_schema"])
