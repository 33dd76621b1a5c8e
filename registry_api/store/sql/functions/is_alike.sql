-- Whether a content without an identity, or one that is compared with such a content, is just
-- this one.
create or replace function sluicegate.is_alike(
    p_content sluicegate.content, p_guid uuid, p_identity text, p_format text, p_fingerprint text, p_metadata jsonb, p_rules jsonb
) returns boolean language sql immutable as $$
    select case
        when p_content.identity is not null and p_identity is not null then p_content.identity = p_identity
        when p_content.format <> p_format then false
        when p_content.purged_at is not null and p_content.guid is null
            then p_content.fingerprint = 'removed:' || p_content.id || ':' || p_fingerprint and p_metadata is null and p_rules is null
        when p_content.purged_at is not null then p_content.guid = p_guid
        when p_content.guid is null then p_content.fingerprint = p_fingerprint and p_metadata is null and p_rules is null
        else p_content.guid is not distinct from p_guid
            and p_content.metadata is not distinct from p_metadata and p_content.rules is not distinct from p_rules
    end
$$;
