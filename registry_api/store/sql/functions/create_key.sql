-- Keeps an API key. `created_at` is null if there is a key of this id.
create or replace function sluicegate.create_key(
    p_id text, p_name text, p_owner text, p_digest bytea, p_hashing text, p_expires_at timestamptz, p_actor text, p_request_id text,
    out created_at timestamptz
) language plpgsql as $$
declare
    v_key sluicegate.api_key;
begin
    insert into sluicegate.api_key as k (id, name, owner, digest, hashing, expires_at, created_by)
    values (p_id, p_name, p_owner, p_digest, p_hashing, p_expires_at, p_actor)
    on conflict do nothing
    returning k.* into v_key;
    if v_key.id is not null then
        created_at := v_key.created_at;
        perform sluicegate.note_change('key_created', null, null, null, sluicegate.shown_key(v_key), p_actor, p_request_id);
        perform sluicegate.announce_access();
    end if;
end $$;
