-- Removes versions for good. Their numbers stay taken as long as their schema is there. The ids
-- of contents that no version has any more stay taken for good, with guid and identity. The
-- caller holds the schema's row.
create or replace function sluicegate.remove_versions(p_schema_id bigint, p_numbers integer[]) returns void language plpgsql as $$
declare
    v_context  text;
    v_contents integer[];
    v_content  integer;
begin
    delete from sluicegate.reference r using sluicegate.version v
    where v.id = r.version_id and v.schema_id = p_schema_id and v.number = any(p_numbers);
    insert into sluicegate.retired_version (schema_id, number, identity)
    select v.schema_id, v.number, c.identity
    from sluicegate.version v join sluicegate.content c on c.context = v.context and c.id = v.content_id
    where v.schema_id = p_schema_id and v.number = any(p_numbers)
    on conflict (schema_id, number) do nothing;
    with removed as (
        delete from sluicegate.version v where v.schema_id = p_schema_id and v.number = any(p_numbers)
        returning v.context, v.content_id
    )
    select min(context), array_agg(distinct content_id order by content_id) into v_context, v_contents from removed;
    if v_context is null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtext('sluicegate.content'), hashtext(v_context));
    foreach v_content in array v_contents loop
        -- Writers that found the content before hold it until their version is there to be seen.
        perform from sluicegate.content c where c.context = v_context and c.id = v_content for update;
        if exists (select from sluicegate.version v where v.context = v_context and v.content_id = v_content) then
            continue;
        end if;
        update sluicegate.content c
        set purged_at = now(), fingerprint = 'removed:' || v_content || ':' || c.fingerprint,
            text = '', artifact = null, metadata = null, rules = null
        where c.context = v_context and c.id = v_content;
    end loop;
end $$;
