-- Records a change, and wakes the registries that may keep the schema. None can keep a schema
-- that was not there: a new one wakes none.
create or replace function sluicegate.record_event(
    p_kind text, p_schema_id bigint, p_version integer, p_actor text, p_request_id text
) returns void language plpgsql as $$
begin
    insert into sluicegate.event (kind, schema_id, version, actor, request_id)
    values (p_kind, p_schema_id, p_version, p_actor, p_request_id);
    if p_kind <> 'schema_created' then
        perform pg_notify('sluicegate_change', p_schema_id::text);
    end if;
end $$;
