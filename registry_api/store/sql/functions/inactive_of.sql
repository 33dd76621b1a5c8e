-- The first of some versions that is not there or not active. No row: all are.
create or replace function sluicegate.inactive_of(p_schema_ids bigint[], p_numbers integer[])
returns table (schema_id bigint, number integer) language sql as $$
    select wanted.schema_id, wanted.number
    from unnest(p_schema_ids, p_numbers) with ordinality as wanted (schema_id, number, place)
    where not exists (
        select from sluicegate.version v
        where v.schema_id = wanted.schema_id and v.number = wanted.number and v.deactivated_at is null
    )
    order by wanted.place
    limit 1
$$;
