"""Functions that no program calls any more are on the list of those that wait for their removal."""

import re
from importlib import resources
from importlib.resources.abc import Traversable

import psycopg

from tests.migrations.catalogue import waiting

_CALLED = re.compile(r"sluicegate\.(\w+)\s*\(")
_FUNCTIONS = (  # without those of extensions
    "select p.proname, p.prosrc from pg_proc p join pg_language l on l.oid = p.prolang "
    "where p.pronamespace = 'sluicegate'::regnamespace and l.lanname in ('sql', 'plpgsql')"
)
_TRIGGERS = (
    "select distinct p.proname from pg_trigger t join pg_proc p on p.oid = t.tgfoid "
    "where p.pronamespace = 'sluicegate'::regnamespace"
)


def sources(folder: Traversable) -> list[str]:
    """The texts of all Python and SQL files of a package, without the definitions of functions."""
    found = []
    for each in folder.iterdir():
        if each.is_dir() and each.name == "functions":
            continue
        if each.is_dir():
            found += sources(each)
        elif each.name.endswith((".py", ".sql")):
            found.append(each.read_text(encoding="utf-8"))
    return found


def test_functions_without_a_caller_wait_for_the_next_release(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        bodies: dict[str, str] = dict(connection.execute(_FUNCTIONS).fetchall())
        used = {name for (name,) in connection.execute(_TRIGGERS)}
    for text in sources(resources.files("sluicegate.registry_api")):
        used |= set(_CALLED.findall(text))
    seen: set[str] = set()
    while used - seen:
        name = (used - seen).pop()
        seen.add(name)
        used |= set(_CALLED.findall(bodies.get(name, "")))
    assert waiting() == bodies.keys() - seen
