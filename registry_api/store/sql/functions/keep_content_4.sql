-- The content of a new version: the one under the id that was asked for, or the same content
-- under the id that it has, or a new one. `id` is null when the id that was asked for is another
-- content's, removed or not. Takes the last lock, unless the content is there. p_regular: see
-- the column of version.
create or replace function sluicegate.keep_content_4(
    p_context text, p_global_id integer, p_regular boolean, p_format text, p_text text, p_fingerprint text, p_guid uuid,
    p_identity text, p_artifact bytea, p_metadata jsonb, p_rules jsonb,
    out id integer, out text text, out fingerprint text, out guid uuid
) language plpgsql as $$
#variable_conflict use_column
declare
    v_found sluicegate.content;
begin
    if p_global_id is null then
        -- A writer that removes contents waits for these locks, and then sees the version.
        select c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid from sluicegate.content c
        where c.context = p_context and c.identity = p_identity and c.purged_at is null
        order by c.id + 0  -- in the order of the primary key, all of the context would be read
        limit 1 for key share;
        if found then
            return;
        end if;
    end if;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(p_context));
    if p_global_id is null and p_metadata is null and p_rules is null
        -- An index that begins with the context would look good while the table is empty, and then read all of it.
        and not exists (select from sluicegate.content c where c.identity is null and c.context || '' = p_context)
        and not exists (
            select from sluicegate.content c where c.identity = p_identity and c.context || '' = p_context and c.purged_at is null
        ) then
        insert into sluicegate.content as c (context, id, format, text, fingerprint, guid, identity, artifact)
        select p_context, sluicegate.next_content_id(p_context), p_format, p_text, p_fingerprint,
            sluicegate.free_guid(p_guid, p_identity), p_identity, p_artifact
        on conflict (fingerprint, context) do nothing
        returning c.id, c.text, c.fingerprint, c.guid into id, text, fingerprint, guid;
        if found then
            return;
        end if;
    end if;
    v_found := sluicegate.same_content(
        p_context, p_global_id, p_regular, p_format, p_text, p_fingerprint, p_guid, p_identity, p_metadata, p_rules);
    if p_global_id is not null and v_found.id is null
        and exists (select from sluicegate.content c where c.context = p_context and c.id = p_global_id) then
        return;
    end if;
    if v_found.id is not null and v_found.purged_at is null then
        id := v_found.id;
        text := v_found.text;
        fingerprint := v_found.fingerprint;
        guid := v_found.guid;
        if v_found.identity is null and p_regular or v_found.guid is null then
            guid := coalesce(guid, sluicegate.free_guid(p_guid, p_identity));
            update sluicegate.content c
            set identity = case when p_regular then coalesce(c.identity, p_identity) else c.identity end, guid = keep_content_4.guid
            where c.context = p_context and c.id = v_found.id;
        end if;
        return;
    end if;
    id := coalesce(v_found.id, p_global_id, sluicegate.next_content_id(p_context));
    text := p_text;
    fingerprint := p_fingerprint;
    if p_metadata is not null or p_rules is not null
        or exists (select from sluicegate.content c where c.context = p_context and c.fingerprint = p_fingerprint) then
        -- One fingerprint is one content's in the context; the version has its own.
        fingerprint := encode(sha256(convert_to(p_fingerprint || ':' || p_identity || ':' || id, 'UTF8')), 'hex');
    end if;
    if v_found.id is not null then
        guid := coalesce(v_found.guid, p_guid);
        update sluicegate.content c
        set text = p_text, fingerprint = keep_content_4.fingerprint, guid = keep_content_4.guid,
            identity = coalesce(c.identity, p_identity), artifact = p_artifact, metadata = p_metadata, rules = p_rules, purged_at = null
        where c.context = p_context and c.id = v_found.id;
        return;
    end if;
    guid := sluicegate.free_guid(p_guid, p_identity);
    insert into sluicegate.content (context, id, format, text, fingerprint, guid, identity, artifact, metadata, rules)
    values (p_context, id, p_format, p_text, fingerprint, guid, p_identity, p_artifact, p_metadata, p_rules);
end $$;
