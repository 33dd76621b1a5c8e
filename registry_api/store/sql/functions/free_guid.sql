-- The guid that a new content gets: Confluent's, unless another content has it. Confluent hashes
-- neither the format nor the border between two parts of metadata.
create or replace function sluicegate.free_guid(p_guid uuid, p_identity text) returns uuid language sql stable as $$
    select case
        when p_identity is null or p_guid is null then p_guid
        when exists (select from sluicegate.content c where c.guid = p_guid and c.identity is distinct from p_identity)
            then md5('sluicegate:' || p_identity)::uuid
        else p_guid
    end
$$;
