"""The named statements of the files in `sql/queries`."""

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
    """The statements that are run.

    The searches still hold an `{order}`, for the columns to order by.
    """

    registry_id: LiteralString
    version: LiteralString
    latest: LiteralString
    schema: LiteralString
    versions: LiteralString
    hold_settings: LiteralString
    state: LiteralString
    numbered_state: LiteralString
    candidates: LiteralString
    history: LiteralString
    tail: LiteralString
    published: LiteralString
    lock_for_registration: LiteralString
    register_version: LiteralString
    deactivate_schema: LiteralString
    deactivate_version: LiteralString
    ready: LiteralString
    with_terms: LiteralString
    with_name: LiteralString
    readable_schemas: LiteralString
    search: LiteralString
    search_by_version: LiteralString
    resolved: LiteralString
    subject_version: LiteralString
    newest_version: LiteralString
    numbers: LiteralString
    version_with: LiteralString
    identified: LiteralString
    holders: LiteralString
    ids_of_guid: LiteralString
    max_id: LiteralString
    subjects: LiteralString
    readable_subjects: LiteralString
    namesakes: LiteralString
    listed: LiteralString
    referrers: LiteralString
    addresses: LiteralString
    contexts: LiteralString
    scopes: LiteralString
    scoped: LiteralString
    lock_subject: LiteralString
    lock_settings: LiteralString
    delete_versions: LiteralString
    lock_with_references: LiteralString
    set_version_states: LiteralString
    put_setting: LiteralString
    occupied: LiteralString
    clear_deleted: LiteralString
    clear_modes: LiteralString
    record_settings_event: LiteralString
    lock_context: LiteralString
    is_empty_context: LiteralString
    delete_context: LiteralString


def statements(*names: str) -> Mapping[str, LiteralString]:
    """The statements of some files, name -> statement.

    Each `{name}` of an earlier one is replaced by it. The files are part of the program, so their
    text is as good as a literal.
    """
    folder = resources.files(__package__).joinpath("sql", "queries")
    return _parsed("".join(folder.joinpath(f"{name}.sql").read_text(encoding="utf-8") for name in names))


def _parsed(text: LiteralString) -> Mapping[str, LiteralString]:
    _, *parts = _NAME.split(text)
    found: dict[str, LiteralString] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        statement = _COMMENT.sub("", body).strip()
        for earlier, part in found.items():
            statement = statement.replace(f"{{{earlier}}}", part)
        found[name] = statement
    return found


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


_STATEMENTS = statements("schemas", "subjects")

QUERIES = Queries(**{field.name: _STATEMENTS[field.name] for field in fields(Queries)})
REGISTER_VERSION = call("register_version", _STATEMENTS["register_version"])
