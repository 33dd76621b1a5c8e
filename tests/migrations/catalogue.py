"""The tables, indexes, functions and triggers of a database, as Postgres describes them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import LiteralString

import psycopg

README = Path(__file__).parents[2] / "migrations" / "README.md"

# Partitions of months are data: their names depend on the day. `migration` is the runner's own.
_RELATIONS: LiteralString = """
    with relation as (
        select c.oid, c.relname, c.relkind, c.reloptions, c.relpartbound, c.relispartition
        from pg_class c
        where c.relnamespace = 'sluicegate'::regnamespace and c.relkind in ('r', 'p', 'S', 'v', 'm')
            and c.relname !~ '^audit_[0-9]{6}$' and c.relname <> 'migration'
    )
"""
_QUESTIONS: Mapping[str, LiteralString] = {
    "relation": "select relname, concat_ws(' ', relkind, reloptions, pg_get_expr(relpartbound, oid)) from relation",
    "column": """
        select relname || '.' || attname, concat_ws(' ', format_type(atttypid, atttypmod), collname,
            case when attnotnull then 'not null' end, 'identity ' || nullif(attidentity::text, ''), pg_get_expr(adbin, adrelid))
        from relation join pg_attribute on attrelid = relation.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        left join pg_collation on pg_collation.oid = attcollation
        where relkind <> 'S'
    """,
    "constraint": """
        select relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
        from relation join pg_constraint on conrelid = relation.oid
    """,
    "index": "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from relation join pg_index on indrelid = oid",
    "trigger": """
        select tgname, pg_get_triggerdef(pg_trigger.oid)
        from relation join pg_trigger on tgrelid = relation.oid and not tgisinternal
    """,
    "function": """
        select p.oid::regprocedure::text, pg_get_functiondef(p.oid) from pg_proc p join pg_language l on l.oid = p.prolang
        where p.pronamespace = 'sluicegate'::regnamespace and l.lanname in ('sql', 'plpgsql')
    """,
}


def catalogue(url: str) -> Mapping[str, str]:
    """Kind and name of each object -> its definition. The order of columns does not count."""
    found: dict[str, str] = {}
    with psycopg.connect(url) as connection:
        for kind, question in _QUESTIONS.items():
            rows: list[tuple[str, str]] = connection.execute(_RELATIONS + question).fetchall()
            found |= {f"{kind} {name}": definition for name, definition in rows}
    return found


def waiting() -> set[str]:
    """The functions without a caller, which wait for the next release: the list in migrations/README.md."""
    section = README.read_text(encoding="utf-8").partition("## Functions without a caller")[2]
    return set(re.findall(r"`(\w+)`", section.partition("\n\n")[2].partition("\n\n")[2]))
