-- An API key as the audit shows it.
create or replace function sluicegate.shown_key(p_key sluicegate.api_key) returns jsonb language sql immutable as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'key', p_key.id, 'name', p_key.name, 'owner', p_key.owner, 'expires_at', p_key.expires_at, 'revoked_at', p_key.revoked_at,
        'replaces', p_key.replaces))
$$;
