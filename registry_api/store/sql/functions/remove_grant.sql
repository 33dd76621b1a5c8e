-- False: there is no such grant.
create or replace function sluicegate.remove_grant(p_id bigint, p_actor text, p_request_id text) returns boolean language plpgsql as $$
declare
    v_grant sluicegate.access_grant;
begin
    delete from sluicegate.access_grant g where g.id = p_id returning g.* into v_grant;
    if v_grant.id is null then
        return false;
    end if;
    perform sluicegate.note_change(
        'grant_removed', v_grant.context, v_grant.subject, sluicegate.shown_grant(v_grant), null, p_actor, p_request_id);
    perform sluicegate.announce_access();
    return true;
end $$;
