-- Puts a new key in the place of another one, which stays valid until p_until. The new key has
-- the same name, owner and grants. `created_at` is null if there is no such key.
create or replace function sluicegate.rotate_key(
    p_old text, p_until timestamptz, p_id text, p_digest bytea, p_hashing text, p_expires_at timestamptz, p_actor text, p_request_id text,
    out created_at timestamptz
) language plpgsql as $$
declare
    v_old sluicegate.api_key;
    v_new sluicegate.api_key;
    v_end sluicegate.api_key;
begin
    select k.* into v_old from sluicegate.api_key k
    where k.id = p_old and k.revoked_at is null and (k.expires_at is null or k.expires_at > now()) for update;
    if not found then
        return;
    end if;
    insert into sluicegate.api_key as k (id, name, owner, digest, hashing, expires_at, created_by, replaces)
    values (p_id, v_old.name, v_old.owner, p_digest, p_hashing, p_expires_at, p_actor, p_old)
    returning k.* into v_new;
    insert into sluicegate.access_grant (principal, role, context, subject, prefix, created_by)
    select 'key:' || p_id, g.role, g.context, g.subject, g.prefix, p_actor
    from sluicegate.access_grant g where g.principal = 'key:' || p_old;
    update sluicegate.api_key k set expires_at = least(k.expires_at, p_until) where k.id = p_old returning k.* into v_end;
    created_at := v_new.created_at;
    perform sluicegate.note_change(
        'key_rotated', null, null, sluicegate.shown_key(v_old),
        jsonb_build_object('old', sluicegate.shown_key(v_end), 'new', sluicegate.shown_key(v_new)), p_actor, p_request_id);
    perform sluicegate.announce_access();
end $$;
