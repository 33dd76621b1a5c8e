-- A domain is shown as the type below it, through any number of domains; what `row_to_json` writes as an object is shown as jsonb.
with recursive base (number, type, modifier, not_null) as (
    select a.attnum, a.atttypid, a.atttypmod, a.attnotnull
    from pg_attribute a
    where a.attrelid = %(table)s and a.attnum > 0 and not a.attisdropped
    union all
    select b.number, t.typbasetype, t.typtypmod, b.not_null or t.typnotnull
    from base b join pg_type t on t.oid = b.type
    where t.typtype = 'd'
)
select a.attname,
    case
        when e.typtype = 'c' or exists (
            select from pg_cast k where k.castsource = e.oid and k.casttarget = 'json'::regtype and k.castfunc <> 0
        ) then case when e.oid = t.oid then 'jsonb' else 'jsonb[]' end
        when e.oid <> t.oid and e.typtype = 'd' then format_type(e.typbasetype, e.typtypmod) || '[]'
        else format_type(b.type, b.modifier)
    end,
    not b.not_null, pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '' or a.attgenerated <> '',
    array(select l.enumlabel::text from pg_enum l where l.enumtypid = e.oid order by l.enumsortorder)
from pg_attribute a
join base b on b.number = a.attnum
join pg_type t on t.oid = b.type and t.typtype <> 'd'
join pg_type e on e.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attrelid = %(table)s
order by a.attnum
