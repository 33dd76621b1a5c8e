-- False: there is no such key, or it was revoked before.
create or replace function sluicegate.revoke_key(p_id text, p_actor text, p_request_id text) returns boolean language plpgsql as $$
declare
    v_old sluicegate.api_key;
    v_new sluicegate.api_key;
begin
    select k.* into v_old from sluicegate.api_key k where k.id = p_id and k.revoked_at is null for update;
    if not found then
        return false;
    end if;
    update sluicegate.api_key k set revoked_at = now() where k.id = p_id returning k.* into v_new;
    perform sluicegate.note_change(
        'key_revoked', null, null, sluicegate.shown_key(v_old), sluicegate.shown_key(v_new), p_actor, p_request_id);
    perform sluicegate.announce_access();
    return true;
end $$;
