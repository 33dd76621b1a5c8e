-- The event of a change of settings. It is of no schema: 0.
create or replace function sluicegate.record_settings(
    p_kind text, p_payload jsonb, p_actor text, p_request_id text
) returns void language plpgsql as $$
begin
    insert into sluicegate.event (kind, schema_id, actor, request_id, payload) values (p_kind, 0, p_actor, p_request_id, p_payload);
    perform pg_notify('sluicegate_change', '0');
end $$;
