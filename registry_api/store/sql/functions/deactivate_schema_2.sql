-- Deactivates all versions of a schema. The outcome is done, gone, or referenced: then
-- `referrals` has the versions that refer to it. A refusal changes nothing: a new revision
-- without an event would be a change without an audit row.
create or replace function sluicegate.deactivate_schema_2(
    p_schema_id bigint, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
    referrals := sluicegate.referrals_to(p_schema_id, null);
    if referrals is not null then
        outcome := 'referenced';
        return;
    end if;
    update sluicegate.version v set deactivated_at = now() where v.schema_id = p_schema_id and v.deactivated_at is null;
    if not found then
        outcome := 'gone';
        return;
    end if;
    outcome := 'done';
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;
    perform sluicegate.record_event('schema_deactivated', p_schema_id, null, p_actor, p_request_id);
end $$;
