-- As deactivate_schema_2. The outcome may also be forbidden.
create or replace function sluicegate.deactivate_schema_3(
    p_schema_id bigint, p_actor text, p_request_id text, out outcome text, out referrals json
) language plpgsql as $$
begin
    perform sluicegate.hold_settings();
    outcome := sluicegate.deactivation_obstacle(p_schema_id);
    if outcome = '' then
        select d.outcome, d.referrals into outcome, referrals
        from sluicegate.deactivate_schema_2(p_schema_id, p_actor, p_request_id) d;
    end if;
end $$;
