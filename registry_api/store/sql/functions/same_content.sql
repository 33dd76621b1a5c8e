-- The row of a content: by its identity, or by all its parts for a content that has none. The
-- caller holds the advisory lock of the context's content ids.
create or replace function sluicegate.same_content(
    p_context text, p_global_id integer, p_regular boolean, p_format text, p_text text, p_fingerprint text, p_guid uuid,
    p_identity text, p_metadata jsonb, p_rules jsonb
) returns sluicegate.content language plpgsql stable as $$
declare
    v_found sluicegate.content;
begin
    if p_global_id is not null then
        select c.* into v_found from sluicegate.content c
        where c.context = p_context and c.id = p_global_id
            and sluicegate.is_alike(c, p_guid, p_identity, p_format, p_fingerprint, p_metadata, p_rules)
            and (c.guid is not null or c.purged_at is not null or c.text = p_text);
        return v_found;
    end if;
    select c.* into v_found from sluicegate.content c
    where c.context = p_context and c.identity = p_identity and c.purged_at is null order by c.id + 0 limit 1;
    if found then
        return v_found;
    end if;
    select c.* into v_found from sluicegate.content c
    where c.context = p_context and c.guid = p_guid and c.purged_at is null and c.identity is null
        and sluicegate.is_alike(c, p_guid, p_identity, p_format, p_fingerprint, p_metadata, p_rules)
    order by c.id + 0 limit 1;
    if found or not p_regular then
        return v_found;
    end if;
    -- A text that refers to others does not tell which.
    select c.* into v_found from sluicegate.content c
    where c.context = p_context and c.fingerprint = p_fingerprint and c.guid is null and c.text = p_text
        and sluicegate.is_alike(c, p_guid, p_identity, p_format, p_fingerprint, p_metadata, p_rules);
    return v_found;
end $$;
