-- A grant as the audit shows it.
create or replace function sluicegate.shown_grant(p_grant sluicegate.access_grant) returns jsonb language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'grant', p_grant.id, 'principal', p_grant.principal, 'role', p_grant.role, 'context', p_grant.context,
        case when p_grant.prefix then 'prefix' else 'name' end, p_grant.subject))
$$;
