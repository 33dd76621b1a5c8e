-- The active versions that refer to active versions of a schema, or to one of them, at most a
-- hundred, as JSON: [schema, number, name, referenced number], ... Null: there is none.
create or replace function sluicegate.referrals_to(p_schema_id bigint, p_number integer) returns json language sql as $$
    select json_agg(json_build_array(found.schema_id, found.number, found.name, found.referenced)
                    order by found.schema_id, found.number, found.name)
    from (
        select v.schema_id, v.number, r.name, r.number as referenced
        from sluicegate.reference r
        join sluicegate.version v on v.id = r.version_id and v.deactivated_at is null
        where r.schema_id = p_schema_id and (p_number is null or r.number = p_number)
        order by v.schema_id, v.number, r.name
        limit 100
    ) found
$$;
