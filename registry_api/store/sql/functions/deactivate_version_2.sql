-- Deactivates a version. Outcomes as for deactivate_schema_2.
create or replace function sluicegate.deactivate_version_2(
    p_schema_id bigint, p_number integer, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    perform from sluicegate.schema s where s.id = p_schema_id for no key update;
    referrals := sluicegate.referrals_to(p_schema_id, p_number);
    if referrals is not null then
        outcome := 'referenced';
        return;
    end if;
    update sluicegate.version v set deactivated_at = now()
    where v.schema_id = p_schema_id and v.number = p_number and v.deactivated_at is null;
    if not found then
        outcome := 'gone';
        return;
    end if;
    outcome := 'done';
    update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;
    perform sluicegate.record_event('version_deactivated', p_schema_id, p_number, p_actor, p_request_id);
end $$;
