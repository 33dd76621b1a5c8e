-- Sets the state of versions: ENABLED, DISABLED (deactivated) or DEPRECATED. Its caller has
-- locked the schema, and the schemas that its versions refer to. Returns the first referenced
-- version that is not active, for which nothing was done. Null: done. A state that versions have
-- already changes nothing.
create or replace function sluicegate.set_version_states(
    p_schema_id bigint, p_numbers integer[], p_state text, p_actor text, p_request_id text,
    out missing_schema_id bigint, out missing_number integer
) language plpgsql as $$
declare
    v_number integer;
begin
    if p_state <> 'DISABLED' then
        select r.schema_id, r.number into missing_schema_id, missing_number
        from sluicegate.version v join sluicegate.reference r on r.version_id = v.id
        where v.schema_id = p_schema_id and v.number = any(p_numbers) and v.deactivated_at is not null
            and not (r.schema_id = p_schema_id and r.number = any(p_numbers))
            and not exists (
                select from sluicegate.version w
                where w.schema_id = r.schema_id and w.number = r.number and w.deactivated_at is null)
        order by r.schema_id, r.number
        limit 1;
        if found then
            return;
        end if;
    end if;
    for v_number in
        update sluicegate.version v
        set deactivated_at = case when p_state = 'DISABLED' then coalesce(v.deactivated_at, now()) end,
            deprecated_at = case p_state when 'DEPRECATED' then coalesce(v.deprecated_at, now()) when 'DISABLED' then v.deprecated_at end
        where v.schema_id = p_schema_id and v.number = any(p_numbers)
            and p_state <> case
                when v.deactivated_at is not null then 'DISABLED' when v.deprecated_at is not null then 'DEPRECATED' else 'ENABLED' end
        returning v.number
    loop
        perform sluicegate.record_event(
            case p_state when 'DISABLED' then 'version_deactivated' when 'DEPRECATED' then 'version_deprecated' else 'version_enabled' end,
            p_schema_id, v_number, p_actor, p_request_id);
    end loop;
    if found then  -- the loop ran
        update sluicegate.schema s set revision = s.revision + 1 where s.id = p_schema_id;
    end if;
end $$;
