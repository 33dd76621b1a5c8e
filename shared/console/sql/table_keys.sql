select c.contype::text,
    array(select a.attname::text from unnest(c.conkey) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.number order by k.place),
    coalesce(c.confrelid::regclass::text, ''),
    array(select a.attname::text from unnest(c.confkey) with ordinality k (number, place)
        join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.number order by k.place)
from pg_constraint c
where c.conrelid = %(table)s and c.contype in ('p', 'u', 'f')
order by c.contype, c.conkey
