-- The name as SQL reads it, or exactly as it is written.
select c.oid, case when pg_table_is_visible(c.oid) then c.relname else n.nspname || '.' || c.relname end
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.oid = coalesce(to_regclass(%(name)s), to_regclass(quote_ident(%(name)s))) and c.relkind in ('r', 'p', 'v', 'm', 'f')
