-- Locks the row of a schema, and those of the schemas that its versions refer to, in the order
-- of all writers.
create or replace function sluicegate.lock_with_references(p_schema_id bigint) returns void language sql as $$
    select sluicegate.lock_schemas(p_schema_id, array(
        select distinct r.schema_id
        from sluicegate.reference r join sluicegate.version v on v.id = r.version_id
        where v.schema_id = p_schema_id
    ))
$$;
