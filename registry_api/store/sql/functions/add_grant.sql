-- Gives a role on a resource. A grant that is there already is left as it is.
create or replace function sluicegate.add_grant(
    p_principal text, p_role text, p_context text, p_subject text, p_prefix boolean, p_actor text, p_request_id text
) returns sluicegate.access_grant language plpgsql as $$
declare
    v_grant sluicegate.access_grant;
begin
    insert into sluicegate.access_grant as g (principal, role, context, subject, prefix, created_by)
    values (p_principal, p_role, p_context, p_subject, p_prefix, p_actor)
    on conflict do nothing
    returning g.* into v_grant;
    if v_grant.id is null then
        select g.* into v_grant from sluicegate.access_grant g
        where g.principal = p_principal and g.role = p_role and g.context is not distinct from p_context
            and g.subject is not distinct from p_subject and g.prefix = p_prefix;
        return v_grant;
    end if;
    perform sluicegate.note_change(
        'grant_added', p_context, p_subject, null, sluicegate.shown_grant(v_grant), p_actor, p_request_id);
    perform sluicegate.announce_access();
    return v_grant;
end $$;
